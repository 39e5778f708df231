//! The client against the simulator, and against servers that break in every way we know of.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod broken;
mod operations;
mod proxy;
mod raw;
mod secrets;
mod simulated;
mod simulated_platform;
mod simulated_pushes;
mod support;
mod templates;

//! The client against the simulator, and against servers that break in every way we know of.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod broken;
mod raw;
mod secrets;
mod simulated;
mod support;

//! The simulator over HTTP, as a client sees the platform.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod control;
mod faults;
mod harness;
mod login;
mod send;
mod token;

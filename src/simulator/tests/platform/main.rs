//! The simulator over HTTP, as a client sees the platform.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod backend;
mod books;
mod control;
mod delivery;
mod faults;
mod fidelity;
mod harness;
mod login;
mod newtmpl;
mod ops;
mod page;
mod phone;
mod pushes;
mod receiver;
mod send;
mod token;

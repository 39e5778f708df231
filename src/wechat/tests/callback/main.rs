//! Verification, decryption and parsing of pushes, by the official vectors and by pushes made here, independently of the
//! code under test.
#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

mod digests;
mod events;
mod modes;
mod official;
mod sealed;
mod shapes;
mod support;

//! Calls to addresses that other people have chosen: signed as Standard Webhooks says, and never to where they could do
//! harm. Every address is judged after it was resolved and is the very one that is connected to, so that a name cannot
//! lead outside while it is judged and inside when it is called. Redirects are not followed, answers are read a little way.

mod address;
mod client;
mod secret;
mod tls;

pub use address::is_public;
pub use client::{Answer, BuildError, Client, ClientSettings, Fault, Message};
pub use secret::{Secret, SecretError};

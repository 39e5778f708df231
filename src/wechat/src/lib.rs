//! WeChat from our side: the client for `api.weixin.qq.com` (access tokens, subscribe-message sends, templates, login
//! codes, operations), and the reading of what the platform pushes ([`callback`]).
//!
//! What matters most here is the kind of a failure ([`CallError`]): the platform has no idempotency key, so a caller
//! must know whether a send certainly did not happen, certainly was refused, or may have happened. Nothing is retried
//! in here, no redirect is followed, and no error shows a URL, for tokens and secrets stand in URLs.

mod answer;
pub mod callback;
mod client;
mod error;
mod lenient;
mod login;
mod operations;
mod send;
mod settings;
mod templates;
mod tls;
mod token;

pub use client::Client;
pub use error::{BuildError, CallError, NotSentCause, PlatformError, UnknownCause};
pub use login::Session;
pub use operations::{CheckOrder, SEND_PATH};
pub use send::{Data, SendAccepted, SendRequest, Sender};
pub use settings::{ClientSettings, DEFAULT_BASE};
pub use templates::{AddOrder, Added};
pub use token::{Credentials, Token, token_digest};

//! What can go wrong, by what it means for the caller.

mod platform;

use std::error::Error;

pub use platform::PlatformError;

/// The client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The base address is no http or https URL.
    #[error("the address of the API must begin with http:// or https://, not {scheme}:")]
    Base {
        /// What it begins with.
        scheme: String,
    },
    /// The base address has a query or a fragment.
    #[error("the address of the API must have neither ? nor #")]
    BaseQuery,
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Http(#[source] reqwest::Error),
}

/// A call that failed. No variant shows a URL, a token or a secret.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The platform answered with an error code.
    #[error(transparent)]
    Platform(#[from] PlatformError),
    /// The request was certainly not written: trying again is safe.
    #[error("not sent: {cause}")]
    NotSent {
        /// Why.
        cause: NotSentCause,
        /// What happened below.
        source: Box<dyn Error + Send + Sync>,
    },
    /// A gateway refused the call for now (HTTP 429 or 503).
    #[error("throttled with HTTP {status}")]
    Throttled {
        /// 429 or 503.
        status: u16,
        /// From `Retry-After`.
        retry_after_ms: Option<i64>,
    },
    /// The call may or may not have reached the platform: it must not be repeated by a machine.
    #[error("outcome not known: {cause}")]
    Unknown {
        /// Why.
        cause: UnknownCause,
        /// What happened below.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// The call was answered with another HTTP 4xx (412 for one) or with a redirect: it was certainly not processed.
    #[error("refused with HTTP {status}")]
    Refused {
        /// The status.
        status: u16,
    },
}

/// Why a request was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSentCause {
    /// DNS, TCP or TLS failed.
    #[error("no connection")]
    NotConnected,
    /// The request could not be put together.
    #[error("invalid request")]
    Invalid,
}

/// Why the outcome of a call is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownCause {
    /// No answer in time.
    #[error("no answer in time")]
    Timeout,
    /// The connection broke before the answer was complete.
    #[error("the connection broke")]
    Broken,
    /// Another HTTP 5xx than 503.
    #[error("HTTP {0}")]
    Status(u16),
    /// An answer without a body.
    #[error("an empty answer")]
    Empty,
    /// An answer that is no JSON object of the platform's shape.
    #[error("an answer that is not the platform's JSON")]
    NotJson,
    /// An answer without an error code that lacks what a success has.
    #[error("an answer without {0}")]
    Incomplete(&'static str),
    /// An answer of more than a megabyte.
    #[error("an answer of more than 1 MiB")]
    TooLarge,
}

impl From<UnknownCause> for CallError {
    fn from(cause: UnknownCause) -> Self {
        Self::Unknown { cause, source: None }
    }
}

impl CallError {
    /// The platform's error code, if it gave one.
    pub fn errcode(&self) -> Option<i64> {
        match self {
            Self::Platform(error) => Some(error.errcode),
            _ => None,
        }
    }
}

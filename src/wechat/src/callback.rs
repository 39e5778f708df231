//! The platform's pushes (消息推送): signatures, decryption, parsing.

mod crypto;
mod document;
mod event;
mod json;
mod signature;
mod xml;

use model::{Millis, callback::CallbackEvent, mini_program::CallbackMode};
use secrecy::SecretString;

use document::Document;

pub use crypto::is_encoding_key;

/// What a callback is verified and opened with.
#[derive(Clone, Debug)]
pub struct CallbackKeys {
    /// The AppID that ciphertext must end with.
    pub appid: String,
    /// The callback token.
    pub token: SecretString,
    /// EncodingAESKey as the platform shows it, 43 characters; plain mode can do without.
    pub encoding_key: Option<SecretString>,
    /// How the callback is set up.
    pub mode: CallbackMode,
}

/// The query string of a verification or push.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct CallbackQuery {
    /// Over token, timestamp and nonce.
    pub signature: String,
    /// Over these and the ciphertext.
    pub msg_signature: String,
    /// Seconds.
    pub timestamp: String,
    /// Random.
    pub nonce: String,
    /// To be sent back by a verification.
    pub echostr: String,
    /// `aes` where there is ciphertext.
    pub encrypt_type: String,
}

/// A push that was verified, opened and parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The event.
    pub event: CallbackEvent,
    /// Names the push: the same for the platform's repeated attempts.
    pub digest: String,
}

/// Why a push was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackRefusal {
    /// The signature is wrong.
    #[error("the signature is wrong")]
    Signature,
    /// The timestamp is more than [`STALE_MS`] from now.
    #[error("the timestamp is too far from now")]
    Stale,
    /// Plaintext while safe mode is set.
    #[error("plaintext, while safe mode is set")]
    Plaintext,
    /// The ciphertext cannot be opened, or is for another AppID.
    #[error("the ciphertext cannot be opened")]
    Undecipherable,
    /// Neither the platform's XML nor its JSON.
    #[error("neither the platform's XML nor its JSON")]
    Malformed,
}

/// A push may be this much older (or newer) than now. The platform's three attempts take 15 s; the rest is for clocks.
pub const STALE_MS: Millis = 10 * 60_000;

/// Whether a URL verification (GET) carries the right signature; the answer is then `echostr` as it is.
pub fn verifies(keys: &CallbackKeys, query: &CallbackQuery) -> bool {
    signature::is_of_query(keys, query)
}

/// Verifies, opens and parses a push (POST). `now` is our clock.
///
/// Nothing is told of a body before its signature is known to be right: what nobody signed is [`CallbackRefusal::Signature`]
/// whatever else is wrong with it. In safe mode a body must be ciphertext under `msg_signature`. In compatible mode
/// ciphertext is preferred where there is some (`encrypt_type=aes`), and a wrong `msg_signature` is not made good by the
/// plaintext beside it. Other plaintext stands under `signature`, which does not cover the body.
///
/// # Errors
/// Why the push must not be taken.
pub fn receive(
    keys: &CallbackKeys,
    query: &CallbackQuery,
    body: &[u8],
    now: Millis,
) -> Result<Received, CallbackRefusal> {
    let outer = Document::parse(body);
    let encrypted = outer.as_ref().map(Document::encrypted).unwrap_or_default();
    let is_sealed = match keys.mode {
        CallbackMode::Safe => !encrypted.is_empty(),
        CallbackMode::Compatible => !encrypted.is_empty() && query.encrypt_type == "aes",
        CallbackMode::Plain => false,
    };
    let is_signed = if is_sealed {
        signature::is_of_ciphertext(keys, query, &encrypted)
    } else {
        signature::is_of_query(keys, query)
    };
    if !is_signed {
        return Err(CallbackRefusal::Signature);
    }
    let sent_at = signature::sent_at(query, now).ok_or(CallbackRefusal::Stale)?;
    if is_sealed {
        let plain = crypto::open(keys, &encrypted)?;
        return event::read(&Document::parse(&plain)?, &plain, sent_at);
    }
    let plain = outer?;
    match keys.mode {
        CallbackMode::Safe => Err(CallbackRefusal::Plaintext),
        // The console is set to safe mode, and here it is not.
        _ if plain.is_ciphertext_only() => Err(CallbackRefusal::Undecipherable),
        // The ciphertext beside the plaintext differs from attempt to attempt.
        _ if !encrypted.is_empty() => event::read(&plain, &plain.without_ciphertext(), sent_at),
        _ => event::read(&plain, body, sent_at),
    }
}

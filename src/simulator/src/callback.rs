//! 消息推送 of an account: where its events go, and in which of the many shapes that receivers meet.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::push::is_key;

/// Where an account's events are pushed, and how they look. What the platform's own console offers comes first; the rest
/// chooses among shapes and accidents that documentation and field reports show.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Callback {
    /// The receiver's URL; empty: nothing is pushed. Real ones have port 80 or 443; here any will do.
    pub url: String,
    /// The token of the signatures.
    pub token: String,
    /// The EncodingAESKey, 43 characters; needed in compatible and safe mode.
    pub encoding_key: String,
    /// Plain, compatible or safe.
    pub mode: Mode,
    /// JSON or XML.
    pub format: Format,
    /// How `List` looks in JSON.
    pub list: ListShape,
    /// Whether numbers (`CreateTime`, `PopupScene`, `MsgID`, `ErrorCode`) stand as strings in JSON, as in the
    /// documentation; real pushes have been seen with a numeric `CreateTime`.
    pub numbers_as_strings: bool,
    /// Whether `List` lies in `SubscribeMsg…Event` in JSON too, as older versions of the platform had it. XML always has
    /// that element.
    pub wrapper: bool,
    /// How many more times every push is delivered.
    pub duplicates: u8,
    /// Whether pushes leave in random order instead of the order in which they came.
    pub shuffle: bool,
    /// How long a push waits before its first attempt, in milliseconds of real time.
    pub delay_ms: u64,
    /// Whether the event of a send is pushed before the send itself is answered.
    pub sent_before_answer: bool,
    /// The share of sent events with an `ErrorCode` other than 0, from 0 to 1.
    pub fail_rate: f64,
    /// Whether a prompt that was answered by kept choices alone pushes an event; whether the platform does is not known.
    pub silent_events: bool,
}

impl Default for Callback {
    fn default() -> Self {
        Self {
            url: String::new(),
            token: String::new(),
            encoding_key: String::new(),
            mode: Mode::Plain,
            format: Format::Json,
            list: ListShape::Auto,
            numbers_as_strings: true,
            wrapper: false,
            duplicates: 0,
            shuffle: false,
            delay_ms: 0,
            sent_before_answer: false,
            fail_rate: 0.0,
            silent_events: true,
        }
    }
}

impl Callback {
    /// Plain JSON to a URL.
    pub fn plain(url: impl Into<String>, token: impl Into<String>) -> Self {
        Self { url: url.into(), token: token.into(), ..Self::default() }
    }

    /// Safe mode, JSON, to a URL.
    pub fn safe(url: impl Into<String>, token: impl Into<String>, encoding_key: impl Into<String>) -> Self {
        Self { encoding_key: encoding_key.into(), mode: Mode::Safe, ..Self::plain(url, token) }
    }
}

/// A callback that no push could go to.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadCallback {
    /// The URL is none, or not of HTTP.
    #[error("url: not an address that begins with http:// or https://")]
    Url,
    /// Compatible and safe mode need a key.
    #[error("encodingKey: not 43 characters of base64, which compatible and safe mode need")]
    Key,
    /// The share of failures is none.
    #[error("failRate: not between 0 and 1")]
    FailRate,
}

impl Callback {
    /// Whether pushes can go there, as far as can be told without trying.
    pub fn check(&self) -> Result<(), BadCallback> {
        let is_address = |url: Url| matches!(url.scheme(), "http" | "https");
        if !self.url.is_empty() && !Url::parse(&self.url).is_ok_and(is_address) {
            return Err(BadCallback::Url);
        }
        if self.mode != Mode::Plain && !is_key(&self.encoding_key) {
            return Err(BadCallback::Key);
        }
        if (0.0..=1.0).contains(&self.fail_rate) { Ok(()) } else { Err(BadCallback::FailRate) }
    }
}

/// How much of a push is encrypted (message-push, 消息加密方式).
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// 明文: nothing.
    #[default]
    Plain,
    /// 兼容: the plain fields and the ciphertext side by side.
    Compatible,
    /// 安全: the ciphertext only.
    Safe,
}

/// The data format of pushes.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// XML.
    Xml,
}

/// How the items of an event look in JSON.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ListShape {
    /// One item as an object, several as an array (subscribe-message guide).
    #[default]
    Auto,
    /// Always an array.
    Array,
    /// Always an object: several items are pushed as an event each.
    Object,
}

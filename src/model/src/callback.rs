//! What the platform pushes to the callback (消息推送), as values.

use crate::{Millis, grant::Answer};
use serde::{Deserialize, Serialize};

/// One push, decrypted and parsed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallbackEvent {
    /// `FromUserName`: the person's openid; empty where an unknown event names nobody.
    pub openid: String,
    /// `CreateTime`, which has whole seconds.
    pub happened_at: Millis,
    /// What happened.
    pub body: EventBody,
}

/// What happened, by the event's name (subscribe-message guide).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventBody {
    /// `subscribe_msg_popup_event`: the person answered the popup.
    Popup(Vec<AnswerItem>),
    /// `subscribe_msg_change_event`: the person changed their mind in the settings; only refusals are pushed.
    Change(Vec<AnswerItem>),
    /// `subscribe_msg_sent_event`: what became of a send at last.
    Sent(Vec<SentItem>),
    /// Anything else, by its name (`debug_demo`, other message types): accepted and counted.
    Other(String),
}

impl EventBody {
    /// What it is counted under.
    #[must_use]
    pub fn count(&self) -> CallbackCount {
        match self {
            Self::Popup(_) => CallbackCount::Popup,
            Self::Change(_) => CallbackCount::Change,
            Self::Sent(_) => CallbackCount::Sent,
            Self::Other(_) => CallbackCount::Other,
        }
    }
}

/// A person's answer for one template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerItem {
    /// `TemplateId`.
    pub pri_tmpl_id: String,
    /// `SubscribeStatusString`.
    pub answer: Answer,
}

/// The end of one send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentItem {
    /// `TemplateId`.
    pub pri_tmpl_id: String,
    /// `MsgID`, where it can be read as a number.
    pub msgid: Option<i64>,
    /// `ErrorCode`; 0 is success.
    pub errcode: i64,
    /// `ErrorStatus`, such as `success`.
    pub status: String,
}

/// What is counted of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackCount {
    /// A URL verification (GET) that was answered.
    Verified,
    /// Popup events.
    Popup,
    /// Change events.
    Change,
    /// Sent events.
    Sent,
    /// Events that nobody here knows.
    Other,
    /// Repeated pushes that were absorbed.
    Duplicate,
    /// Sent events for which no delivery was found in time.
    Unmatched,
    /// Pushes or verifications with a wrong signature.
    BadSignature,
    /// Plaintext pushes while safe mode is set.
    PlaintextRefused,
    /// Ciphertext that could not be opened, or was for another AppID.
    Undecipherable,
    /// Pushes whose timestamp is too far from now.
    Stale,
    /// Bodies that are neither the platform's XML nor its JSON.
    Malformed,
}

impl CallbackCount {
    /// All.
    pub const ALL: [Self; 12] = [
        Self::Verified,
        Self::Popup,
        Self::Change,
        Self::Sent,
        Self::Other,
        Self::Duplicate,
        Self::Unmatched,
        Self::BadSignature,
        Self::PlaintextRefused,
        Self::Undecipherable,
        Self::Stale,
        Self::Malformed,
    ];

    /// The stored name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Popup => "popup",
            Self::Change => "change",
            Self::Sent => "sent",
            Self::Other => "other",
            Self::Duplicate => "duplicate",
            Self::Unmatched => "unmatched",
            Self::BadSignature => "bad_signature",
            Self::PlaintextRefused => "plaintext_refused",
            Self::Undecipherable => "undecipherable",
            Self::Stale => "stale",
            Self::Malformed => "malformed",
        }
    }

    /// Reads the stored name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|count| count.code() == s)
    }

    /// Whether it means that something is set up wrongly.
    #[must_use]
    pub fn is_trouble(self) -> bool {
        matches!(
            self,
            Self::BadSignature | Self::PlaintextRefused | Self::Undecipherable | Self::Stale | Self::Malformed
        )
    }
}

/// How often one thing happened, and when last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallbackTally {
    /// What.
    pub what: CallbackCount,
    /// How often.
    pub n: i64,
    /// When last, by our clock.
    pub last_at: Millis,
    /// Time from the platform's `CreateTime` to its arrival here, of the last one; `None` where it has none.
    pub last_lag_ms: Option<i64>,
}

/// A stored event, for the list of the latest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEvent {
    /// Grows with time.
    pub id: i64,
    /// When it arrived.
    pub received_at: Millis,
    /// The event.
    pub event: CallbackEvent,
    /// When it had its effect; `None`: it waits.
    pub done_at: Option<Millis>,
    /// A sent event without a delivery: given up, or of another system.
    pub unmatched: bool,
}

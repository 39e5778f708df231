//! What the platform tells about itself and about an account: quota, public templates, request details.

use crate::{Millis, field::Field, ids::TemplateId, template::TemplateKind};
use serde::{Deserialize, Serialize};

/// What of the platform is used sparingly and therefore counted, by day or by month of China's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// Tokens obtained (by day).
    Refresh,
    /// Forced refreshes of the stable token (by day; the platform allows 20).
    Forced,
    /// Times a token of ours was called invalid before its end (by day): somebody else fetches tokens.
    Invalidated,
    /// Resets of the call counters (by month; the platform allows 10, console and API together).
    Reset,
    /// Calls of gettemplate (by day; a small quota that is not published).
    Sync,
}

impl Use {
    /// All.
    pub const ALL: [Self; 5] = [Self::Refresh, Self::Forced, Self::Invalidated, Self::Reset, Self::Sync];

    /// The stored name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::Forced => "forced",
            Self::Invalidated => "invalidated",
            Self::Reset => "reset",
            Self::Sync => "sync",
        }
    }

    /// Reads the stored name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.code() == s)
    }
}

/// Forced refreshes a day that the platform allows (getStableAccessToken).
pub const FORCED_A_DAY: i64 = 20;
/// Resets of the call counters a month that the platform allows (clear_quota).
pub const RESETS_A_MONTH: i64 = 10;

/// `openapi/quota/get` for one path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Calls allowed a day.
    pub daily_limit: i64,
    /// Used today.
    pub used: i64,
    /// Left today.
    pub remain: i64,
    /// Calls allowed in [`Quota::rate_seconds`]; 0: not told.
    pub rate_calls: i64,
    /// Seconds of the rate.
    pub rate_seconds: i64,
}

/// A category of the account (`getcategory`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
}

/// A title of the public library (`getpubtemplatetitles`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicTitle {
    /// `tid`.
    pub tid: i64,
    /// Title.
    pub title: String,
    /// `None` where the platform's number is neither 2 nor 3.
    pub kind: Option<TemplateKind>,
    /// Category.
    pub category: i64,
}

/// A page of titles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicTitles {
    /// How many there are in all.
    pub count: i64,
    /// This page's.
    pub titles: Vec<PublicTitle>,
}

/// A keyword of a public title (`getpubtemplatekeywords`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyword {
    /// `kid`.
    pub kid: i64,
    /// Label.
    pub name: String,
    /// Example value.
    pub example: String,
    /// Type prefix, such as `thing`.
    pub rule: String,
}

/// A private template as `gettemplate` lists it, parsed as far as it can be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnTemplate {
    /// `priTmplId`.
    pub pri_tmpl_id: String,
    /// Title.
    pub title: String,
    /// `None` where the platform's number is neither 2 nor 3.
    pub kind: Option<TemplateKind>,
    /// The fields; empty for a service card (服务卡片), which subscribe/send cannot send.
    pub fields: Vec<Field>,
}

impl OwnTemplate {
    /// Whether subscribe/send can send it.
    #[must_use]
    pub fn is_sendable(&self) -> bool {
        self.kind.is_some() && !self.fields.is_empty()
    }
}

/// What a sync would change of one template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncStep {
    /// The platform has it, we do not.
    New,
    /// Title, kind or fields differ.
    Changed,
    /// We have it, the platform does not list it any more.
    Gone,
    /// It was gone and is listed again.
    Back,
    /// Nothing to do.
    Same,
    /// A service card or of an unknown kind: it cannot be sent and is not taken over.
    NotSendable,
}

/// One line of the diff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncLine {
    /// What would be done.
    pub step: SyncStep,
    /// As the platform lists it; `None` for `Gone`.
    pub theirs: Option<OwnTemplate>,
    /// Ours; `None` for `New` and `NotSendable`.
    pub ours: Option<(TemplateId, OwnTemplate)>,
    /// Grants not spent yet that hang on it.
    pub grants: i64,
    /// People who have at least one.
    pub people: i64,
}

/// What would change, from one answer of `gettemplate`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncDiff {
    /// When the platform was asked.
    pub fetched_at: Millis,
    /// One line per template, what needs a decision first.
    pub lines: Vec<SyncLine>,
}

/// `openapi/rid/get`, without the token that stands in its URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RidDetail {
    /// When the call was made.
    pub invoked_at: Millis,
    /// How long the platform took.
    pub cost_ms: i64,
    /// Path and query, with secrets masked.
    pub url: String,
    /// What was sent.
    pub request: String,
    /// What was answered.
    pub response: String,
    /// From which address.
    pub client_ip: String,
}

/// `callback/check`: whether the platform finds the callback's host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallbackCheck {
    /// Addresses that the host's name resolves to, with the operator.
    pub dns: Vec<CheckedAddress>,
    /// Pings, with the operator they went out from.
    pub ping: Vec<CheckedPing>,
}

/// An address found by `callback/check`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedAddress {
    /// Address.
    pub ip: String,
    /// `real_operator`.
    pub operator: String,
}

/// A ping of `callback/check`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedPing {
    /// Address.
    pub ip: String,
    /// `from_operator`.
    pub operator: String,
    /// `package_loss`, such as `0%`.
    pub loss: String,
    /// `time`, such as `6.9ms`.
    pub time: String,
}

//! Grants and the ledger that explains every change of their balance.

use crate::{
    Millis,
    ids::{NoticeId, SubscriberId, TemplateId},
};
use serde::{Deserialize, Serialize};

/// The grant of one subscriber for one template.
///
/// One-time templates count: `balance` acceptances, of which `reserved` are promised to queued deliveries. For a
/// long-term template the balance is 1 while it stands and is neither reserved nor spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Whose.
    pub subscriber: SubscriberId,
    /// Of which template.
    pub template: TemplateId,
    /// Acceptances not spent; the sum of the ledger's changes; never negative.
    pub balance: i64,
    /// Of these, promised to deliveries that are pending or sending.
    pub reserved: i64,
    /// The last thing the person said was no.
    pub refused: bool,
    /// Last change.
    pub updated_at: Millis,
}

/// Why a balance changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerKind {
    /// The person accepted.
    Accepted,
    /// The person refused (or the template is banned or filtered).
    Rejected,
    /// A delivery used one.
    Spent,
    /// The platform contradicted the balance (43101).
    Corrected,
    /// The validity ran out.
    Expired,
    /// A person changed it by hand, with a reason.
    Adjusted,
    /// A call failed without using the grant that was reserved for it. Changes nothing, unless the delivery had been
    /// counted as spent before (its outcome was unknown for a while): then the grant comes back.
    Returned,
    /// The other source told of a tap that is counted already (or must not count by [`crate::mini_program::GrantSource`],
    /// or is older than a correction). Changes nothing.
    Confirmed,
}

impl LedgerKind {
    /// All.
    pub const ALL: [Self; 8] = [
        Self::Accepted,
        Self::Rejected,
        Self::Spent,
        Self::Corrected,
        Self::Expired,
        Self::Adjusted,
        Self::Returned,
        Self::Confirmed,
    ];

    /// The stored name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Spent => "spent",
            Self::Corrected => "corrected",
            Self::Expired => "expired",
            Self::Adjusted => "adjusted",
            Self::Returned => "returned",
            Self::Confirmed => "confirmed",
        }
    }

    /// Reads the stored name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == s)
    }
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// Grows with time.
    pub id: i64,
    /// Whose grant.
    pub subscriber: SubscriberId,
    /// Of which template.
    pub template: TemplateId,
    /// When it was written.
    pub at: Millis,
    /// When it happened, where that is another instant: the platform's events come late and out of order.
    pub happened_at: Option<Millis>,
    /// Why.
    pub kind: LedgerKind,
    /// By how much; zero where only the attitude changed (a refusal).
    pub change: i64,
    /// The balance after it.
    pub balance_after: i64,
    /// The notice that spent or corrected it.
    pub notice: Option<NoticeId>,
    /// Who said so and why: the source of a report, the reason of a person; may be empty.
    pub note: String,
}

/// What the mini program reports for one template after `wx.requestSubscribeMessage`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// `accept`, `acceptWithAudio`, `acceptWithAlert`, …: whatever begins with accept.
    Accept,
    /// The person refused.
    Reject,
    /// The template is banned by the platform.
    Ban,
    /// Filtered by the platform: another template of the same title was asked for.
    Filter,
}

impl Answer {
    /// Reads the value that `wx.requestSubscribeMessage` gives for a template id.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        match s {
            "reject" => Some(Self::Reject),
            "ban" => Some(Self::Ban),
            "filter" => Some(Self::Filter),
            _ if s.starts_with("accept") => Some(Self::Accept),
            _ => None,
        }
    }

    /// The word in the ledger's note.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Ban => "ban",
            Self::Filter => "filter",
        }
    }
}

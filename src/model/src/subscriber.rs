//! Subscribers: one openid of a mini program.

use crate::{
    Millis,
    ids::{MiniProgramId, SubscriberId, TemplateId},
};
use serde::{Deserialize, Serialize};

/// A subscriber as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    /// Row id.
    pub id: SubscriberId,
    /// The mini program whose openid it is.
    pub mini_program: MiniProgramId,
    /// The platform's id of the person in this mini program.
    pub openid: String,
    /// Nickname or note of the operators; may be empty.
    pub remark: String,
    /// When it was first seen.
    pub created_at: Millis,
    /// When the mini program last reported it.
    pub last_seen_at: Option<Millis>,
}

/// A row of the subscriber list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriberSummary {
    /// The subscriber.
    pub subscriber: Subscriber,
    /// Grants not spent yet: of the template filtered by, else over all templates.
    pub balance: i64,
}

/// Which subscribers a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriberFilter {
    /// Beginning of the openid, or any part of the remark; empty: all.
    pub search: String,
    /// Only those who have met this template, and its balance.
    pub template: Option<TemplateId>,
    /// By balance (of the template, else of any).
    pub balance: BalanceFilter,
}

/// The balance part of [`SubscriberFilter`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BalanceFilter {
    /// Whatever the balance.
    #[default]
    Any,
    /// At least one message can be sent.
    Some,
    /// Nothing left.
    None,
}

impl BalanceFilter {
    /// All.
    pub const ALL: [Self; 3] = [Self::Any, Self::Some, Self::None];

    /// The name in query strings.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Some => "some",
            Self::None => "none",
        }
    }

    /// Reads the name in query strings; anything unknown is `Any`.
    #[must_use]
    pub fn parse(s: &str) -> Self {
        Self::ALL.into_iter().find(|f| f.code() == s).unwrap_or_default()
    }
}

/// Tags and attributes of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonTraits {
    /// Free words, each once, in order.
    pub tags: std::collections::BTreeSet<String>,
    /// Name → short text.
    pub attributes: std::collections::BTreeMap<String, String>,
}

/// A row of a file of subscribers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonRow {
    /// Who.
    pub openid: String,
    /// The remark; `None` leaves it as it is.
    pub remark: Option<String>,
    /// Tags to add, attributes to set.
    pub traits: PersonTraits,
}

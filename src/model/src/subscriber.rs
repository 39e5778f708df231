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
    /// Only those who carry this tag; empty: all.
    #[serde(default)]
    pub tag: String,
    /// Only those with this attribute of this value; an empty name: all.
    #[serde(default)]
    pub attribute: (String, String),
    /// By when the mini program last reported them.
    #[serde(default)]
    pub seen: SeenFilter,
    /// By what the last notice to them came to.
    #[serde(default)]
    pub last: LastFilter,
}

impl SubscriberFilter {
    /// With days counted back from an instant.
    #[must_use]
    pub fn as_of(&self, now: Millis) -> Self {
        let back = |days: i64| now.saturating_sub(days.saturating_mul(86_400_000));
        let seen = match self.seen {
            SeenFilter::Within(days) => SeenFilter::Since(back(days)),
            SeenFilter::NotWithin(days) => SeenFilter::NotSince(back(days)),
            other => other,
        };
        Self { seen, ..self.clone() }
    }
}

/// The part of [`SubscriberFilter`] about when somebody was last seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeenFilter {
    /// Whenever.
    #[default]
    Any,
    /// Within the last so many days.
    Within(i64),
    /// Not within the last so many days, or never.
    NotWithin(i64),
    /// At this instant or later.
    Since(Millis),
    /// Before this instant, or never.
    NotSince(Millis),
}

impl SeenFilter {
    /// The choices of the page.
    pub const CHOICES: [Self; 5] =
        [Self::Any, Self::Within(7), Self::Within(30), Self::NotWithin(30), Self::NotWithin(90)];

    /// The name in query strings.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Any => "any".to_owned(),
            Self::Within(days) => format!("within{days}"),
            Self::NotWithin(days) => format!("not{days}"),
            Self::Since(at) => format!("since{at}"),
            Self::NotSince(at) => format!("before{at}"),
        }
    }

    /// Reads the name in query strings; anything unknown is `Any`.
    #[must_use]
    pub fn parse(s: &str) -> Self {
        Self::CHOICES.into_iter().find(|choice| choice.code() == s).unwrap_or_default()
    }
}

/// The part of [`SubscriberFilter`] about the last notice that has ended for somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastFilter {
    /// Whatever it came to.
    #[default]
    Any,
    /// Sent or delivered.
    Sent,
    /// Failed or unknown.
    Failed,
    /// Skipped or cancelled.
    NotSent,
    /// None has ended yet.
    Never,
}

impl LastFilter {
    /// All.
    pub const ALL: [Self; 5] = [Self::Any, Self::Sent, Self::Failed, Self::NotSent, Self::Never];

    /// The name in query strings.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::NotSent => "not_sent",
            Self::Never => "never",
        }
    }

    /// Reads the name in query strings; anything unknown is `Any`.
    #[must_use]
    pub fn parse(s: &str) -> Self {
        Self::ALL.into_iter().find(|f| f.code() == s).unwrap_or_default()
    }

    /// The first and last number of the delivery states meant; `None` for `Any` and `Never`.
    #[must_use]
    pub fn states(self) -> Option<(i64, i64)> {
        match self {
            Self::Any | Self::Never => None,
            Self::Sent => Some((2, 3)),
            Self::Failed => Some((4, 5)),
            Self::NotSent => Some((6, 7)),
        }
    }
}

/// A filter with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Row id.
    pub id: crate::ids::SegmentId,
    /// Its name.
    pub name: String,
    /// Whom it finds.
    pub filter: SubscriberFilter,
    /// Who saved it.
    pub created_by: String,
    /// When.
    pub created_at: Millis,
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

//! Registered subscribe-message templates.

use crate::{
    Millis,
    field::Field,
    ids::{MiniProgramId, TemplateId},
};
use serde::{Deserialize, Serialize};

/// What one acceptance is worth (`type` of the platform: 2 one-time, 3 long-term).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateKind {
    /// 一次性订阅: one acceptance, one message; acceptances add up.
    #[default]
    OneTime,
    /// 长期订阅: one acceptance lasts until it is refused.
    LongTerm,
}

impl TemplateKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::OneTime, Self::LongTerm];

    /// The stored name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::OneTime => "one_time",
            Self::LongTerm => "long_term",
        }
    }

    /// Reads the stored name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == s)
    }
}

/// What a person registers of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateSettings {
    /// `priTmplId`, 43 characters of base64url in every sample seen.
    pub pri_tmpl_id: String,
    /// The platform's title of the card.
    pub title: String,
    /// One-time or long-term.
    pub kind: TemplateKind,
    /// The fields in the order of the card; never empty.
    pub fields: Vec<Field>,
    /// Our own: acceptances older than so many days count as expired. `None` (the default) for never, which is what the
    /// platform promises; many guides assume 30.
    pub validity_days: Option<i64>,
}

/// A template as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Row id.
    pub id: TemplateId,
    /// The mini program it belongs to.
    pub mini_program: MiniProgramId,
    /// What a person registered.
    pub settings: TemplateSettings,
    /// When it was archived: not offered for sending any more, history kept.
    pub archived_at: Option<Millis>,
    /// When a sync found that the platform does not list it any more.
    pub gone_at: Option<Millis>,
    /// When a sync last found it at the platform.
    pub synced_at: Option<Millis>,
    /// When it was registered.
    pub created_at: Millis,
}

/// A row of the template list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateSummary {
    /// The template.
    pub template: Template,
    /// Subscribers whom one more message can reach now (balance not reserved by a running notice, or standing).
    pub reachable: i64,
    /// Grants not spent yet, summed over subscribers.
    pub balance: i64,
}

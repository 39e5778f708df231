//! What charts are drawn from.

use crate::{Millis, delivery::DeliveryState, ids::TemplateId, notice::StateCounts};
use serde::{Deserialize, Serialize};

/// Counts of one local hour. Deliveries count in the hour in which their notice was confirmed, so that a delivery
/// moves from 待发送 to 成功 within one bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourCounts {
    /// Start of the hour in the mini program's time zone.
    pub hour_at: Millis,
    /// How many stand where.
    pub counts: StateCounts,
}

/// Counts of one template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateCounts {
    /// The template.
    pub template: TemplateId,
    /// Its title.
    pub title: String,
    /// How many stand where.
    pub counts: StateCounts,
}

/// Counts of one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeCounts {
    /// WeChat's errcode, a [`crate::delivery::SkipReason`] or one of [`crate::delivery::own_code`].
    pub errcode: i64,
    /// Failed, unknown, skipped or cancelled.
    pub state: DeliveryState,
    /// How many.
    pub n: i64,
}

/// How good the forecast was in one hour: of the deliveries that were queued because a grant stood behind them, how many
/// met 43101 (no grant at the platform).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourAccuracy {
    /// Start of the local hour.
    pub hour_at: Millis,
    /// Deliveries that the platform answered: accepted, refused or confirmed.
    pub answered: i64,
    /// Of these, refused with 43101.
    pub contradicted: i64,
}

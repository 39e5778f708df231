//! What the charts are drawn from: counters kept in the transaction of each change.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    ids::{MiniProgramId, TemplateId},
    statistics::{CodeCounts, HourAccuracy, HourCounts, TemplateCounts},
};

/// Which counters: hours with `from <= hour_at < to`.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    /// Of which mini program.
    pub mini_program: MiniProgramId,
    /// Of one template only.
    pub template: Option<TemplateId>,
    /// First instant.
    pub from: Millis,
    /// First instant after it.
    pub to: Millis,
}

/// Statistics.
#[async_trait]
pub trait Statistics {
    /// By hour, oldest first; hours without anything are left out. What is being sent is counted as pending.
    async fn counts_by_hour(&self, period: Period) -> StoreResult<Vec<HourCounts>>;

    /// How good the forecast of grants was, by hour, oldest first; hours without an answer are left out. From the
    /// counters: answered = sent + delivered + failed with a code of the platform, contradicted = failed with 43101.
    async fn accuracy_by_hour(&self, period: Period) -> StoreResult<Vec<HourAccuracy>>;

    /// By template, most first.
    async fn counts_by_template(&self, period: Period) -> StoreResult<Vec<TemplateCounts>>;

    /// By reason, most first: failed, unknown, skipped and cancelled only.
    async fn counts_by_code(&self, period: Period) -> StoreResult<Vec<CodeCounts>>;
}

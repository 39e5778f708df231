//! What the platform allows only so often, and what it answered.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    ids::{MiniProgramId, TemplateId},
    platform::Use,
    template::TemplateSettings,
};

/// An answer of the platform that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// When it was given.
    pub at: Millis,
    /// JSON of ours.
    pub body: String,
}

/// What a sync does to the templates of a mini program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncChange {
    /// To be registered.
    pub add: Vec<TemplateSettings>,
    /// Title, kind and fields to be taken over; the rest of the settings in here is ours and kept by the caller.
    pub change: Vec<(TemplateId, TemplateSettings)>,
    /// Not listed any more: `gone_at` is set, nothing else.
    pub gone: Vec<TemplateId>,
    /// Listed: `gone_at` is cleared and `synced_at` set.
    pub seen: Vec<TemplateId>,
}

/// Uses, snapshots and the sync of templates.
#[async_trait]
pub trait Platform {
    /// Counts one more use in a period; answers how many there are now.
    async fn count_use(&self, mini_program: MiniProgramId, what: Use, period: &str) -> StoreResult<i64>;

    /// The uses in a period.
    async fn uses(&self, mini_program: MiniProgramId, period: &str) -> StoreResult<Vec<(Use, i64)>>;

    /// Keeps an answer in place of the one before of the same name and key.
    async fn save_snapshot(
        &self,
        mini_program: MiniProgramId,
        what: &str,
        key: &str,
        body: &str,
        now: Millis,
    ) -> StoreResult<()>;

    /// An answer that was kept.
    async fn snapshot(&self, mini_program: MiniProgramId, what: &str, key: &str) -> StoreResult<Option<Snapshot>>;

    /// Applies a sync in one transaction. A template that was registered in the meantime is changed instead.
    async fn apply_sync(&self, mini_program: MiniProgramId, change: &SyncChange, now: Millis) -> StoreResult<()>;
}

//! Recipients of a draft that are stored by themselves.

use crate::{StoreResult, traits::imports::Run};
use async_trait::async_trait;
use model::{ids::NoticeId, recipient::Recipient};

/// What became of a batch of recipients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// How many are new.
    pub added: i64,
    /// How many stood in the notice already, or twice in the batch; the first one counts.
    pub duplicates: i64,
    /// The lines of these, where they have one; not those of a batch that was added before.
    pub dropped: Vec<i64>,
}

/// Recipients.
#[async_trait]
pub trait Recipients {
    /// Adds a batch to a draft's recipients; its audience becomes `Listed` with the new size, and duplicates are dropped
    /// and counted. `None` when it is not a draft (any more), when it has another audience than `Nobody` and `Listed`, or
    /// when the run that they come from is not the one that counts.
    async fn add_recipients(
        &self,
        notice: NoticeId,
        batch: &[Recipient],
        run: Option<Run>,
    ) -> StoreResult<Option<Added>>;

    /// Removes at most `limit` of a draft's recipients and sets its audience to `Nobody`; answers how many. Repeat until 0.
    /// Those of a notice that was confirmed stay, and so do all when a run asks for it that is not the one that counts.
    async fn clear_recipients(&self, notice: NoticeId, limit: i64, run: Option<Run>) -> StoreResult<i64>;

    /// Whether recipients are stored for a notice: its own list, or the values that came with a copy.
    async fn has_recipients(&self, notice: NoticeId) -> StoreResult<bool>;

    /// One recipient of a notice.
    async fn recipient(&self, notice: NoticeId, openid: &str) -> StoreResult<Option<Recipient>>;

    /// Recipients by rising openid, after one; only those with a problem, if asked.
    async fn recipients(
        &self,
        notice: NoticeId,
        only_bad: bool,
        after: &str,
        limit: i64,
    ) -> StoreResult<Vec<Recipient>>;
}

//! Notices: drafts, confirmation, progress.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    delivery::{Attempt, Delivery, DeliveryState, SubscriberDelivery},
    ids::{DeliveryId, MiniProgramId, NoticeId, SubscriberId, TemplateId},
    notice::{Audience, Content, Notice, NoticeState, Preflight, StateCounts},
    page::{At, Page},
};

/// What became of a confirmation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// The notice and its deliveries are stored.
    Done(StateCounts),
    /// It had been confirmed before (a second press): nothing was done.
    Already,
    /// More would be sent now than the person was shown; nothing was done.
    MoreThanShown(Preflight),
    /// Nobody would get it; nothing was done.
    Nobody(Preflight),
    /// No such draft.
    Missing,
}

/// Notices.
#[async_trait]
pub trait Notices {
    /// Begins a draft.
    async fn add_draft(
        &self,
        mini_program: MiniProgramId,
        template: TemplateId,
        audience: &Audience,
        content: &Content,
        created_by: &str,
        now: Millis,
    ) -> StoreResult<NoticeId>;

    /// Changes a draft's audience and number of duplicates dropped; `false` when it is not a draft (any more).
    async fn change_audience(&self, id: NoticeId, audience: &Audience, duplicates: i64) -> StoreResult<bool>;

    /// Changes a draft's content; `false` when it is not a draft (any more).
    async fn change_content(&self, id: NoticeId, content: &Content) -> StoreResult<bool>;

    /// Throws a draft away; `false` when it is not a draft (any more).
    async fn delete_draft(&self, id: NoticeId) -> StoreResult<bool>;

    /// One notice, with its audience while it is a draft.
    async fn notice(&self, id: NoticeId) -> StoreResult<Option<Notice>>;

    /// A page, newest first (the key is the notice's id), optionally of one state or one template.
    async fn notices(
        &self,
        mini_program: MiniProgramId,
        state: Option<NoticeState>,
        template: Option<TemplateId>,
        at: At,
        size: i64,
    ) -> StoreResult<Page<Notice>>;

    /// Who would get a draft now, and who not and why.
    async fn preflight(&self, id: NoticeId, now: Millis) -> StoreResult<Option<Preflight>>;

    /// Confirms a draft in one transaction: makes subscribers of unknown openids, stores every delivery (pending, or
    /// skipped with the reason), reserves the grants, counts them under `hour_at`, and sets the notice running (or
    /// finished, where nothing is pending). By SQL, never row by row from memory. `shown` is how many the person was
    /// told would be sent.
    async fn enqueue_notice(&self, id: NoticeId, shown: i64, hour_at: Millis, now: Millis) -> StoreResult<Enqueued>;

    /// Sets a running notice to `Stopped` (with the code) or `Cancelled`, so that nothing of it is claimed any more;
    /// `false` when it was not running. [`Notices::withdraw_pending`] then clears the queue.
    async fn end_notice(
        &self,
        id: NoticeId,
        state: NoticeState,
        errcode: Option<i64>,
        now: Millis,
    ) -> StoreResult<bool>;

    /// Cancels at most `limit` pending deliveries of a notice that was ended, gives their grants back and counts;
    /// answers how many. Repeat until 0.
    async fn withdraw_pending(&self, id: NoticeId, errcode: i64, limit: i64, now: Millis) -> StoreResult<i64>;

    /// Notices that were ended but still have pending deliveries (a crash in between).
    async fn ended_with_pending(&self) -> StoreResult<Vec<NoticeId>>;

    /// A page of a notice's deliveries by subscriber id, optionally of some states (empty: all) and one error code.
    async fn deliveries(
        &self,
        notice: NoticeId,
        states: &[DeliveryState],
        errcode: Option<i64>,
        at: At,
        size: i64,
    ) -> StoreResult<Page<Delivery>>;

    /// The same of people whose openid begins so or whose remark holds it, whatever the letters. Few people in a big notice
    /// are found without reading it.
    async fn find_deliveries(
        &self,
        notice: NoticeId,
        search: &str,
        states: &[DeliveryState],
        errcode: Option<i64>,
        at: At,
        size: i64,
    ) -> StoreResult<Page<Delivery>>;

    /// The calls made for a delivery, first one first.
    async fn attempts(&self, id: DeliveryId) -> StoreResult<Vec<Attempt>>;

    /// What was sent to a subscriber, newest first, pages by notice id.
    async fn deliveries_to(&self, subscriber: SubscriberId, at: At, size: i64)
    -> StoreResult<Page<SubscriberDelivery>>;

    /// How many deliveries of a notice ended with each error code (failed, unknown, skipped, cancelled).
    async fn notice_codes(&self, id: NoticeId) -> StoreResult<Vec<model::statistics::CodeCounts>>;
}

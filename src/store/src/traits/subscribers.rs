//! Subscribers.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    ids::{MiniProgramId, SubscriberId},
    page::{At, Page},
    subscriber::{Subscriber, SubscriberFilter, SubscriberSummary},
};

/// Subscribers.
#[async_trait]
pub trait Subscribers {
    /// Adds one by hand. (mini program, openid) is unique: [`crate::StoreError::NotUnique`]`("openid")`.
    async fn add_subscriber(
        &self,
        mini_program: MiniProgramId,
        openid: &str,
        remark: &str,
        now: Millis,
    ) -> StoreResult<SubscriberId>;

    /// Changes the remark; answers whether the subscriber exists.
    async fn change_remark(&self, id: SubscriberId, remark: &str) -> StoreResult<bool>;

    /// One of them.
    async fn subscriber(&self, id: SubscriberId) -> StoreResult<Option<Subscriber>>;

    /// By openid.
    async fn subscriber_by_openid(&self, mini_program: MiniProgramId, openid: &str) -> StoreResult<Option<Subscriber>>;

    /// A page, newest first (the key is the subscriber's id). `_`, `%` and `\` in the search are ordinary characters.
    async fn subscribers(
        &self,
        mini_program: MiniProgramId,
        filter: &SubscriberFilter,
        at: At,
        size: i64,
    ) -> StoreResult<Page<SubscriberSummary>>;

    /// How many a mini program has that came after one (0: all of them), and the last of them (0: there is none).
    async fn count_subscribers_after(&self, mini_program: MiniProgramId, after: i64) -> StoreResult<(i64, i64)>;

    /// How many a mini program has. Reads an index from one end to the other.
    async fn count_subscribers(&self, mini_program: MiniProgramId) -> StoreResult<i64> {
        Ok(self.count_subscribers_after(mini_program, 0).await?.0)
    }
}

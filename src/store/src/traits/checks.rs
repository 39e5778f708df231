//! Checks of drafts: what filling the message for everybody came to.
//!
//! A check holds for one content, one list and what is known of people at that moment. Whatever changes one of these forgets it,
//! and a check that is still under way writes nothing any more.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Problem,
    ids::NoticeId,
    notice::{Audience, Content},
    recipient::Check,
};

/// Checks.
#[async_trait]
pub trait Checks {
    /// Begins a check of a draft for this content and audience; what another one under way still finds does not count.
    /// `false` when the draft has another content or audience by now, or is none (any more).
    async fn begin_check(
        &self,
        notice: NoticeId,
        content: &Content,
        audience: &Audience,
        check: &Check,
    ) -> StoreResult<bool>;

    /// Writes what is wrong with some recipients (or no longer is); `false` when the check of this key does not count any
    /// more.
    async fn judge_recipients(
        &self,
        notice: NoticeId,
        key: &str,
        judged: &[(String, Option<Problem>)],
    ) -> StoreResult<bool>;

    /// Notes what a check came to; `false` when it does not count any more.
    async fn end_check(&self, notice: NoticeId, check: &Check) -> StoreResult<bool>;

    /// The check of a notice, done or under way.
    async fn check_of(&self, notice: NoticeId) -> StoreResult<Option<Check>>;
}

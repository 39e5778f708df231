//! The queue.

use super::{claim, dialect::Backend, pace, queue, recover, results};
use crate::{Claim, Claimed, Deliveries, DeliveryResult, PaceView, StoreResult};
use async_trait::async_trait;
use model::{
    Millis,
    ids::{MiniProgramId, NoticeId},
};

#[async_trait]
impl Deliveries for Backend {
    async fn claim_due(&self, claim: Claim) -> StoreResult<Vec<Claimed>> {
        claim::due(self, claim).await
    }

    async fn release_claim(&self, lease: i64, now: Millis) -> StoreResult<i64> {
        recover::release(self, lease, now).await
    }

    async fn record_results(&self, results: &[DeliveryResult], now: Millis) -> StoreResult<u64> {
        results::record(self, results, now).await
    }

    async fn recover_expired(&self, now: Millis, limit: i64) -> StoreResult<Vec<NoticeId>> {
        recover::expired(self, now, limit).await
    }

    async fn pending_mini_programs(&self, now: Millis) -> StoreResult<Vec<(MiniProgramId, Millis)>> {
        queue::pending(self, now).await
    }

    async fn slow_down(&self, mini_program: MiniProgramId, calls_a_second: i64, now: Millis) -> StoreResult<bool> {
        pace::slow_down(self, mini_program, calls_a_second, now).await
    }

    async fn pace(&self, mini_program: MiniProgramId, now: Millis) -> StoreResult<PaceView> {
        pace::view(self, mini_program, now).await
    }

    async fn queue_depth(&self, mini_program: MiniProgramId) -> StoreResult<i64> {
        queue::depth(self, mini_program).await
    }
}

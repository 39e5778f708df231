//! Processes that send, and what waits for them.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    ids::MiniProgramId,
    worker::{Beat, Worker},
};

/// What waits for one mini program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLoad {
    /// Which.
    pub mini_program: MiniProgramId,
    /// Pending and sending deliveries of its running notices; never 0.
    pub waiting: i64,
}

/// The connections of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolState {
    /// Open.
    pub open: u32,
    /// Of these, not in use.
    pub idle: u32,
    /// The most that may be open.
    pub most: u32,
}

/// Processes that send, and what waits for them.
#[async_trait]
pub trait Workers {
    /// Notes what a process tells of itself in place of what it told before, and removes processes that were silent for
    /// an hour.
    async fn beat(&self, beat: &Beat, now: Millis) -> StoreResult<()>;

    /// A process stops in order.
    async fn leave(&self, id: i64) -> StoreResult<()>;

    /// Processes heard of in the last ten minutes, the oldest first.
    async fn workers(&self, now: Millis) -> StoreResult<Vec<Worker>>;

    /// Mini programs for which something waits, paused or not, by their ids.
    async fn queues(&self) -> StoreResult<Vec<QueueLoad>>;

    /// Pushes that wait for their effect; counted up to `most`.
    async fn waiting_events(&self, most: i64) -> StoreResult<i64>;

    /// The connections of this process.
    fn pool(&self) -> PoolState;
}

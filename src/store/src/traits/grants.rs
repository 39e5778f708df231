//! The grant ledger.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    grant::{Answer, Grant, LedgerEntry},
    ids::{MiniProgramId, SubscriberId, TemplateId},
    page::{At, Page},
};

/// Balances and why they are what they are. In every method the ledger line and the balance change together.
#[async_trait]
pub trait Grants {
    /// Records what a person answered for each template. Makes the subscriber when the openid is new and touches
    /// `last_seen_at`. One-time template: an acceptance adds 1. Long-term: an acceptance makes the balance 1, a refusal
    /// or ban makes it 0. Refusals of one-time templates change no balance (the platform keeps what was accepted) but
    /// are remembered (`refused`) until the next acceptance. All or nothing.
    async fn record_answers(
        &self,
        mini_program: MiniProgramId,
        openid: &str,
        answers: &[(TemplateId, Answer)],
        note: &str,
        now: Millis,
    ) -> StoreResult<SubscriberId>;

    /// A person changes a balance by hand. The balance never falls below 0 nor, for a long-term template, rises
    /// above 1: the change is cut to fit. Answers the new balance, `None` when subscriber or template are unknown or
    /// belong to different mini programs.
    async fn adjust_grant(
        &self,
        subscriber: SubscriberId,
        template: TemplateId,
        change: i64,
        note: &str,
        now: Millis,
    ) -> StoreResult<Option<i64>>;

    /// The balances of one subscriber.
    async fn grants_of(&self, subscriber: SubscriberId) -> StoreResult<Vec<Grant>>;

    /// The ledger of one subscriber, newest first, pages by entry id.
    async fn ledger_of(&self, subscriber: SubscriberId, at: At, size: i64) -> StoreResult<Page<LedgerEntry>>;

    /// Entries of all mini programs after an entry id, oldest first: for whoever follows the ledger.
    async fn ledger_after(&self, id: i64, limit: i64) -> StoreResult<Vec<LedgerEntry>>;

    /// The id of the newest entry, 0 when there is none.
    async fn last_ledger_entry(&self) -> StoreResult<i64>;

    /// Proves the books: every (what is wrong) line is a defect. Compares ledger sums with balances, reservations with
    /// unfinished deliveries, counters and notice counts with a recount. Reads everything: for tests and `doctor`.
    async fn check_books(&self) -> StoreResult<Vec<String>>;
}

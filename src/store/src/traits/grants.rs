//! The grant ledger.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    grant::{Answer, Grant, LedgerEntry},
    ids::{MiniProgramId, SubscriberId, TemplateId},
    page::{At, Page},
};

/// A report and a popup event of the same answer this far apart are one tap.
pub const PAIR_WITHIN_MS: Millis = 60_000;

/// What the mini program reported of one tap.
#[derive(Clone, Copy, Debug)]
pub struct GrantReport<'a> {
    /// Of which mini program.
    pub mini_program: MiniProgramId,
    /// Who.
    pub openid: &'a str,
    /// What was answered for each template.
    pub answers: &'a [(TemplateId, Answer)],
    /// Who said so, for the ledger.
    pub note: &'a str,
    /// Names the report: the same id of the same person counts once.
    pub report_id: Option<&'a str>,
}

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Whose.
    pub subscriber: SubscriberId,
    /// The report id was known: nothing was changed.
    pub repeated: bool,
}

/// A step of an expiry sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expired {
    /// Balances that were lowered.
    pub changed: i64,
    /// Go on after this subscriber; `None`: the sweep is through.
    pub after: Option<SubscriberId>,
}

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

    /// As [`Grants::record_answers`], with an id that makes it count once, and paired with the platform's popup event of
    /// the same tap. The mini program's `grant_source` says who is believed:
    ///
    /// - `both`: the first to tell of a tap counts. If the other source has told of the same answer for this person and
    ///   template within [`PAIR_WITHIN_MS`] and that one has no pair yet, the two are one tap: a `confirmed` line, no
    ///   change. Only while a callback is set up is there anything to wait for.
    /// - `report`: only reports change balances; of an event there is a `confirmed` line.
    /// - `event`: only events do; of a report there is a `confirmed` line.
    ///
    /// What happened before the last correction to 0 (43101) or before a later answer does not undo what is newer.
    async fn record_report(&self, report: GrantReport<'_>, now: Millis) -> StoreResult<Reported>;

    /// Lowers balances of a one-time template to what was accepted (or added by hand) since `since`, never below what is
    /// reserved, with an `expired` line each. The oldest acceptances are spent first, so what is left are the newest.
    /// Looks at `limit` subscribers after `after`, in the order of their ids.
    async fn expire_grants(
        &self,
        template: TemplateId,
        since: Millis,
        after: Option<SubscriberId>,
        limit: i64,
        now: Millis,
    ) -> StoreResult<Expired>;

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

    /// Notes one grant each of many people at once, by SQL: openids become subscribers, with a line in the ledger each. Whoever
    /// has answered for the template before is left as they are. Answers how many were noted.
    async fn import_grants(
        &self,
        mini_program: MiniProgramId,
        template: TemplateId,
        openids: &[String],
        note: &str,
        now: Millis,
    ) -> StoreResult<i64>;

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

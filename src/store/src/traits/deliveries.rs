//! The queue: claims under a lease, results in batches.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    delivery::{Attempt, SkipReason},
    ids::{DeliveryId, MiniProgramId, NoticeId, TemplateId},
    recipient::Personal,
};

/// What a claim asks for.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Of which mini program.
    pub mini_program: MiniProgramId,
    /// At most so many.
    pub limit: i64,
    /// Now.
    pub now: Millis,
    /// The lease ends then; long after the call's time-out.
    pub lease_until: Millis,
    /// A random positive number of this claim; results are taken only with it.
    pub lease: i64,
}

/// A delivery leased to the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Which.
    pub id: DeliveryId,
    /// Of which template.
    pub template: TemplateId,
    /// To whom.
    pub openid: String,
    /// Calls made before.
    pub attempts: i64,
    /// Whether a grant still stands behind it (43101 or a change by hand may have taken it away since).
    pub granted: bool,
    /// Whether the person has had as many messages lately as the mini program's cap allows, where it counts.
    pub capped: bool,
    /// When the delivery was due.
    pub due_at: Millis,
    /// What makes this person's message differ, where messages of the notice may.
    pub personal: Option<Personal>,
}

/// What became of a leased delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// WeChat accepted: the grant is spent.
    Sent {
        /// The platform's message id, where it gives one.
        msgid: Option<i64>,
    },
    /// Final refusal: the grant is given back (with a `returned` line where the platform answered), or corrected where
    /// `no_grant` (43101).
    Failed {
        /// The code.
        errcode: i64,
        /// 43101: the platform says there is no grant. The balance becomes what was accepted since the call began, so that
        /// a tap while it was under way is not lost.
        no_grant: bool,
    },
    /// It may or may not have reached WeChat: the grant counts as spent.
    Unknown {
        /// One of `own_code`.
        errcode: i64,
    },
    /// Tried and to be tried again: pending until `due_at`; the grant stays reserved.
    Retry {
        /// When.
        due_at: Millis,
        /// The code of this attempt.
        errcode: i64,
    },
    /// Not called at all: pending again, as if never claimed.
    Released {
        /// When to try.
        due_at: Millis,
    },
    /// Not called on purpose.
    Skipped(SkipReason),
}

/// The result of one leased delivery.
#[derive(Clone, Debug)]
pub struct DeliveryResult {
    /// Which.
    pub id: DeliveryId,
    /// The lease it was claimed under.
    pub lease: i64,
    /// The call, where one was made.
    pub attempt: Option<Attempt>,
    /// What became of it.
    pub outcome: Outcome,
}

/// How fast a mini program sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaceView {
    /// Calls a second that a person has set as the most.
    pub set: Option<i64>,
    /// Calls a second to which trouble at the platform has slowed it down for now.
    pub slowed: Option<i64>,
    /// Calls under way at once that a person has set as the most.
    pub at_once: Option<i64>,
}

impl PaceView {
    /// Whether anything holds it back.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.set.is_some() || self.slowed.is_some() || self.at_once.is_some()
    }
}

/// The queue.
#[async_trait]
pub trait Deliveries {
    /// Leases due deliveries (state pending → sending) of running notices of a mini program that is not paused, at most one
    /// per subscriber and none of a subscriber who has one leased already. What waited for another try comes first, then
    /// all notices in turn, so that a small one is not behind a big one. No more than the mini program's pace allows, over
    /// all claimers. Two claimers never get the same row, nor two rows of one subscriber.
    async fn claim_due(&self, claim: Claim) -> StoreResult<Vec<Claimed>>;

    /// Gives back everything a claim leased, for the case that the claim's own answer was lost.
    async fn release_claim(&self, lease: i64, now: Millis) -> StoreResult<i64>;

    /// Stores results in one transaction: attempt, state, grant and ledger, counters, and `Finished` for a notice
    /// whose last delivery ended. A result counts only while the row is leased under the same lease; a late `Sent` or
    /// `Failed` for a row that became `unknown` under that lease still makes it so, and a late `Failed` returns the grant
    /// that was counted as spent. Answers how many counted. Storing the same result twice changes nothing.
    async fn record_results(&self, results: &[DeliveryResult], now: Millis) -> StoreResult<u64>;

    /// Leases that ended before `now` become `unknown` (`own_code::LEASE_EXPIRED`), their grants spent; answers the notice of
    /// each, at most `limit` of them.
    async fn recover_expired(&self, now: Millis, limit: i64) -> StoreResult<Vec<NoticeId>>;

    /// Mini programs with something pending (due or not) that are not paused, and the earliest due instant.
    async fn pending_mini_programs(&self, now: Millis) -> StoreResult<Vec<(MiniProgramId, Millis)>>;

    /// The platform asks to go slower (-1, 45011) while about so many calls a second were made: half of it from now on, and
    /// a quarter faster again after every ten seconds without trouble. Trouble that comes together counts once: `false`.
    async fn slow_down(&self, mini_program: MiniProgramId, calls_a_second: i64, now: Millis) -> StoreResult<bool>;

    /// How fast a mini program sends.
    async fn pace(&self, mini_program: MiniProgramId, now: Millis) -> StoreResult<PaceView>;

    /// Pending and sending deliveries of a mini program, from the notice counts of running notices.
    async fn queue_depth(&self, mini_program: MiniProgramId) -> StoreResult<i64>;
}

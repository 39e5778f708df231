//! The platform's pushes: stored first, worked off after.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    callback::{CallbackCount, CallbackEvent, CallbackTally, StoredEvent},
    ids::MiniProgramId,
    mini_program::CallbackMode,
    page::{At, Page},
};

/// How a mini program's callback is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackSetup {
    /// Plain, compatible or safe.
    pub mode: CallbackMode,
    /// The callback token, sealed.
    pub sealed_token: String,
    /// EncodingAESKey, sealed; only plain mode can do without.
    pub sealed_key: Option<String>,
}

/// A push to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// Whose.
    pub mini_program: MiniProgramId,
    /// Names the push: the same digest is the same push, sent again.
    pub digest: String,
    /// The event.
    pub event: CallbackEvent,
    /// When it arrived.
    pub received_at: Millis,
}

/// What working off came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkedOff {
    /// Events that had their effect, or were given up.
    pub done: u64,
    /// Events put off: sent events that no delivery fits yet, and what cannot be worked off at all.
    pub put_off: u64,
}

/// Pushes and what is counted of them.
#[async_trait]
pub trait Callbacks {
    /// Sets the callback up, or takes it away; answers whether the mini program exists.
    async fn set_callback(&self, id: MiniProgramId, setup: Option<&CallbackSetup>) -> StoreResult<bool>;

    /// How it is set up.
    async fn callback(&self, id: MiniProgramId) -> StoreResult<Option<CallbackSetup>>;

    /// Stores pushes in one transaction, and counts them (by kind, and as duplicates) with their lag. Answers for each
    /// whether it was new; a digest that is known is absorbed, also within one batch.
    async fn store_events(&self, events: &[NewEvent]) -> StoreResult<Vec<bool>>;

    /// Counts what else happened at the callback, such as wrong signatures.
    async fn count_callback(
        &self,
        mini_program: MiniProgramId,
        what: CallbackCount,
        n: i64,
        now: Millis,
    ) -> StoreResult<()>;

    /// Works off at most `limit` events that are due, oldest first, each with its whole effect or none, so that any
    /// number of processes may do so at once:
    ///
    /// - popup: as a report, source `event` (see [`crate::Grants::record_report`]), at the event's instant; note `popup`;
    /// - change: every refusal sets the balance to what was accepted after its instant; note `change`;
    /// - sent: the delivery that it belongs to becomes delivered, or failed with the code; its grant stays spent. It is the
    ///   one of that msgid, else the oldest of that person and template whose msgid is not known: first those that are
    ///   `sent`, then those that are `unknown`, which became so at most a day before the event. While a call for that
    ///   person and template is under way only the msgid decides. If none fits, the event is put off (2 s, 4 s, … up to
    ///   10 min apart) for an hour, then it is counted as unmatched.
    ///
    /// Events may come in any order: what is older never undoes what is newer. An unknown person is made a subscriber by an
    /// answer, not by a sent event. Unknown templates are passed over; a sent event of one is unmatched at once. An event
    /// that cannot be worked off holds up no other: it is put off in the same way, and after an hour given up and logged.
    async fn work_off_events(&self, limit: i64, now: Millis) -> StoreResult<WorkedOff>;

    /// When the next waiting event is due; `None`: nothing waits.
    async fn next_event_at(&self) -> StoreResult<Option<Millis>>;

    /// What was counted of a mini program's callback.
    async fn callback_tallies(&self, mini_program: MiniProgramId) -> StoreResult<Vec<CallbackTally>>;

    /// The stored events, newest first, pages by id. One that another version of the program wrote and this one cannot read
    /// is shown as `Other("?")`.
    async fn events(&self, mini_program: MiniProgramId, at: At, size: i64) -> StoreResult<Page<StoredEvent>>;

    /// Removes events that are done, taps and report ids, each received before `before`; at most `limit` of each.
    /// Answers how many rows went.
    async fn prune_events(&self, before: Millis, limit: i64) -> StoreResult<i64>;
}

//! What this process counts of its own sending: a few atomic additions per delivery, read by the pulse and by
//! `/metrics`. Everything counts from the start of the process and never goes down.

mod codes;
mod scales;

pub(crate) use codes::label;
pub(crate) use scales::{Durations, Sizes, Times};

use codes::Codes;
use model::ids::MiniProgramId;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use store::Outcome;

/// What became of a leased delivery, as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Sent,
    Failed,
    Unknown,
    Retry,
    Released,
    Skipped,
}

impl Fate {
    pub(crate) const ALL: [Self; 6] =
        [Self::Sent, Self::Failed, Self::Unknown, Self::Retry, Self::Released, Self::Skipped];

    /// Its place in [`Fate::ALL`].
    pub(crate) fn index(self) -> usize {
        self as usize
    }

    /// The value of the label `outcome`.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Retry => "retry",
            Self::Released => "released",
            Self::Skipped => "skipped",
        }
    }

    fn of(outcome: &Outcome) -> (Self, Option<i64>) {
        match outcome {
            Outcome::Sent { .. } => (Self::Sent, None),
            Outcome::Failed { errcode, .. } => (Self::Failed, Some(*errcode)),
            Outcome::Unknown { errcode } => (Self::Unknown, Some(*errcode)),
            Outcome::Retry { errcode, .. } => (Self::Retry, Some(*errcode)),
            Outcome::Released { .. } => (Self::Released, None),
            Outcome::Skipped(_) => (Self::Skipped, None),
        }
    }
}

/// One mini program's share.
#[derive(Debug, Default)]
pub(crate) struct ProgramMeter {
    pub(crate) under_way: AtomicI64,
    pub(crate) fates: [AtomicU64; Fate::ALL.len()],
    pub(crate) codes: Codes,
    pub(crate) calls: Durations,
}

impl ProgramMeter {
    /// A delivery is being worked on until the guard goes.
    pub(super) fn begin(self: &Arc<Self>) -> UnderWay {
        self.under_way.fetch_add(1, Relaxed);
        UnderWay(self.clone())
    }

    /// A delivery is finished; `call` is how long its calls took, where any was made.
    pub(super) fn finished(&self, outcome: &Outcome, call: Option<Duration>) {
        let (fate, errcode) = Fate::of(outcome);
        if let Some(counter) = self.fates.get(fate.index()) {
            counter.fetch_add(1, Relaxed);
        }
        if let Some(errcode) = errcode {
            self.codes.count(errcode);
        }
        if let Some(duration) = call {
            self.calls.count(duration);
        }
    }
}

/// One delivery under way.
#[derive(Debug)]
pub(super) struct UnderWay(Arc<ProgramMeter>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Relaxed);
    }
}

/// The whole process.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    programs: RwLock<BTreeMap<MiniProgramId, Arc<ProgramMeter>>>,
    pub(crate) claim_times: Durations,
    pub(crate) claim_sizes: Sizes,
    pub(crate) batch_times: Durations,
    pub(crate) batch_sizes: Sizes,
    pub(crate) running: AtomicBool,
    pub(crate) draining: AtomicBool,
}

impl Meter {
    /// The counters of a mini program; they are kept, so that who counts often asks once.
    pub(crate) fn program(&self, id: MiniProgramId) -> Arc<ProgramMeter> {
        let mut all = self.programs.write().unwrap_or_else(PoisonError::into_inner);
        all.entry(id).or_default().clone()
    }

    /// All mini programs that were asked for, by id.
    pub(crate) fn programs(&self) -> Vec<(MiniProgramId, Arc<ProgramMeter>)> {
        let all = self.programs.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(id, meter)| (*id, meter.clone())).collect()
    }

    /// A claim was committed.
    pub(super) fn claimed(&self, deliveries: usize, took: Duration) {
        self.claim_times.count(took);
        self.claim_sizes.count(deliveries);
    }

    /// A batch of results was committed.
    pub(super) fn stored(&self, results: usize, took: Duration) {
        self.batch_times.count(took);
        self.batch_sizes.count(results);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_finished_is_counted_once_under_its_outcome_and_code() {
        let meter = Meter::default();
        let program = meter.program(MiniProgramId(7));
        let guard = program.begin();
        assert_eq!(program.under_way.load(Relaxed), 1);
        program.finished(&Outcome::Sent { msgid: None }, Some(Duration::from_millis(50)));
        program.finished(&Outcome::Failed { errcode: 43101, no_grant: true }, Some(Duration::from_millis(50)));
        program.finished(&Outcome::Retry { due_at: 0, errcode: 43101 }, None);
        drop(guard);
        assert_eq!(program.under_way.load(Relaxed), 0);
        let fates: Vec<u64> = program.fates.iter().map(|n| n.load(Relaxed)).collect();
        assert_eq!(fates, [1, 1, 0, 1, 0, 0]);
        assert_eq!(program.codes.read(), [(Some(43101), 2)]);
        assert_eq!(program.calls.read().count, 2);
        assert_eq!(meter.programs().len(), 1);
    }

    #[test]
    fn every_fate_stands_at_its_own_place() {
        for (i, fate) in Fate::ALL.into_iter().enumerate() {
            assert_eq!(fate.index(), i);
        }
    }
}

//! Simulated workers: what a process holds in memory between its transactions, and what the platform answers it.

use super::steps::Step;
use fastrand::Rng;
use model::{
    Millis,
    delivery::{Attempt, SkipReason, own_code},
};
use store::{Claimed, DeliveryResult, Outcome};

/// One process's memory. A crash forgets all of it.
#[derive(Debug, Default)]
pub(super) struct Worker {
    /// Claimed, not called yet, each with its lease.
    pub held: Vec<(i64, Claimed)>,
    /// Called, not known to be stored.
    pub done: Vec<DeliveryResult>,
    /// Stored; may be stored again.
    pub stored: Vec<DeliveryResult>,
    /// Leases of claims whose answer was lost.
    pub lost: Vec<i64>,
}

/// A call that was made, and whether the platform accepted.
#[derive(Debug)]
pub(super) struct Called {
    pub result: DeliveryResult,
    pub accepted: bool,
}

impl Worker {
    /// Whether a step would do anything.
    pub fn can(&self, step: Step) -> bool {
        match step {
            Step::Call => !self.held.is_empty(),
            Step::Store | Step::StoreLost => !self.done.is_empty(),
            Step::StoreAgain => !self.stored.is_empty(),
            Step::Release => !self.lost.is_empty(),
            _ => true,
        }
    }

    /// Calls for one that is held; the generator plays the platform.
    pub fn call(&mut self, rng: &mut Rng, now: Millis) -> Option<Called> {
        if self.held.is_empty() {
            return None;
        }
        let (lease, claimed) = self.held.swap_remove(rng.usize(..self.held.len()));
        let (outcome, accepted) =
            if claimed.granted { platform(rng, now) } else { (Outcome::Skipped(SkipReason::NoGrant), false) };
        let result = DeliveryResult { id: claimed.id, lease, attempt: attempt(&claimed, &outcome, now), outcome };
        Some(Called { result, accepted })
    }

    /// Some of what is done, in any order.
    pub fn batch(&mut self, rng: &mut Rng) -> Vec<DeliveryResult> {
        rng.shuffle(&mut self.done);
        // Rarely none at all.
        let n = rng.usize(..self.done.len().max(1));
        self.done.split_off(n)
    }
}

/// What the platform does with a call and what the caller makes of it; whether it accepted.
fn platform(rng: &mut Rng, now: Millis) -> (Outcome, bool) {
    match rng.u8(..20) {
        0..8 => (Outcome::Sent { msgid: rng.bool().then(|| rng.i64(1..i64::MAX)) }, true),
        8..10 => (Outcome::Failed { errcode: 43101, no_grant: true }, false),
        10 => (Outcome::Failed { errcode: 40003, no_grant: false }, false),
        11..13 => (Outcome::Unknown { errcode: own_code::NO_ANSWER }, true),
        13 => (Outcome::Unknown { errcode: own_code::NO_ANSWER }, false),
        14..18 => (Outcome::Retry { due_at: now + rng.i64(0..90_000), errcode: -1 }, false),
        _ => (Outcome::Released { due_at: now }, false),
    }
}

fn attempt(claimed: &Claimed, outcome: &Outcome, now: Millis) -> Option<Attempt> {
    let errcode = match outcome {
        Outcome::Sent { .. } => 0,
        Outcome::Failed { errcode, .. } | Outcome::Unknown { errcode } | Outcome::Retry { errcode, .. } => *errcode,
        Outcome::Released { .. } | Outcome::Skipped(_) => return None,
    };
    let number = claimed.attempts + 1;
    Some(Attempt { number, started_at: now, duration_ms: 9, errcode, rid: None, errmsg: None })
}

//! What may happen next.

use fastrand::Rng;

/// One step; which worker, which notice and how much is drawn when it is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A notice is ordered.
    Order,
    /// A worker claims.
    Claim,
    /// A worker claims, and the answer never reaches it.
    ClaimLost,
    /// A worker gives back a claim whose answer it never got.
    Release,
    /// A worker makes a call.
    Call,
    /// A worker stores results.
    Store,
    /// A worker stores results, and the answer never reaches it: it will store them again.
    StoreLost,
    /// A worker stores again what was stored.
    StoreAgain,
    /// A result comes under a lease that is over or was never the delivery's.
    Stray,
    /// A worker forgets everything.
    Crash,
    /// Leases that ended are dealt with.
    Recover,
    /// A notice is cancelled.
    End,
    /// Pending deliveries of an ended notice are withdrawn.
    Withdraw,
    /// The mini program rests, or goes on.
    Pause,
    /// A person's balance is taken away.
    TakeGrant,
    /// Time passes.
    Tick,
    /// So much of it that leases end.
    TickLong,
    /// The clock is set back.
    Back,
}

/// How often each comes, and its name.
const WEIGHTS: [(Step, u32, &str); 18] = [
    (Step::Order, 3, "order"),
    (Step::Claim, 14, "claim"),
    (Step::ClaimLost, 3, "claim, answer lost"),
    (Step::Release, 3, "release"),
    (Step::Call, 22, "call"),
    (Step::Store, 14, "store"),
    (Step::StoreLost, 3, "store, answer lost"),
    (Step::StoreAgain, 3, "store again"),
    (Step::Stray, 3, "stray result"),
    (Step::Crash, 4, "crash"),
    (Step::Recover, 7, "recover"),
    (Step::End, 2, "end"),
    (Step::Withdraw, 4, "withdraw"),
    (Step::Pause, 2, "pause"),
    (Step::TakeGrant, 2, "take grant"),
    (Step::Tick, 6, "tick"),
    (Step::TickLong, 6, "tick past leases"),
    (Step::Back, 3, "clock back"),
];

impl Step {
    /// By weight.
    pub fn draw(rng: &mut Rng) -> Self {
        let all: u32 = WEIGHTS.iter().map(|(_, weight, _)| weight).sum();
        let mut left: u32 = rng.u32(..all);
        for (step, weight, _) in WEIGHTS {
            if left < weight {
                return step;
            }
            left -= weight;
        }
        Self::Tick
    }

    pub fn name(self) -> &'static str {
        WEIGHTS.iter().find(|(step, ..)| *step == self).map_or("", |(.., name)| name)
    }
}

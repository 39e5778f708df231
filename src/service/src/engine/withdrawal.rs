//! Clearing the queue of notices that were stopped or cancelled: a task of its own, so that neither results nor people wait
//! for a million rows to move.

use crate::Services;
use model::delivery::own_code;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::StoreResult;

/// Rows in one transaction: few enough that results are stored in between.
pub(crate) const STEP: i64 = 1_000;
/// After so many failures in a row the task ends; the next look of a supervisor, or the next cancellation, begins another.
const PATIENCE: u32 = 5;
/// Between two tries.
const REST: Duration = Duration::from_secs(1);

/// Whether this process is withdrawing.
#[derive(Debug, Default)]
pub(crate) struct Withdrawals(Mutex<Work>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Work {
    #[default]
    Idle,
    UnderWay,
    /// Something was ended meanwhile: it must look once more before it stops.
    LookAgain,
}

impl Withdrawals {
    /// Whether a task has to be started.
    fn begin(&self) -> bool {
        let mut work = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = *work == Work::Idle;
        *work = if idle { Work::UnderWay } else { Work::LookAgain };
        idle
    }

    /// Whether the task may stop.
    fn end(&self) -> bool {
        let mut work = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let may = *work != Work::LookAgain;
        *work = if may { Work::Idle } else { Work::UnderWay };
        may
    }

    fn give_up(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Work::Idle;
    }
}

impl Services {
    /// Sees to it that what still waits of ended notices is withdrawn; at once, but not here. Several processes may do it
    /// together: each step takes rows that nobody else has.
    pub(crate) fn withdraw_soon(self: &Arc<Self>) {
        if self.withdrawals.begin() {
            tokio::spawn(run(self.clone()));
        }
    }

    /// A step of each ended notice that has something left; whether there was any.
    async fn withdraw_a_step(&self) -> StoreResult<bool> {
        let mut any = false;
        for id in self.store.ended_with_pending().await? {
            let code = self.store.notice(id).await?.and_then(|notice| notice.stop_errcode);
            let code = code.unwrap_or(own_code::CANCELLED);
            any |= self.store.withdraw_pending(id, code, STEP, self.now()).await? > 0;
        }
        Ok(any)
    }
}

async fn run(services: Arc<Services>) {
    let mut failures = 0;
    loop {
        match services.withdraw_a_step().await {
            Ok(true) => failures = 0,
            Ok(false) if services.withdrawals.end() => return,
            Ok(false) => {}
            Err(error) => {
                failures += 1;
                tracing::warn!(error = &error as &dyn std::error::Error, "withdrawal interrupted");
                if failures == PATIENCE {
                    services.withdrawals.give_up();
                    return;
                }
                tokio::time::sleep(REST).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_task_withdraws_and_misses_nothing_that_comes_while_it_stops() {
        let work = Withdrawals::default();
        assert!(work.begin());
        assert!(!work.begin(), "there is one already");
        assert!(!work.end(), "it looks once more");
        assert!(work.end());
        assert!(work.begin());
    }
}

//! A clock that lives through two weeks in a second and then shows the machine's time.

use model::Millis;
use service::clock::{Clock, SystemClock};
use std::sync::atomic::{AtomicI64, Ordering};

/// The machine's clock, unless it is set to an instant.
#[derive(Debug, Default)]
pub struct DemoClock(AtomicI64);

impl DemoClock {
    /// Stands still at an instant.
    pub fn set(&self, now: Millis) {
        self.0.store(now, Ordering::SeqCst);
    }

    /// Moves on from where it stands.
    pub fn advance(&self, by: Millis) {
        self.0.fetch_add(by, Ordering::SeqCst);
    }

    /// Shows the machine's time from now on.
    pub fn release(&self) {
        self.set(0);
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Millis {
        match self.0.load(Ordering::SeqCst) {
            0 => SystemClock.now(),
            fixed => fixed,
        }
    }
}

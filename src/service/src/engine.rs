//! The delivery engine: claims due deliveries under a lease, commits, then calls WeChat, then stores what came of it in
//! batches. No transaction is open during a call.
//!
//! ```text
//! supervisor ── one pump per mini program ── claim ── call ── call ── …
//!     │                                                  │
//!     ├─ recovers leases that ended                      └── results ── writer (batches, retries for ever)
//!     └─ sees to it that ended notices are withdrawn, by a task of its own
//! ```

mod call;
pub(crate) mod meter;
pub(crate) mod pulse;
mod pump;
mod speed;
mod supervisor;
mod verdict;
pub(crate) mod withdrawal;
mod writer;

pub use verdict::{Verdict, judge};

use crate::Services;
use model::Millis;
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How the engine works.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// Calls under way at once per mini program, in this process.
    pub concurrency: usize,
    /// A lease lasts this long; it must exceed the call's time-out by far.
    pub lease: Duration,
    /// How often to look for work that nobody announced.
    pub poll: Duration,
    /// How long a graceful stop waits for calls under way.
    pub drain: Duration,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            concurrency: 64,
            lease: Duration::from_secs(120),
            poll: Duration::from_secs(1),
            drain: Duration::from_secs(30),
        }
    }
}

impl EngineSettings {
    pub(crate) fn lease_ms(&self) -> Millis {
        Millis::try_from(self.lease.as_millis()).unwrap_or(Millis::MAX)
    }
}

/// The running engine.
#[derive(Debug)]
pub struct Engine {
    stop: CancellationToken,
    task: JoinHandle<()>,
    pulse: pulse::Pulse,
}

impl Engine {
    /// Starts it.
    #[must_use]
    pub fn start(services: Arc<Services>, settings: EngineSettings) -> Self {
        let stop = CancellationToken::new();
        let pulse = pulse::Pulse::start(services.clone(), stop.clone());
        let task = tokio::spawn(supervisor::run(services, settings, stop.clone()));
        Self { stop, task, pulse }
    }

    /// Stops claiming, lets calls under way finish and stores their results.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the engine did not stop cleanly");
        }
        self.pulse.stop().await;
    }
}

//! What holds for the whole simulator.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Settings of the whole simulator.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// How long every platform call takes at least, in milliseconds.
    pub latency_ms: u64,
    /// Whether an accepted send carries a `msgid`. The documentation does not promise one; field reports show both.
    pub msgid: bool,
    /// How many calls the log keeps.
    pub log_capacity: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { latency_ms: 0, msgid: true, log_capacity: 1_000_000 }
    }
}

/// The settings that every call reads, without a lock.
#[derive(Debug)]
pub(crate) struct Knobs {
    latency_ms: AtomicU64,
    msgid: AtomicBool,
}

impl Knobs {
    pub fn new(settings: &Settings) -> Self {
        Self { latency_ms: AtomicU64::new(settings.latency_ms), msgid: AtomicBool::new(settings.msgid) }
    }

    pub fn set(&self, settings: &Settings) {
        self.latency_ms.store(settings.latency_ms, Ordering::Relaxed);
        self.msgid.store(settings.msgid, Ordering::Relaxed);
    }

    pub fn latency(&self) -> Duration {
        Duration::from_millis(self.latency_ms.load(Ordering::Relaxed))
    }

    pub fn msgid(&self) -> bool {
        self.msgid.load(Ordering::Relaxed)
    }
}

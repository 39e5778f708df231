//! What holds for the whole simulator.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::sync::lock;

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
    /// How many accepted messages the phones show, all people together; 0 keeps none.
    pub keep_messages: usize,
    /// Whether pushes to callbacks only queue up until they are delivered by hand.
    pub hold_pushes: bool,
    /// Whether `errcode` is a string in every answer: some clients have met that (wechatpy casts it).
    pub string_codes: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            latency_ms: 0,
            msgid: true,
            log_capacity: 1_000_000,
            keep_messages: 5_000,
            hold_pushes: false,
            string_codes: false,
        }
    }
}

/// The settings that every call reads, without a lock.
#[derive(Debug)]
pub(crate) struct Knobs {
    latency_ms: AtomicU64,
    msgid: AtomicBool,
    keep_messages: AtomicUsize,
    string_codes: AtomicBool,
    all: Mutex<Settings>,
}

impl Knobs {
    pub fn new(settings: &Settings) -> Self {
        Self {
            latency_ms: AtomicU64::new(settings.latency_ms),
            msgid: AtomicBool::new(settings.msgid),
            keep_messages: AtomicUsize::new(settings.keep_messages),
            string_codes: AtomicBool::new(settings.string_codes),
            all: Mutex::new(*settings),
        }
    }

    pub fn set(&self, settings: &Settings) {
        let mut all = lock(&self.all);
        self.latency_ms.store(settings.latency_ms, Ordering::Relaxed);
        self.msgid.store(settings.msgid, Ordering::Relaxed);
        self.keep_messages.store(settings.keep_messages, Ordering::Relaxed);
        self.string_codes.store(settings.string_codes, Ordering::Relaxed);
        *all = *settings;
    }

    pub fn all(&self) -> Settings {
        *lock(&self.all)
    }

    pub fn latency(&self) -> Duration {
        Duration::from_millis(self.latency_ms.load(Ordering::Relaxed))
    }

    pub fn msgid(&self) -> bool {
        self.msgid.load(Ordering::Relaxed)
    }

    pub fn keep_messages(&self) -> usize {
        self.keep_messages.load(Ordering::Relaxed)
    }

    pub fn string_codes(&self) -> bool {
        self.string_codes.load(Ordering::Relaxed)
    }
}

//! What was accepted, in numbers that are kept while sends come in: a summary never walks the log.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde::Serialize;

use crate::subscribers::Accepted;
use crate::sync::lock;

/// Accepted sends at a glance.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SendSummary {
    /// Sends accepted.
    pub accepted: u64,
    /// The most that one openid received.
    pub max_per_openid: u32,
    /// Messages that were accepted more than once: same openid, same template, same content. Empty is what a sender
    /// wants.
    pub repeats: Vec<Repeat>,
}

/// A message that was accepted more than once.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Repeat {
    /// The account.
    pub appid: Arc<str>,
    /// Who got it.
    pub openid: Arc<str>,
    /// Of which template.
    pub template_id: Arc<str>,
    /// A hash of the content, in hex.
    pub content: String,
    /// How often.
    pub times: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Totals {
    accepted: AtomicU64,
    max_per_openid: AtomicU32,
    repeats: Mutex<HashMap<u64, Repeat>>,
}

impl Totals {
    pub fn count(&self, accepted: &Accepted, repeat: impl FnOnce() -> Repeat) {
        self.accepted.fetch_add(1, Ordering::Relaxed);
        self.max_per_openid.fetch_max(accepted.total, Ordering::Relaxed);
        if accepted.times > 1 {
            lock(&self.repeats).entry(accepted.key).or_insert_with(repeat).times = accepted.times;
        }
    }

    pub fn summary(&self) -> SendSummary {
        SendSummary {
            accepted: self.accepted.load(Ordering::Relaxed),
            max_per_openid: self.max_per_openid.load(Ordering::Relaxed),
            repeats: lock(&self.repeats).values().cloned().collect(),
        }
    }

    pub fn clear(&self) {
        self.accepted.store(0, Ordering::Relaxed);
        self.max_per_openid.store(0, Ordering::Relaxed);
        lock(&self.repeats).clear();
    }
}

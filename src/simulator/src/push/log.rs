//! The log of pushes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde::Serialize;

use super::client::{Answer, Failure};
use super::queue::Push;
use crate::sync::lock;

const KEPT: usize = 10_000;
/// More than this of an answer is not kept.
const SHOWN: usize = 500;

/// One attempt of a push.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pushed {
    /// The push; its attempts and duplicates share the id.
    pub id: u64,
    /// When, UTC milliseconds of the simulator's clock.
    pub at_ms: i64,
    /// The account.
    pub appid: Arc<str>,
    /// The event's name.
    pub event: String,
    /// Whom it is about.
    pub openid: Arc<str>,
    /// From 1; there are at most three unless it is pushed again by hand.
    pub attempt: u8,
    /// The HTTP status; absent: there was no answer.
    pub status: Option<u16>,
    /// The body of the answer, or why there was none.
    pub body: String,
    /// How long it took.
    pub duration_ms: u32,
    /// Whether it was a further copy of an event.
    pub duplicate: bool,
    /// Whether the receiver took it: HTTP 200 with `success` or nothing (message-push).
    pub delivered: bool,
}

impl Pushed {
    pub(super) fn new(push: &Push, at_ms: i64, duration_ms: u32, outcome: Result<Answer, Failure>) -> Self {
        let delivered =
            outcome.as_ref().is_ok_and(|answer| answer.status == 200 && matches!(answer.body.trim(), "" | "success"));
        let (status, body) = match outcome {
            Ok(answer) => (Some(answer.status), answer.body.chars().take(SHOWN).collect()),
            Err(failure) => (None, failure.0),
        };
        Self {
            id: push.id,
            at_ms,
            appid: push.account.appid.clone(),
            event: push.event.name.to_string(),
            openid: push.event.openid.clone(),
            attempt: push.attempts,
            status,
            body,
            duration_ms,
            duplicate: push.duplicate,
            delivered,
        }
    }
}

/// Pushes in numbers.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PushCounts {
    /// Taken by a receiver.
    pub delivered: u64,
    /// Given up after three attempts.
    pub failed: u64,
    /// Not queued for want of room.
    pub lost: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Log {
    kept: Mutex<VecDeque<Pushed>>,
    delivered: AtomicU64,
    failed: AtomicU64,
    lost: AtomicU64,
}

impl Log {
    pub fn write(&self, pushed: Pushed) {
        if pushed.delivered {
            self.delivered.fetch_add(1, Ordering::Relaxed);
        }
        let mut kept = lock(&self.kept);
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back(pushed);
    }

    pub fn count_failed(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }

    pub fn count_lost(&self) {
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    pub fn counts(&self) -> PushCounts {
        PushCounts {
            delivered: self.delivered.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
            lost: self.lost.load(Ordering::Relaxed),
        }
    }

    /// The newest attempts first, of one account or of all.
    pub fn newest(&self, limit: usize, appid: Option<&str>) -> Vec<Pushed> {
        let kept = lock(&self.kept);
        let wanted = kept.iter().rev().filter(|pushed| appid.is_none_or(|appid| *pushed.appid == *appid));
        wanted.take(limit).cloned().collect()
    }

    pub fn clear(&self) {
        lock(&self.kept).clear();
        for count in [&self.delivered, &self.failed, &self.lost] {
            count.store(0, Ordering::Relaxed);
        }
    }
}

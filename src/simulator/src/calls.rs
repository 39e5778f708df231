//! The log of calls.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::task::JoinHandle;

use crate::endpoint::Endpoint;
use crate::rids::Asked;
use crate::sync::lock;

/// One call of a platform path.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// The path, or `unknown`.
    pub path: &'static str,
    /// The account that it was for, when that became known.
    pub appid: Option<Arc<str>>,
    /// The addressee of a send, or the owner of a login code.
    pub openid: Option<Arc<str>>,
    /// The template of a send.
    pub template_id: Option<Arc<str>>,
    /// When it came in, UTC milliseconds.
    pub time_ms: i64,
    /// How long it took.
    pub duration_ms: u32,
    /// The error code of the answer, or of the answer that a fault then spoilt. Absent: it came to none.
    pub errcode: Option<i32>,
    /// Whether the request was read to its end.
    pub read: bool,
    /// Whether a send was accepted: the grant is spent, and the person gets the message.
    pub accepted: bool,
    /// Whether the caller was given an answer, be it a broken one.
    pub answered: bool,
    /// Whether a fault spoilt or withheld the answer, so that the caller cannot know what came of the call.
    pub spoilt: bool,
}

/// The last calls, oldest first.
#[derive(Debug)]
pub(crate) struct Log {
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    calls: VecDeque<Call>,
    capacity: usize,
    total: u64,
}

impl Log {
    pub fn new(capacity: usize) -> Self {
        Self { kept: Mutex::new(Kept { calls: VecDeque::new(), capacity, total: 0 }) }
    }

    pub fn resize(&self, capacity: usize) {
        let mut kept = lock(&self.kept);
        kept.capacity = capacity;
        let surplus = kept.calls.len().saturating_sub(capacity);
        kept.calls.drain(..surplus);
    }

    fn push(&self, call: Call) {
        let mut kept = lock(&self.kept);
        kept.total += 1;
        if kept.capacity == 0 {
            return;
        }
        if kept.calls.len() >= kept.capacity {
            kept.calls.pop_front();
        }
        kept.calls.push_back(call);
    }

    /// The newest calls first.
    pub fn newest(&self, limit: usize, path: Option<&str>) -> Vec<Call> {
        let kept = lock(&self.kept);
        let wanted = kept.calls.iter().rev().filter(|call| path.is_none_or(|path| call.path == path));
        wanted.take(limit).cloned().collect()
    }

    /// Calls so far, also those that the ring has let go.
    pub fn total(&self) -> u64 {
        lock(&self.kept).total
    }

    pub fn clear(&self) {
        let mut kept = lock(&self.kept);
        kept.calls.clear();
        kept.total = 0;
    }
}

/// A call that is under way; it enters the log when it ends, also when the caller hangs up.
pub(crate) struct Record<'a> {
    log: &'a Log,
    began: Instant,
    pub call: Call,
    /// What came in, for the books of request ids.
    pub asked: Option<Asked>,
    /// A push that is to go out before the answer.
    pub push_first: Option<JoinHandle<()>>,
}

impl<'a> Record<'a> {
    pub fn begin(log: &'a Log, endpoint: Endpoint, time_ms: i64) -> Self {
        let call = Call { path: endpoint.path(), time_ms, ..Call::default() };
        Self { log, began: Instant::now(), call, asked: None, push_first: None }
    }

    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

impl Drop for Record<'_> {
    fn drop(&mut self) {
        let mut call = std::mem::take(&mut self.call);
        call.duration_ms = u32::try_from(self.began.elapsed().as_millis()).unwrap_or(u32::MAX);
        self.log.push(call);
    }
}

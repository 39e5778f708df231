//! The request ids (rid) of refused calls, for `openapi/rid/get`.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::Uri;

use crate::sync::lock;

const KEPT: usize = 10_000;
/// More than this of a body is not kept.
const SHOWN: usize = 2_048;

/// A call as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub uri: Uri,
    pub body: Bytes,
    pub ip: IpAddr,
}

/// A call with its answer.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub appid: Option<Arc<str>>,
    /// Calls under `/sns/` have ids, too, but nothing is told of them.
    pub is_sns: bool,
    /// The query string with the access token in it, which is what the platform calls `request_url`.
    pub query: String,
    pub body: String,
    pub answered: String,
    pub ip: IpAddr,
    pub at_ms: i64,
    pub cost: Duration,
}

impl Known {
    /// Copies what is kept: a slice would hold the whole buffer of its connection.
    pub fn new(asked: &Asked, answered: &str, appid: Option<Arc<str>>, at_ms: i64, cost: Duration) -> Self {
        Self {
            appid,
            is_sns: asked.uri.path().starts_with("/sns/"),
            query: asked.uri.query().unwrap_or_default().to_owned(),
            body: String::from_utf8_lossy(&asked.body[..asked.body.len().min(SHOWN)]).into_owned(),
            answered: answered[..answered.floor_char_boundary(SHOWN)].to_owned(),
            ip: asked.ip,
            at_ms,
            cost,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Rids {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    order: VecDeque<Arc<str>>,
    by_rid: HashMap<Arc<str>, Known>,
}

/// A new request id: its first group is the time in hexadecimal seconds.
pub(crate) fn new_rid(now_ms: i64) -> String {
    let (seconds, a, b) = (now_ms.div_euclid(1000), fastrand::u32(..), fastrand::u32(..));
    format!("{seconds:08x}-{a:08x}-{b:08x}")
}

/// The time in a request id, UTC milliseconds, if it can be one.
pub(crate) fn time_of(rid: &str) -> Option<i64> {
    let groups: Vec<&str> = rid.split('-').collect();
    let hex = |group: &&str| group.len() == 8 && group.bytes().all(|byte| byte.is_ascii_hexdigit());
    if groups.len() != 3 || !groups.iter().all(hex) {
        return None;
    }
    i64::from_str_radix(groups[0], 16).ok().map(|seconds| seconds * 1000)
}

impl Rids {
    pub fn remember(&self, rid: String, known: Known) {
        let rid: Arc<str> = rid.into();
        let mut kept = lock(&self.kept);
        if kept.order.len() >= KEPT
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.by_rid.remove(&oldest);
        }
        kept.order.push_back(rid.clone());
        kept.by_rid.insert(rid, known);
    }

    pub fn get(&self, rid: &str) -> Option<Known> {
        lock(&self.kept).by_rid.get(rid).cloned()
    }
}

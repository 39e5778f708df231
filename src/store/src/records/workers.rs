//! Processes that send.

use model::{
    Millis,
    worker::{Beat, Worker},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A row of `workers`.
#[derive(sqlx::FromRow)]
pub(crate) struct WorkerRecord {
    id: i64,
    host: String,
    pid: i64,
    version: String,
    started_at: Millis,
    beat_at: Millis,
    draining: i64,
    under_way: i64,
    sent: i64,
    failed: i64,
    millirate: i64,
    p50_ms: Option<i64>,
    p95_ms: Option<i64>,
    paces: String,
    errors: String,
    warnings: String,
}

impl From<WorkerRecord> for Worker {
    fn from(r: WorkerRecord) -> Self {
        let beat = Beat {
            id: r.id,
            host: r.host,
            pid: r.pid,
            version: r.version,
            started_at: r.started_at,
            draining: r.draining != 0,
            under_way: r.under_way,
            sent: r.sent,
            failed: r.failed,
            millirate: r.millirate,
            p50_ms: r.p50_ms,
            p95_ms: r.p95_ms,
            paces: known(&r.paces),
            errors: known(&r.errors),
            warnings: known(&r.warnings),
        };
        Self { beat, beat_at: r.beat_at }
    }
}

/// A process of another version may tell of what this one does not know: that must not hide the rest.
fn known<T: DeserializeOwned>(stored: &str) -> Vec<T> {
    let all: Vec<Value> = serde_json::from_str(stored).unwrap_or_default();
    all.into_iter().filter_map(|one| serde_json::from_value(one).ok()).collect()
}

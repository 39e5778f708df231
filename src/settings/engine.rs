//! Settings of the delivery engine. What would lose or stall messages is refused here.

use super::{Environment, SettingsError, bad, number};
use serde::Deserialize;
use service::engine::EngineSettings;
use std::time::Duration;

/// The `[engine]` part of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FileEngine {
    concurrency: Option<u64>,
    lease_secs: Option<u64>,
    poll_ms: Option<u64>,
    drain_secs: Option<u64>,
    undo_secs: Option<u64>,
}

/// A delivery may take a call, a new access token and the call again: a lease that ends before would turn good answers
/// into unknown ones.
const CALLS_A_LEASE: u32 = 3;
/// What a dead process had leased waits for so long, and so does everything when the clock is set back under a lease.
const LONGEST_LEASE_SECS: u64 = 600;

/// How long a confirmation can be taken back.
pub(super) fn undo(env: &impl Environment, file: &FileEngine) -> Result<Duration, SettingsError> {
    Ok(Duration::from_secs(number(env, "YANSHU_UNDO_SECS", file.undo_secs, 10, 0..=600)?))
}

pub(super) fn read(
    env: &impl Environment,
    file: &FileEngine,
    timeout: Duration,
) -> Result<EngineSettings, SettingsError> {
    let concurrency = number(env, "YANSHU_CONCURRENCY", file.concurrency, 64, 1..=4096)?;
    let lease = number(env, "YANSHU_LEASE_SECS", file.lease_secs, 120, 1..=LONGEST_LEASE_SECS)?;
    let lease = Duration::from_secs(lease);
    let least = timeout * CALLS_A_LEASE;
    if lease < least {
        let why = format!(
            "must be at least {}: a call, a new access token and the call again may take YANSHU_WECHAT_TIMEOUT_SECS ({}) each",
            least.as_secs(),
            timeout.as_secs()
        );
        return Err(bad("YANSHU_LEASE_SECS", why));
    }
    Ok(EngineSettings {
        concurrency: usize::try_from(concurrency).unwrap_or(64),
        lease,
        poll: Duration::from_millis(number(env, "YANSHU_POLL_MS", file.poll_ms, 1000, 10..=60_000)?),
        drain: Duration::from_secs(number(env, "YANSHU_DRAIN_SECS", file.drain_secs, 30, 1..=600)?),
    })
}

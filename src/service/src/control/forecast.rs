//! How long a notice will take.

use crate::{Services, UseResult};
use model::{Millis, control::Forecast, ids::MiniProgramId, notice::Preflight};

/// A call takes about so long while nothing was measured.
const USUAL_MS: i64 = 100;
/// Between the end of a call and the next one in its place: the answer is stored, another delivery is claimed.
const BETWEEN_MS: i64 = 10;
/// Calls under way at once in one process, unless it is set otherwise.
const AT_ONCE: i64 = 64;

impl Services {
    /// From what the settings allow, how long calls took lately and what else waits.
    pub(crate) async fn foretell(&self, program: MiniProgramId, preflight: &Preflight) -> UseResult<Forecast> {
        let now = self.now();
        let workers = self.engine_health().await?.workers;
        let pace = self.store.pace(program, now).await?;
        let took = workers.iter().filter_map(|worker| worker.beat.p50_ms).max();
        let processes = i64::try_from(workers.len()).unwrap_or(1).max(1);
        let at_once = pace.at_once.unwrap_or(i64::MAX).min(AT_ONCE * processes);
        let limit = [pace.set, pace.slowed].into_iter().flatten().min();
        let per_minute = per_minute(at_once, took.unwrap_or(USUAL_MS), limit);
        let beside = self.store.queue_depth(program).await?;
        Ok(Forecast::new(preflight.will_send, preflight.skipped(), beside, per_minute, took.is_some()))
    }
}

/// So many calls at once that take so long each, but no more a second than is allowed.
fn per_minute(at_once: i64, took_ms: Millis, limit: Option<i64>) -> i64 {
    let free = at_once.saturating_mul(60_000) / (took_ms.max(0) + BETWEEN_MS);
    limit.map_or(free, |limit| free.min(limit.saturating_mul(60))).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_what_the_calls_and_the_limit_leave() {
        assert_eq!(per_minute(64, 100, None), 34_909);
        assert_eq!(per_minute(64, 0, None), 384_000, "a platform that answers at once is not endlessly fast");
        assert_eq!(per_minute(64, 100, Some(50)), 3_000);
        assert_eq!(per_minute(1, 120_000, None), 1);
    }
}

//! Processes that send, and what waits for them.

use super::{dialect::Backend, query, query_as};
use crate::{PoolState, QueueLoad, StoreResult, Workers, records::WorkerRecord, records::to_json, text::text};
use async_trait::async_trait;
use model::{
    Millis,
    ids::MiniProgramId,
    worker::{Beat, Worker},
};

/// One that was silent for so long is not shown any more.
const SHOWN_MS: Millis = 10 * 60_000;
/// After so long its row goes.
const KEPT_MS: Millis = 60 * 60_000;

#[async_trait]
impl Workers for Backend {
    async fn beat(&self, beat: &Beat, now: Millis) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        query("DELETE FROM workers WHERE beat_at < $1").bind(now - KEPT_MS).execute(&mut *tx).await?;
        query(
            "INSERT INTO workers (id, host, pid, version, started_at, beat_at, draining, under_way, sent, failed, millirate,
                                  p50_ms, p95_ms, paces, errors, warnings)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
             ON CONFLICT (id) DO UPDATE
             SET started_at = excluded.started_at, beat_at = excluded.beat_at, draining = excluded.draining,
                 under_way = excluded.under_way, sent = excluded.sent, failed = excluded.failed,
                 millirate = excluded.millirate, p50_ms = excluded.p50_ms, p95_ms = excluded.p95_ms,
                 paces = excluded.paces, errors = excluded.errors, warnings = excluded.warnings",
        )
        .bind(beat.id)
        .bind(text(&beat.host))
        .bind(beat.pid)
        .bind(text(&beat.version))
        .bind(beat.started_at)
        .bind(now)
        .bind(i64::from(beat.draining))
        .bind(beat.under_way)
        .bind(beat.sent)
        .bind(beat.failed)
        .bind(beat.millirate)
        .bind(beat.p50_ms)
        .bind(beat.p95_ms)
        .bind(to_json(&beat.paces)?)
        .bind(to_json(&beat.errors)?)
        .bind(to_json(&beat.warnings)?)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    async fn leave(&self, id: i64) -> StoreResult<()> {
        query("DELETE FROM workers WHERE id = $1").bind(id).execute(self.write()).await?;
        Ok(())
    }

    async fn workers(&self, now: Millis) -> StoreResult<Vec<Worker>> {
        let rows: Vec<WorkerRecord> = query_as(
            "SELECT id, host, pid, version, started_at, beat_at, draining, under_way, sent, failed, millirate, p50_ms,
                    p95_ms, paces, errors, warnings
             FROM workers WHERE beat_at >= $1 ORDER BY started_at, id",
        )
        .bind(now - SHOWN_MS)
        .fetch_all(self.read())
        .await?;
        Ok(rows.into_iter().map(Worker::from).collect())
    }

    async fn queues(&self) -> StoreResult<Vec<QueueLoad>> {
        let rows: Vec<(i64, i64)> = query_as(
            "SELECT n.mini_program_id, CAST(sum(c.n) AS BIGINT)
             FROM notices n JOIN notice_counts c ON c.notice_id = n.id AND c.state = 0 AND c.n > 0
             WHERE n.state = 'running' AND n.hold IS NULL AND n.confirmed_at IS NOT NULL AND n.finished_at IS NULL
             GROUP BY n.mini_program_id
             ORDER BY n.mini_program_id",
        )
        .fetch_all(self.read())
        .await?;
        Ok(rows.into_iter().map(|(id, waiting)| QueueLoad { mini_program: MiniProgramId(id), waiting }).collect())
    }

    async fn waiting_events(&self, most: i64) -> StoreResult<i64> {
        let (n,) = query_as(
            "SELECT count(*) FROM (SELECT 1 AS one FROM events WHERE done_at IS NULL ORDER BY due_at, id LIMIT $1) AS waiting",
        )
        .bind(most)
        .fetch_one(self.read())
        .await?;
        Ok(n)
    }

    fn pool(&self) -> PoolState {
        let mut state = PoolState { open: 0, idle: 0, most: 0 };
        for pool in self.pools() {
            state.open += pool.size();
            state.idle += u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
            state.most += pool.options().get_max_connections();
        }
        state
    }
}

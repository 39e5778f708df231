//! What the platform allows only so often, and what it answered.

mod sync;

use super::{dialect::Backend, query, query_as};
use crate::{Platform, Snapshot, StoreResult, SyncChange, records::word, text::text};
use async_trait::async_trait;
use model::{Millis, ids::MiniProgramId, platform::Use};

#[async_trait]
impl Platform for Backend {
    async fn count_use(&self, mini_program: MiniProgramId, what: Use, period: &str) -> StoreResult<i64> {
        let (n,) = query_as(
            "INSERT INTO uses (mini_program_id, what, period, n) VALUES ($1, $2, $3, 1)
             ON CONFLICT (mini_program_id, what, period) DO UPDATE SET n = uses.n + 1
             RETURNING n",
        )
        .bind(mini_program.0)
        .bind(what.code())
        .bind(text(period))
        .fetch_one(self.write())
        .await?;
        Ok(n)
    }

    async fn uses(&self, mini_program: MiniProgramId, period: &str) -> StoreResult<Vec<(Use, i64)>> {
        let rows: Vec<(String, i64)> =
            query_as("SELECT what, n FROM uses WHERE mini_program_id = $1 AND period = $2 ORDER BY what")
                .bind(mini_program.0)
                .bind(text(period))
                .fetch_all(self.read())
                .await?;
        rows.into_iter().map(|(what, n)| Ok((word("uses", "what", &what, Use::parse)?, n))).collect()
    }

    async fn save_snapshot(
        &self,
        mini_program: MiniProgramId,
        what: &str,
        key: &str,
        body: &str,
        now: Millis,
    ) -> StoreResult<()> {
        query(
            "INSERT INTO snapshots (mini_program_id, what, key, at, body) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (mini_program_id, what, key) DO UPDATE SET at = excluded.at, body = excluded.body",
        )
        .bind(mini_program.0)
        .bind(text(what))
        .bind(text(key))
        .bind(now)
        .bind(text(body))
        .execute(self.write())
        .await?;
        Ok(())
    }

    async fn snapshot(&self, mini_program: MiniProgramId, what: &str, key: &str) -> StoreResult<Option<Snapshot>> {
        let row: Option<(i64, String)> =
            query_as("SELECT at, body FROM snapshots WHERE mini_program_id = $1 AND what = $2 AND key = $3")
                .bind(mini_program.0)
                .bind(text(what))
                .bind(text(key))
                .fetch_optional(self.read())
                .await?;
        Ok(row.map(|(at, body)| Snapshot { at, body }))
    }

    async fn apply_sync(&self, mini_program: MiniProgramId, change: &SyncChange, now: Millis) -> StoreResult<()> {
        sync::apply(self, mini_program, change, now).await
    }
}

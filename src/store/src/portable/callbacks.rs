//! The platform's pushes.

use super::{
    dialect::Backend,
    events::{list, prune, store, tally, work},
    query, query_as,
};
use crate::{
    CallbackSetup, Callbacks, NewEvent, StoreResult, WorkedOff,
    records::{CallbackRecord, TallyRecord},
    text::text,
};
use async_trait::async_trait;
use model::{
    Millis,
    callback::{CallbackCount, CallbackTally, StoredEvent},
    ids::MiniProgramId,
    page::{At, Page},
};

#[async_trait]
impl Callbacks for Backend {
    async fn set_callback(&self, id: MiniProgramId, setup: Option<&CallbackSetup>) -> StoreResult<bool> {
        let done = query(
            "UPDATE mini_programs SET callback_mode = $2, sealed_callback_token = $3, sealed_callback_key = $4
             WHERE id = $1",
        )
        .bind(id.0)
        .bind(setup.map(|s| s.mode.code()))
        .bind(setup.map(|s| text(&s.sealed_token)))
        .bind(setup.and_then(|s| s.sealed_key.as_deref()).map(text))
        .execute(self.write())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn callback(&self, id: MiniProgramId) -> StoreResult<Option<CallbackSetup>> {
        let row: Option<CallbackRecord> = query_as(
            "SELECT callback_mode, sealed_callback_token, sealed_callback_key FROM mini_programs
             WHERE id = $1 AND callback_mode IS NOT NULL AND sealed_callback_token IS NOT NULL",
        )
        .bind(id.0)
        .fetch_optional(self.read())
        .await?;
        row.map(CallbackSetup::try_from).transpose()
    }

    async fn store_events(&self, events: &[NewEvent]) -> StoreResult<Vec<bool>> {
        store::all(self, events).await
    }

    async fn count_callback(
        &self,
        mini_program: MiniProgramId,
        what: CallbackCount,
        n: i64,
        now: Millis,
    ) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        let mut tallies = tally::Tallies::default();
        tallies.add(mini_program.0, what, n, now, None);
        tallies.write(&mut tx).await?;
        Ok(tx.commit().await?)
    }

    async fn work_off_events(&self, limit: i64, now: Millis) -> StoreResult<WorkedOff> {
        work::off(self, limit, now).await
    }

    async fn next_event_at(&self) -> StoreResult<Option<Millis>> {
        let row: Option<(i64,)> = query_as(list::NEXT).fetch_optional(self.read()).await?;
        Ok(row.map(|(due_at,)| due_at))
    }

    async fn callback_tallies(&self, mini_program: MiniProgramId) -> StoreResult<Vec<CallbackTally>> {
        let rows: Vec<TallyRecord> = query_as(
            "SELECT what, n, last_at, last_lag_ms FROM callback_tallies WHERE mini_program_id = $1 ORDER BY what",
        )
        .bind(mini_program.0)
        .fetch_all(self.read())
        .await?;
        rows.into_iter().map(CallbackTally::try_from).collect()
    }

    async fn events(&self, mini_program: MiniProgramId, at: At, size: i64) -> StoreResult<Page<StoredEvent>> {
        list::page(self, mini_program, at, size).await
    }

    async fn prune_events(&self, before: Millis, limit: i64) -> StoreResult<i64> {
        prune::all(self, before, limit).await
    }
}

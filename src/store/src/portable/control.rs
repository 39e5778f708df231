//! Control of notices.

mod approval;
mod follow;
mod hold;
pub(super) mod log;
pub(super) mod recurrences;
mod rules;
mod start;
mod undo;

use super::{dialect::Backend, enqueue, query, query_as};
use crate::{
    Control, CopyOf, Enqueued, LetGo, NewRecurrence, Occurrence, Order, QuietHours, Started, StoreResult,
    records::{codes, json},
    text::text,
};
use async_trait::async_trait;
use model::{
    Millis, Problem,
    control::{Deed, FollowUp, Forecast, LogLine, Recurrence, SendRules},
    ids::{MiniProgramId, NoticeId, RecurrenceId, UserId},
    notice::Audience,
    statistics::CodeCounts,
};

#[async_trait]
impl Control for Backend {
    async fn order_notice(&self, order: &Order) -> StoreResult<Enqueued> {
        enqueue::ordered(self, order).await
    }

    async fn start_due(&self, grace: Millis, now: Millis) -> StoreResult<Started> {
        start::due(self, grace, now).await
    }

    async fn undo_notice(&self, id: NoticeId, deed: Deed, by: &str, now: Millis) -> StoreResult<bool> {
        undo::notice(self, id, deed, by, now).await
    }

    async fn reschedule_notice(
        &self,
        id: NoticeId,
        due_at: Millis,
        hour_at: Millis,
        by: &str,
        now: Millis,
    ) -> StoreResult<Option<LetGo>> {
        start::reschedule(self, id, due_at, hour_at, by, now).await
    }

    async fn approve_notice(
        &self,
        id: NoticeId,
        seen: Millis,
        hour_at: Millis,
        by: &str,
        now: Millis,
    ) -> StoreResult<bool> {
        approval::give(self, id, seen, hour_at, by, now).await
    }

    async fn pause_notice(&self, id: NoticeId, errcode: Option<i64>, by: &str, now: Millis) -> StoreResult<bool> {
        hold::pause(self, id, errcode, by, now).await
    }

    async fn resume_notice(
        &self,
        id: NoticeId,
        judged: (i64, i64),
        hour_at: Millis,
        by: &str,
        now: Millis,
    ) -> StoreResult<Option<LetGo>> {
        hold::resume(self, id, judged, hour_at, by, now).await
    }

    async fn judged_from(&self, id: NoticeId) -> StoreResult<Option<(MiniProgramId, i64, i64)>> {
        let row: Option<(i64, i64, i64)> = query_as(
            "SELECT mini_program_id, judged_ended, judged_failed
             FROM notices WHERE id = $1 AND state = 'running' AND hold IS NULL AND finished_at IS NULL",
        )
        .bind(id.0)
        .fetch_optional(self.read())
        .await?;
        Ok(row.map(|(program, ended, failed)| (MiniProgramId(program), ended, failed)))
    }

    async fn tallies(&self, id: NoticeId) -> StoreResult<Vec<CodeCounts>> {
        let rows = query_as(
            "SELECT errcode, state, n FROM notice_counts WHERE notice_id = $1 AND n > 0 ORDER BY state, errcode",
        )
        .bind(id.0)
        .fetch_all(self.read())
        .await?;
        codes("notice_counts", rows)
    }

    async fn leave_occurrence(&self, id: NoticeId, problem: &Problem, now: Millis) -> StoreResult<()> {
        recurrences::leave(self, id, problem, now).await
    }

    async fn log_notice(&self, id: NoticeId, deed: Deed, by: &str, note: &str, now: Millis) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        log::write(&mut tx, id, deed, by, note, now).await?;
        Ok(tx.commit().await?)
    }

    async fn notice_log(&self, id: NoticeId) -> StoreResult<Vec<LogLine>> {
        log::read(self, id).await
    }

    async fn forecast(&self, id: NoticeId) -> StoreResult<Option<Forecast>> {
        let row: Option<(Option<String>,)> =
            query_as("SELECT forecast FROM notices WHERE id = $1").bind(id.0).fetch_optional(self.read()).await?;
        row.and_then(|(stored,)| stored).map(|stored| json("notices", "forecast", &stored)).transpose()
    }

    async fn ordered_audience(&self, id: NoticeId) -> StoreResult<Option<Audience>> {
        let row: Option<(Option<String>,)> =
            query_as("SELECT ordered FROM notices WHERE id = $1").bind(id.0).fetch_optional(self.read()).await?;
        row.and_then(|(stored,)| stored).map(|stored| json("notices", "ordered", &stored)).transpose()
    }

    async fn set_urgent(&self, id: NoticeId, urgent: bool) -> StoreResult<bool> {
        let done = query("UPDATE notices SET urgent = $2 WHERE id = $1 AND state = 'draft'")
            .bind(id.0)
            .bind(i64::from(urgent))
            .execute(self.write())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn follow_up(
        &self,
        of: NoticeId,
        words: &str,
        audience: &Audience,
        by: &str,
        now: Millis,
    ) -> StoreResult<Option<NoticeId>> {
        follow::up(self, of, words, audience, by, now).await
    }

    async fn follow_ups(&self, id: NoticeId) -> StoreResult<Vec<FollowUp>> {
        follow::of(self, id).await
    }

    async fn duplicate_notice(
        &self,
        id: NoticeId,
        people: CopyOf<'_>,
        by: &str,
        now: Millis,
    ) -> StoreResult<Option<NoticeId>> {
        follow::duplicate(self, id, people, by, now).await
    }

    async fn send_rules(&self, mini_program: MiniProgramId) -> StoreResult<SendRules> {
        rules::of(self, mini_program).await
    }

    async fn set_send_rules(&self, mini_program: MiniProgramId, rules: &SendRules) -> StoreResult<()> {
        rules::set(self, mini_program, rules).await
    }

    async fn quiet_hours(&self) -> StoreResult<Vec<QuietHours>> {
        rules::quiet_hours(self).await
    }

    async fn note_quiet(&self, mini_program: MiniProgramId, since: Millis, until: Millis) -> StoreResult<()> {
        query("UPDATE send_rules SET quiet_since = $2, quiet_until = $3 WHERE mini_program_id = $1")
            .bind(mini_program.0)
            .bind(since)
            .bind(until)
            .execute(self.write())
            .await?;
        Ok(())
    }

    async fn test_openid(&self, user: UserId, mini_program: MiniProgramId) -> StoreResult<Option<String>> {
        let row: Option<(String,)> =
            query_as("SELECT openid FROM test_openids WHERE user_id = $1 AND mini_program_id = $2")
                .bind(user.0)
                .bind(mini_program.0)
                .fetch_optional(self.read())
                .await?;
        Ok(row.map(|(openid,)| openid))
    }

    async fn remember_test_openid(&self, user: UserId, mini_program: MiniProgramId, openid: &str) -> StoreResult<()> {
        query(
            "INSERT INTO test_openids (user_id, mini_program_id, openid) VALUES ($1, $2, $3)
             ON CONFLICT (user_id, mini_program_id) DO UPDATE SET openid = excluded.openid",
        )
        .bind(user.0)
        .bind(mini_program.0)
        .bind(text(openid))
        .execute(self.write())
        .await?;
        Ok(())
    }

    async fn add_recurrence(&self, new: &NewRecurrence, now: Millis) -> StoreResult<Option<RecurrenceId>> {
        recurrences::add(self, new, now).await
    }

    async fn end_recurrence(&self, id: RecurrenceId) -> StoreResult<bool> {
        recurrences::end(self, id).await
    }

    async fn recurrences(&self, mini_program: MiniProgramId) -> StoreResult<Vec<Recurrence>> {
        recurrences::of(self, mini_program).await
    }

    async fn recurrences_due(&self, now: Millis) -> StoreResult<Vec<Recurrence>> {
        recurrences::due(self, now).await
    }

    async fn occur(&self, occurrence: &Occurrence, now: Millis) -> StoreResult<Option<NoticeId>> {
        recurrences::occur(self, occurrence, now).await
    }

    async fn occurrences(&self) -> StoreResult<Vec<(NoticeId, Millis)>> {
        let rows: Vec<(i64, i64)> = query_as(
            "SELECT n.id, n.occurs_at FROM notices n
             WHERE n.recurrence_id IS NOT NULL AND n.state = 'draft' AND n.occurs_at IS NOT NULL
             ORDER BY n.id LIMIT 100",
        )
        .fetch_all(self.read())
        .await?;
        Ok(rows.into_iter().map(|(id, at)| (NoticeId(id), at)).collect())
    }
}

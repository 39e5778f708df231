//! Notices that are ordered again and again.

use super::super::{dialect::Backend, notices::delete_draft, query, query_as};
use crate::{
    NewRecurrence, StoreResult,
    records::{json, to_json},
    text::text,
};
use model::{
    Millis,
    control::Recurrence,
    ids::{MiniProgramId, NoticeId, RecurrenceId, TemplateId},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    mini_program_id: i64,
    template_id: i64,
    title: String,
    content: String,
    rule: String,
    urgent: i64,
    next_at: Option<i64>,
    created_by: String,
    created_at: i64,
}

impl Row {
    fn into_model(self) -> StoreResult<Recurrence> {
        Ok(Recurrence {
            id: RecurrenceId(self.id),
            mini_program: MiniProgramId(self.mini_program_id),
            template: TemplateId(self.template_id),
            template_title: self.title,
            content: json("recurrences", "content", &self.content)?,
            repeat: json("recurrences", "rule", &self.rule)?,
            urgent: self.urgent != 0,
            next_at: self.next_at,
            created_by: self.created_by,
            created_at: self.created_at,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.mini_program_id, r.template_id, t.title, r.content, r.rule, r.urgent, r.next_at, r.created_by, \
             r.created_at FROM recurrences r JOIN templates t ON t.id = r.template_id ",
            $rest
        )
    };
}

/// Whoever presses a second time waits for the draft to go, and then finds none.
pub(super) async fn add(db: &Backend, new: &NewRecurrence, now: Millis) -> StoreResult<Option<RecurrenceId>> {
    let mut tx = db.begin().await?;
    let made: Option<(i64,)> = query_as(
        "INSERT INTO recurrences (mini_program_id, template_id, content, audience, rule, urgent, next_at, created_by,
                                  created_at)
         SELECT mini_program_id, template_id, content, audience, $2, urgent, $3, $4, $5
         FROM notices WHERE id = $1 AND state = 'draft'
         RETURNING id",
    )
    .bind(new.draft.0)
    .bind(to_json(&new.repeat)?)
    .bind(new.next_at)
    .bind(text(&new.created_by))
    .bind(now)
    .fetch_optional(&mut *tx)
    .await?;
    let Some((id,)) = made else { return Ok(None) };
    if !delete_draft(&mut tx, new.draft).await? {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some(RecurrenceId(id)))
}

pub(super) async fn end(db: &Backend, id: RecurrenceId) -> StoreResult<bool> {
    let done = query("UPDATE recurrences SET next_at = NULL WHERE id = $1 AND next_at IS NOT NULL")
        .bind(id.0)
        .execute(db.write())
        .await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn of(db: &Backend, id: MiniProgramId) -> StoreResult<Vec<Recurrence>> {
    let rows: Vec<Row> = query_as(select!(
        "WHERE r.mini_program_id = $1
         ORDER BY CASE WHEN r.next_at IS NULL THEN 1 ELSE 0 END, r.id DESC LIMIT 200"
    ))
    .bind(id.0)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(Row::into_model).collect()
}

pub(super) async fn due(db: &Backend, now: Millis) -> StoreResult<Vec<Recurrence>> {
    let rows: Vec<Row> = query_as(select!("WHERE r.next_at <= $1 ORDER BY r.next_at, r.id LIMIT 100"))
        .bind(now)
        .fetch_all(db.read())
        .await?;
    rows.into_iter().map(Row::into_model).collect()
}

/// Whoever moves it on makes the notice.
pub(super) async fn occur(
    db: &Backend,
    id: RecurrenceId,
    at: Millis,
    next_at: Millis,
    now: Millis,
) -> StoreResult<Option<NoticeId>> {
    let mut tx = db.begin().await?;
    let moved = query("UPDATE recurrences SET next_at = $3 WHERE id = $1 AND next_at = $2")
        .bind(id.0)
        .bind(at)
        .bind(next_at)
        .execute(&mut *tx)
        .await?;
    if moved.rows_affected() == 0 {
        return Ok(None);
    }
    let (notice,): (i64,) = query_as(
        "INSERT INTO notices (mini_program_id, template_id, state, duplicates, created_by, created_at, content, audience,
                              urgent, recurrence_id, occurs_at)
         SELECT mini_program_id, template_id, 'draft', 0, created_by, $2, content, audience, urgent, id, $3
         FROM recurrences WHERE id = $1
         RETURNING id",
    )
    .bind(id.0)
    .bind(now)
    .bind(at)
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Some(NoticeId(notice)))
}

//! Notices that are ordered again and again.

use super::{
    super::{
        dialect::{Backend, Conn},
        notices::delete_draft,
        query, query_as, webhooks,
    },
    log,
};
use crate::{
    NewRecurrence, Occurrence, StoreResult,
    records::{json, to_json},
    text::text,
};
use model::{
    Millis, Problem,
    control::{Deed, Recurrence, Trouble},
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
    trouble: Option<String>,
    trouble_at: Option<i64>,
    trouble_notice: Option<i64>,
}

impl Row {
    fn into_model(self) -> StoreResult<Recurrence> {
        let trouble = match (self.trouble, self.trouble_at, self.trouble_notice) {
            (Some(problem), Some(at), Some(notice)) => {
                Some(Trouble { at, notice: NoticeId(notice), problem: json("recurrences", "trouble", &problem)? })
            }
            _ => None,
        };
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
            trouble,
        })
    }
}

/// What was wrong is told as long as the draft that it left is one: sent or thrown away, it is seen to.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.mini_program_id, r.template_id, t.title, r.content, r.rule, r.urgent, r.next_at, r.created_by, \
             r.created_at, r.trouble, r.trouble_at, d.id AS trouble_notice \
             FROM recurrences r JOIN templates t ON t.id = r.template_id \
             LEFT JOIN notices d ON d.id = r.trouble_notice AND d.state = 'draft' ",
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
pub(super) async fn occur(db: &Backend, occurrence: &Occurrence, now: Millis) -> StoreResult<Option<NoticeId>> {
    let mut tx = db.begin().await?;
    let moved = query("UPDATE recurrences SET next_at = $3 WHERE id = $1 AND next_at = $2")
        .bind(occurrence.id.0)
        .bind(occurrence.due_at)
        .bind(occurrence.next_at)
        .execute(&mut *tx)
        .await?;
    if moved.rows_affected() == 0 {
        return Ok(None);
    }
    if occurrence.is_missed && is_waiting(&mut tx, occurrence.id).await? {
        tx.commit().await?;
        return Ok(None);
    }
    let (notice,): (i64,) = query_as(
        "INSERT INTO notices (mini_program_id, template_id, state, duplicates, created_by, created_at, content, audience,
                              urgent, recurrence_id, occurs_at)
         SELECT mini_program_id, template_id, 'draft', 0, created_by, $2, content, audience, urgent, id, $3
         FROM recurrences WHERE id = $1
         RETURNING id",
    )
    .bind(occurrence.id.0)
    .bind(now)
    .bind(occurrence.at)
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Some(NoticeId(notice)))
}

/// Whether an earlier occurrence waits for somebody: its people's grants are kept for it.
async fn is_waiting(conn: &mut Conn, id: RecurrenceId) -> StoreResult<bool> {
    let waits: Option<(i64,)> = query_as(
        "SELECT n.id FROM notices n
         WHERE n.recurrence_id = $1 AND n.occurs_at IS NOT NULL AND (n.hold IN ('missed', 'approval') OR n.state = 'draft')
         LIMIT 1",
    )
    .bind(id.0)
    .fetch_optional(conn)
    .await?;
    Ok(waits.is_some())
}

pub(super) async fn leave(db: &Backend, id: NoticeId, problem: &Problem, now: Millis) -> StoreResult<()> {
    let mut tx = db.begin().await?;
    let draft: Option<(i64, i64)> = query_as(concat!(
        "SELECT n.recurrence_id, n.occurs_at FROM notices n
         WHERE n.id = $1 AND n.state = 'draft' AND n.recurrence_id IS NOT NULL AND n.occurs_at IS NOT NULL",
        for_update!("n")
    ))
    .bind(id.0)
    .fetch_optional(&mut *tx)
    .await?;
    // Another process has said so.
    let Some((recurrence, at)) = draft else { return Ok(()) };
    let words = to_json(problem)?;
    query("UPDATE notices SET occurs_at = NULL WHERE id = $1").bind(id.0).execute(&mut *tx).await?;
    query("UPDATE recurrences SET trouble = $2, trouble_at = $3, trouble_notice = $4 WHERE id = $1")
        .bind(recurrence)
        .bind(words.as_str())
        .bind(at)
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
    log::write(&mut tx, id, Deed::LeftAsDraft, "", &words, now).await?;
    webhooks::note_attention(&mut tx, id, now).await?;
    Ok(tx.commit().await?)
}

/// A time of the repetition has gone out: what was wrong with the one before is over.
pub(in super::super) async fn went(conn: &mut Conn, id: NoticeId) -> StoreResult<()> {
    query(
        "UPDATE recurrences SET trouble = NULL, trouble_at = NULL, trouble_notice = NULL
         WHERE trouble IS NOT NULL AND id = (SELECT n.recurrence_id FROM notices n WHERE n.id = $1)",
    )
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(())
}

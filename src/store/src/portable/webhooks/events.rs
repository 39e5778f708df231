//! What happened, on its way into messages.

use super::{Backend, Conn, dialect, query, query_as};
use crate::{NewMessage, StoreResult, records::WebhookEventRecord, text::text};
use model::{Millis, ids::NoticeId, webhook::Event};
use std::sync::atomic::Ordering;

/// Writes down how deliveries ended, where an endpoint wants to hear of it. Without any endpoint it does nothing at all.
pub(in super::super) async fn note(
    db: &Backend,
    conn: &mut Conn,
    results: &[[i64; 4]],
    now: Millis,
) -> StoreResult<()> {
    if db.results_wanted().load(Ordering::Relaxed) { note_anyway(conn, results, now).await } else { Ok(()) }
}

/// The same in a process that may not have looked for endpoints: the database does.
pub(in super::super) async fn note_anyway(conn: &mut Conn, results: &[[i64; 4]], now: Millis) -> StoreResult<()> {
    if results.is_empty() {
        return Ok(());
    }
    query(concat!(
        "INSERT INTO webhook_events (mini_program_id, kind, notice_id, subscriber_id, state, errcode, at)
         SELECT n.mini_program_id, 1, r_notice, r_subscriber, r_state, r_errcode, $2 FROM ",
        rows!(4: 1 "r_notice", 2 "r_subscriber", 3 "r_state", 4 "r_errcode"),
        " AS r JOIN notices n ON n.id = r_notice
         WHERE EXISTS (SELECT 1 FROM webhook_endpoints e
                       WHERE e.mini_program_id = n.mini_program_id AND e.disabled_at IS NULL AND e.wants & 1 <> 0)"
    ))
    .bind(dialect::rows(results))
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes down that a notice needs somebody, where no change of its row says so.
pub(in super::super) async fn note_attention(conn: &mut Conn, notice: NoticeId, now: Millis) -> StoreResult<()> {
    query(
        "INSERT INTO webhook_events (mini_program_id, kind, notice_id, at)
         SELECT n.mini_program_id, 4, n.id, $2 FROM notices n
         WHERE n.id = $1
           AND EXISTS (SELECT 1 FROM webhook_endpoints e
                       WHERE e.mini_program_id = n.mini_program_id AND e.disabled_at IS NULL AND e.wants & 4 <> 0)",
    )
    .bind(notice.0)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn waiting(db: &Backend, limit: i64) -> StoreResult<Vec<Event>> {
    let rows: Vec<WebhookEventRecord> = query_as(
        "SELECT e.id, e.mini_program_id, e.kind, e.notice_id, s.openid, e.state, e.errcode, e.at, e.reason
         FROM (SELECT * FROM webhook_events ORDER BY id LIMIT $1) e
         LEFT JOIN subscribers s ON s.id = e.subscriber_id
         ORDER BY e.id",
    )
    .bind(limit)
    .fetch_all(db.read())
    .await?;
    rows.into_iter().map(Event::try_from).collect()
}

pub(super) async fn pack(db: &Backend, events: &[i64], messages: &[NewMessage], now: Millis) -> StoreResult<bool> {
    let mut tx = db.begin().await?;
    let ids: Vec<[i64; 1]> = events.iter().map(|id| [*id]).collect();
    if !ids.is_empty() {
        let taken =
            query(concat!("DELETE FROM webhook_events WHERE id IN (SELECT r_id FROM ", rows!(1: 1 "r_id"), " AS r)"))
                .bind(dialect::rows(&ids))
                .execute(&mut *tx)
                .await?;
        if usize::try_from(taken.rows_affected()).unwrap_or_default() != ids.len() {
            tx.rollback().await?;
            return Ok(false);
        }
    }
    for message in messages {
        query(
            "INSERT INTO webhook_messages (endpoint_id, name, kind, body, created_at, next_at)
             SELECT id, $2, $3, $4, $5, $5 FROM webhook_endpoints WHERE id = $1",
        )
        .bind(message.endpoint.0)
        .bind(text(&message.name))
        .bind(message.kind.bit())
        .bind(text(&message.body))
        .bind(now)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn prune(db: &Backend, before: Millis, taken_before: Millis, limit: i64) -> StoreResult<u64> {
    let mut tx = db.begin().await?;
    query(
        "DELETE FROM webhook_events
         WHERE mini_program_id NOT IN (SELECT mini_program_id FROM webhook_endpoints WHERE disabled_at IS NULL)",
    )
    .execute(&mut *tx)
    .await?;
    let old: Vec<(i64,)> = query_as(
        "SELECT id FROM webhook_messages
         WHERE created_at < $3 AND (state = 1 OR created_at < $1) ORDER BY created_at, id LIMIT $2",
    )
    .bind(before)
    .bind(limit)
    .bind(taken_before.max(before))
    .fetch_all(&mut *tx)
    .await?;
    let ids: Vec<[i64; 1]> = old.iter().map(|(id,)| [*id]).collect();
    if !ids.is_empty() {
        query(concat!(
            "DELETE FROM webhook_attempts WHERE message_id IN (SELECT r_id FROM ",
            rows!(1: 1 "r_id"),
            " AS r)"
        ))
        .bind(dialect::rows(&ids))
        .execute(&mut *tx)
        .await?;
        query(concat!("DELETE FROM webhook_messages WHERE id IN (SELECT r_id FROM ", rows!(1: 1 "r_id"), " AS r)"))
            .bind(dialect::rows(&ids))
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(u64::try_from(ids.len()).unwrap_or_default())
}

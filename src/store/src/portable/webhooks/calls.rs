//! Messages and the calls that are made for them.

use super::{Backend, Conn, dialect, hold, query, query_as};
use crate::{
    DueMessage, Fate, StoreResult,
    page::{Keyed, Order, Reading, keyed},
    records::{WebhookCallRecord, WebhookMessageRecord},
    text::text,
};
use model::{
    Millis,
    ids::EndpointId,
    page::{At, Page},
    webhook::{Call, DisabledWhy, Message, MessageState},
};
use std::collections::HashMap;

pub(super) async fn claim(
    db: &Backend,
    endpoint: EndpointId,
    lease: i64,
    at_once: i64,
    now: Millis,
    until: Millis,
) -> StoreResult<Vec<DueMessage>> {
    // Most of the time nothing is due, and looking takes nobody's turn to write.
    let due: Option<(i64,)> = query_as(
        "SELECT id FROM webhook_messages
         WHERE endpoint_id = $1 AND state = 0 AND next_at <= $2 AND lease_until <= $2 ORDER BY next_at, id LIMIT 1",
    )
    .bind(endpoint.0)
    .bind(now)
    .fetch_optional(db.read())
    .await?;
    if due.is_none() {
        return Ok(Vec::new());
    }
    let mut tx = db.begin().await?;
    // Of two who count at one time both would find room.
    if !hold(&mut tx, endpoint.0).await? {
        return Ok(Vec::new());
    }
    let (leased,): (i64,) = query_as(
        "SELECT count(*) FROM webhook_messages WHERE endpoint_id = $1 AND lease_until > 0 AND lease_until > $2",
    )
    .bind(endpoint.0)
    .bind(now)
    .fetch_one(&mut *tx)
    .await?;
    let rows: Vec<(i64, String, String, i64)> = query_as(
        "UPDATE webhook_messages SET lease = $3, lease_until = $4
         WHERE id IN (SELECT m.id FROM webhook_messages m
                      WHERE m.endpoint_id = $1 AND m.state = 0 AND m.next_at <= $2 AND m.lease_until <= $2
                      ORDER BY m.next_at, m.id LIMIT $5)
           -- Looked at once more where another process was quicker.
           AND state = 0 AND lease_until <= $2
         RETURNING id, name, body, tries",
    )
    .bind(endpoint.0)
    .bind(now)
    .bind(lease)
    .bind(until)
    .bind((at_once - leased).max(0))
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut due: Vec<_> =
        rows.into_iter().map(|(id, name, body, tries)| DueMessage { id, name, body, tries }).collect();
    due.sort_unstable_by_key(|message| message.id);
    Ok(due)
}

pub(super) async fn end(
    db: &Backend,
    (message, lease): (i64, i64),
    call: &Call,
    fate: Fate,
    failing: Millis,
    now: Millis,
) -> StoreResult<bool> {
    let (state, next_at) = match fate {
        Fate::Taken => (MessageState::Taken, now),
        Fate::Again(at) => (MessageState::Waiting, at),
        Fate::GivenUp | Fate::Gone => (MessageState::GivenUp, now),
    };
    let mut tx = db.begin().await?;
    let of: Option<(i64,)> = query_as("SELECT endpoint_id FROM webhook_messages WHERE id = $1")
        .bind(message)
        .fetch_optional(&mut *tx)
        .await?;
    let Some((endpoint,)) = of else { return Ok(false) };
    hold(&mut tx, endpoint).await?;
    let row: Option<(i64,)> = query_as(
        "UPDATE webhook_messages SET state = $3, next_at = $4, tries = tries + 1, lease_until = 0
         WHERE id = $1 AND lease = $2 AND lease_until > 0
         RETURNING tries",
    )
    .bind(message)
    .bind(lease)
    .bind(state as i64)
    .bind(next_at)
    .fetch_optional(&mut *tx)
    .await?;
    let Some((number,)) = row else { return Ok(false) };
    query(
        "INSERT INTO webhook_attempts (message_id, number, started_at, duration_ms, status, fault, answer)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(message)
    .bind(number)
    .bind(call.started_at)
    .bind(call.duration_ms)
    .bind(call.status)
    .bind(call.fault.as_deref().map(text))
    .bind(call.answer.as_deref().map(text))
    .execute(&mut *tx)
    .await?;
    judge(&mut tx, endpoint, fate, failing, now).await?;
    tx.commit().await?;
    Ok(true)
}

/// What a call says of its endpoint.
async fn judge(conn: &mut Conn, endpoint: i64, fate: Fate, failing: Millis, now: Millis) -> StoreResult<()> {
    if fate == Fate::Taken {
        query("UPDATE webhook_endpoints SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL")
            .bind(endpoint)
            .execute(conn)
            .await?;
        return Ok(());
    }
    query("UPDATE webhook_endpoints SET failing_since = $2 WHERE id = $1 AND failing_since IS NULL")
        .bind(endpoint)
        .bind(now)
        .execute(&mut *conn)
        .await?;
    let (since, why) = if fate == Fate::Gone { (now, DisabledWhy::Gone) } else { (failing, DisabledWhy::Failing) };
    query(
        "UPDATE webhook_endpoints SET disabled_at = $3, disabled_why = $4
         WHERE id = $1 AND disabled_at IS NULL AND failing_since <= $2",
    )
    .bind(endpoint)
    .bind(since)
    .bind(now)
    .bind(why.code())
    .execute(conn)
    .await?;
    Ok(())
}

const LIST: Keyed = keyed!(
    "SELECT m.id, m.endpoint_id, m.name, m.kind, m.body, m.created_at, m.state, m.next_at
     FROM webhook_messages m WHERE m.endpoint_id = $3",
    "m.id"
);

pub(super) async fn messages(db: &Backend, endpoint: EndpointId, at: At, size: i64) -> StoreResult<Page<Message>> {
    let reading = Reading::new(at, size, Order::Falling);
    let mut tx = db.begin_snapshot().await?;
    let rows: Vec<WebhookMessageRecord> = query_as(reading.sql(LIST))
        .bind(reading.key())
        .bind(reading.limit())
        .bind(endpoint.0)
        .fetch_all(&mut *tx)
        .await?;
    let page = reading.page(rows, |row| row.id);
    let ids: Vec<[i64; 1]> = page.rows.iter().map(|row| [row.id]).collect();
    let mut calls: HashMap<i64, Vec<Call>> = HashMap::new();
    if !ids.is_empty() {
        let rows: Vec<WebhookCallRecord> = query_as(concat!(
            "SELECT a.message_id, a.number, a.started_at, a.duration_ms, a.status, a.fault, a.answer FROM ",
            rows!(1: 1 "r_id"),
            " AS r JOIN webhook_attempts a ON a.message_id = r_id ORDER BY a.message_id, a.number"
        ))
        .bind(dialect::rows(&ids))
        .fetch_all(&mut *tx)
        .await?;
        for row in rows {
            calls.entry(row.message_id).or_default().push(row.into());
        }
    }
    let rows = page.rows.into_iter().map(|row| {
        let calls = calls.remove(&row.id).unwrap_or_default();
        row.into_model(calls)
    });
    Ok(Page { rows: rows.collect::<StoreResult<_>>()?, before: page.before, after: page.after })
}

pub(super) async fn resend(db: &Backend, endpoint: EndpointId, message: i64, now: Millis) -> StoreResult<bool> {
    let done = query("UPDATE webhook_messages SET state = 0, next_at = $3 WHERE id = $1 AND endpoint_id = $2")
        .bind(message)
        .bind(endpoint.0)
        .bind(now)
        .execute(db.write())
        .await?;
    Ok(done.rows_affected() > 0)
}

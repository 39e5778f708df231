//! Working pushes off: a batch in one transaction, each push with its whole effect or none.

use super::{
    batch,
    dialect::{Backend, Conn},
    query, query_as,
};
use crate::{StoreError, StoreResult, WorkedOff, records::WaitingEventRecord};
use model::Millis;

/// Pushes in one transaction: so many that statements are shared, so few that nobody waits long for what they hold.
const BATCH: i64 = 256;

macro_rules! waiting {
    ($rest:expr) => {
        concat!(
            "SELECT e.id, e.mini_program_id, e.received_at, e.tries, e.body FROM events e WHERE e.done_at IS NULL AND ",
            $rest,
            skip_locked!("e")
        )
    };
}

/// What is due; `$1` now, `$2` the limit.
pub(in super::super) const DUE: &str = waiting!("e.due_at <= $1 ORDER BY e.due_at, e.id LIMIT $2");
const ONE: &str = waiting!("e.due_at <= $1 AND e.id = $2");

pub(in super::super) async fn off(db: &Backend, limit: i64, now: Millis) -> StoreResult<WorkedOff> {
    let (mut total, mut left) = (WorkedOff::default(), limit);
    while left > 0 {
        let size = left.min(BATCH);
        let worked = some(db, size, now).await?;
        total.done += worked.done;
        total.put_off += worked.put_off;
        let n = i64::try_from(worked.done + worked.put_off).unwrap_or(i64::MAX);
        if n < size {
            break;
        }
        left -= n;
    }
    Ok(total)
}

async fn some(db: &Backend, size: i64, now: Millis) -> StoreResult<WorkedOff> {
    let mut tx = db.begin().await?;
    let pushes: Vec<WaitingEventRecord> = query_as(DUE).bind(now).bind(size).fetch_all(&mut *tx).await?;
    if pushes.is_empty() {
        return Ok(WorkedOff::default());
    }
    let ids: Vec<(i64, Millis)> = pushes.iter().map(|push| (push.id, push.received_at)).collect();
    match batch::work(db, &mut tx, pushes, now).await {
        Ok(worked) => {
            tx.commit().await?;
            Ok(worked)
        }
        Err(error) if error.is_transient() => Err(error),
        // One of them spoils it for all: each for itself.
        Err(_) => {
            tx.rollback().await?;
            one_by_one(db, &ids, now).await
        }
    }
}

async fn one_by_one(db: &Backend, ids: &[(i64, Millis)], now: Millis) -> StoreResult<WorkedOff> {
    let mut total = WorkedOff::default();
    for &(id, received_at) in ids {
        let worked = match one(db, id, now).await {
            Err(error) if !error.is_transient() => spoilt(db, id, received_at, &error, now).await?,
            other => other?,
        };
        total.done += worked.done;
        total.put_off += worked.put_off;
    }
    Ok(total)
}

async fn one(db: &Backend, id: i64, now: Millis) -> StoreResult<WorkedOff> {
    let mut tx = db.begin().await?;
    let push: Vec<WaitingEventRecord> = query_as(ONE).bind(now).bind(id).fetch_all(&mut *tx).await?;
    if push.is_empty() {
        // Somebody else has it.
        return Ok(WorkedOff::default());
    }
    let worked = batch::work(db, &mut tx, push, now).await?;
    tx.commit().await?;
    Ok(worked)
}

async fn spoilt(db: &Backend, id: i64, received_at: Millis, error: &StoreError, now: Millis) -> StoreResult<WorkedOff> {
    let mut tx = db.begin().await?;
    let worked = put_off(&mut tx, id, received_at, error, now).await?;
    tx.commit().await?;
    Ok(worked)
}

/// Puts off a push that cannot be worked off at all; gives it up after an hour.
pub(super) async fn put_off(
    conn: &mut Conn,
    id: i64,
    received_at: Millis,
    error: &StoreError,
    now: Millis,
) -> StoreResult<WorkedOff> {
    let row: Option<(i64,)> =
        query_as("UPDATE events SET tries = tries + 1 WHERE id = $1 AND done_at IS NULL RETURNING tries")
            .bind(id)
            .fetch_optional(&mut *conn)
            .await?;
    let Some((tries,)) = row else { return Ok(WorkedOff::default()) };
    if super::is_over(received_at, now) {
        report(id, error, "for an hour: it is given up");
        query("UPDATE events SET done_at = $2, unmatched = 1 WHERE id = $1").bind(id).bind(now).execute(conn).await?;
        return Ok(WorkedOff { done: 1, put_off: 0 });
    }
    report(id, error, "now: it is put off");
    let due_at = super::next_try(received_at, tries - 1, now);
    query("UPDATE events SET due_at = $2 WHERE id = $1").bind(id).bind(due_at).execute(conn).await?;
    Ok(WorkedOff { done: 0, put_off: 1 })
}

fn report(id: i64, error: &StoreError, what: &str) {
    let error = error as &dyn std::error::Error;
    tracing::error!(event.id = id, error, "a push could not be worked off {what}");
}

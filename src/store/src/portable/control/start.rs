//! Notices that begin at their time.

use super::{
    super::{
        dialect::{self, Backend, Conn},
        query, query_as,
    },
    approval, log,
};
use crate::{LetGo, Started, StoreResult, records::to_json};
use model::{Millis, control::Deed, ids::NoticeId, notice::Audience};

/// Nobody can undo for longer: a time that seems later without anybody having chosen it is of a clock that has gone back.
const LONGEST_UNDO_MS: Millis = 600_000;
/// Whatever was held back longer than this has fallen behind in the queue.
const LAG_MS: Millis = 60_000;

/// Every look would be a write transaction otherwise; there is hardly ever anything.
const ANY: &str = "SELECT 1 FROM notices
     WHERE hold = 'scheduled' AND (due_at <= $1 OR (planned = 0 AND due_at > $2)) LIMIT 1";

pub(super) async fn due(db: &Backend, grace: Millis, now: Millis) -> StoreResult<Started> {
    let any: Option<(i32,)> = query_as(ANY).bind(now).bind(now + LONGEST_UNDO_MS).fetch_optional(db.read()).await?;
    if any.is_none() {
        return Ok(Started::default());
    }
    let mut tx = db.begin().await?;
    let missed: Vec<(i64,)> = query_as(
        "UPDATE notices SET hold = 'missed' WHERE hold = 'scheduled' AND planned = 1 AND due_at < $1 RETURNING id",
    )
    .bind(now - grace)
    .fetch_all(&mut *tx)
    .await?;
    for (id,) in &missed {
        log::write(&mut tx, NoticeId(*id), Deed::Missed, "", "", now).await?;
    }
    let begun = begin(&mut tx, now).await?;
    if begun > 0 {
        dialect::announce(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(Started { begun, missed: u64::try_from(missed.len()).unwrap_or(u64::MAX) })
}

async fn begin(conn: &mut Conn, now: Millis) -> StoreResult<u64> {
    let done = query(
        "UPDATE notices
         SET hold = NULL, audience = $3, lags = CASE WHEN $1 - confirmed_at > $4 THEN 1 ELSE 0 END
         WHERE hold = 'scheduled' AND (due_at <= $1 OR (planned = 0 AND due_at > $2))",
    )
    .bind(now)
    .bind(now + LONGEST_UNDO_MS)
    .bind(to_json(&Audience::Nobody)?)
    .bind(LAG_MS)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

pub(super) async fn reschedule(
    db: &Backend,
    id: NoticeId,
    due_at: Millis,
    hour_at: Millis,
    by: &str,
    now: Millis,
) -> StoreResult<Option<LetGo>> {
    let mut tx = db.begin().await?;
    let held: Option<(String,)> = query_as(concat!(
        "SELECT n.hold FROM notices n WHERE n.id = $1 AND n.state = 'running'
         AND (n.hold = 'missed' OR (n.hold = 'scheduled' AND (n.due_at > $2 OR n.planned = 1)))",
        for_update!("n")
    ))
    .bind(id.0)
    .bind(now)
    .fetch_optional(&mut *tx)
    .await?;
    let Some((hold,)) = held else { return Ok(None) };
    // A scheduled one has had its yes, or needed none.
    let asks = hold == "missed" && approval::is_missing(&mut tx, id).await?;
    query("UPDATE notices SET hold = $2, planned = 1 WHERE id = $1")
        .bind(id.0)
        .bind(if asks { "approval" } else { "scheduled" })
        .execute(&mut *tx)
        .await?;
    set_time(&mut tx, id, due_at, hour_at).await?;
    log::write(&mut tx, id, Deed::Rescheduled, by, "", now).await?;
    if asks {
        log::write(&mut tx, id, Deed::AskedApproval, by, "", now).await?;
    }
    tx.commit().await?;
    Ok(Some(if asks { LetGo::AsksApproval } else { LetGo::Goes }))
}

/// Due then, and counted under another hour from now on: the counters of the old hour lose what the notice counts, those of
/// the new one gain it.
pub(super) async fn set_time(conn: &mut Conn, id: NoticeId, due_at: Millis, hour_at: Millis) -> StoreResult<()> {
    count(conn, id, -1).await?;
    query("UPDATE notices SET due_at = $2, hour_at = $3 WHERE id = $1")
        .bind(id.0)
        .bind(due_at)
        .bind(hour_at)
        .execute(&mut *conn)
        .await?;
    count(conn, id, 1).await
}

/// Adds what the notice counts to the counters of its hour, or takes it away.
pub(super) async fn count(conn: &mut Conn, id: NoticeId, sign: i64) -> StoreResult<()> {
    query(
        "INSERT INTO counters (mini_program_id, hour_at, template_id, state, errcode, n)
         SELECT n.mini_program_id, n.hour_at, n.template_id, c.state, c.errcode, c.n * $2
         FROM notices n JOIN notice_counts c ON c.notice_id = n.id
         WHERE n.id = $1 AND c.n <> 0
         ORDER BY 1, 2, 3, 4, 5
         ON CONFLICT (mini_program_id, hour_at, template_id, state, errcode)
         DO UPDATE SET n = counters.n + excluded.n",
    )
    .bind(id.0)
    .bind(sign)
    .execute(conn)
    .await?;
    Ok(())
}

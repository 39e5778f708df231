//! Making a notice wait, and letting it go on. One row is written, whatever waits.

use super::{
    super::{
        dialect::{self, Backend},
        query, query_as,
    },
    log,
};
use crate::{StoreResult, records::to_json};
use model::{Millis, control::Deed, ids::NoticeId, notice::Audience};

pub(super) async fn pause(
    db: &Backend,
    id: NoticeId,
    errcode: Option<i64>,
    by: &str,
    now: Millis,
) -> StoreResult<bool> {
    let mut tx = db.begin().await?;
    let done = query(
        "UPDATE notices SET hold = 'paused', hold_errcode = $2
         WHERE id = $1 AND state = 'running' AND hold IS NULL AND finished_at IS NULL",
    )
    .bind(id.0)
    .bind(errcode)
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let (deed, note) = match errcode {
        Some(code) => (Deed::PausedByFailures, code.to_string()),
        None => (Deed::Paused, String::new()),
    };
    log::write(&mut tx, id, deed, by, &note, now).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn resume(
    db: &Backend,
    id: NoticeId,
    (ended, failed): (i64, i64),
    by: &str,
    now: Millis,
) -> StoreResult<bool> {
    let mut tx = db.begin().await?;
    let held: Option<(String,)> = query_as(concat!(
        "SELECT n.hold FROM notices n WHERE n.id = $1 AND n.state = 'running' AND n.hold IN ('paused', 'missed')",
        for_update!("n")
    ))
    .bind(id.0)
    .fetch_optional(&mut *tx)
    .await?;
    let Some((hold,)) = held else { return Ok(false) };
    query(
        "UPDATE notices
         SET hold = NULL, hold_errcode = NULL, lags = 1, judged_ended = $2, judged_failed = $3, audience = $4,
             due_at = CASE hold WHEN 'missed' THEN $5 ELSE due_at END
         WHERE id = $1",
    )
    .bind(id.0)
    .bind(ended)
    .bind(failed)
    .bind(to_json(&Audience::Nobody)?)
    .bind(now)
    .execute(&mut *tx)
    .await?;
    let deed = if hold == "missed" { Deed::SentLate } else { Deed::Resumed };
    log::write(&mut tx, id, deed, by, "", now).await?;
    dialect::announce(&mut tx).await?;
    tx.commit().await?;
    Ok(true)
}

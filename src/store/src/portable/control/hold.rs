//! Making a notice wait, and letting it go on. One row is written, whatever waits.

use super::{
    super::{
        dialect::{self, Backend},
        query, query_as,
    },
    approval, log, start,
};
use crate::{LetGo, StoreResult, records::to_json};
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
    hour_at: Millis,
    by: &str,
    now: Millis,
) -> StoreResult<Option<LetGo>> {
    let mut tx = db.begin().await?;
    let held: Option<(String,)> = query_as(concat!(
        "SELECT n.hold FROM notices n WHERE n.id = $1 AND n.state = 'running' AND n.hold IN ('paused', 'missed')",
        for_update!("n")
    ))
    .bind(id.0)
    .fetch_optional(&mut *tx)
    .await?;
    let Some((hold,)) = held else { return Ok(None) };
    let was_missed = hold == "missed";
    // That its time has passed does not make it smaller.
    if was_missed && approval::is_missing(&mut tx, id).await? {
        query("UPDATE notices SET hold = 'approval', planned = 0 WHERE id = $1").bind(id.0).execute(&mut *tx).await?;
        log::write(&mut tx, id, Deed::AskedApproval, by, "", now).await?;
        tx.commit().await?;
        return Ok(Some(LetGo::AsksApproval));
    }
    query(
        "UPDATE notices
         SET hold = NULL, hold_errcode = NULL, lags = 1, judged_ended = $2, judged_failed = $3, audience = $4
         WHERE id = $1",
    )
    .bind(id.0)
    .bind(ended)
    .bind(failed)
    .bind(to_json(&Audience::Nobody)?)
    .execute(&mut *tx)
    .await?;
    if was_missed {
        start::set_time(&mut tx, id, now, hour_at).await?;
    }
    log::write(&mut tx, id, if was_missed { Deed::SentLate } else { Deed::Resumed }, by, "", now).await?;
    dialect::announce(&mut tx).await?;
    tx.commit().await?;
    Ok(Some(LetGo::Goes))
}

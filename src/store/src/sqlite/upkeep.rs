//! Removing old deliveries in small steps, so that the one writer is never busy with them for long.

use super::dialect::Backend;
use crate::{StoreResult, Tidied};
use model::Millis;
use sqlx::{query, query_as};

/// Deliveries in one step: some milliseconds.
const STEP: i64 = 2_000;

pub(super) async fn tidy(db: &Backend, before: Option<Millis>, now: Millis) -> StoreResult<Tidied> {
    let Some(before) = before else { return Ok(Tidied::default()) };
    let mut tx = db.begin().await?;
    let begun: Option<(i64,)> =
        query_as("SELECT id FROM notices INDEXED BY notices_pruning WHERE pruned_at = 0 ORDER BY id LIMIT 1")
            .fetch_optional(&mut *tx)
            .await?;
    let next = match begun {
        Some(begun) => Some(begun),
        None => {
            query_as(
                "SELECT id FROM notices INDEXED BY notices_kept
                 WHERE pruned_at IS NULL AND finished_at IS NOT NULL AND finished_at < $1
                 ORDER BY finished_at LIMIT 1",
            )
            .bind(before)
            .fetch_optional(&mut *tx)
            .await?
        }
    };
    let Some((notice,)) = next else { return Ok(Tidied::default()) };
    query(
        "DELETE FROM attempts WHERE notice_id = $1 AND subscriber_id <= COALESCE(
             (SELECT subscriber_id FROM deliveries WHERE notice_id = $1 ORDER BY subscriber_id LIMIT 1 OFFSET $2),
             9223372036854775807)",
    )
    .bind(notice)
    .bind(STEP - 1)
    .execute(&mut *tx)
    .await?;
    let removed = query(
        "DELETE FROM deliveries WHERE notice_id = $1 AND subscriber_id <= COALESCE(
             (SELECT subscriber_id FROM deliveries WHERE notice_id = $1 ORDER BY subscriber_id LIMIT 1 OFFSET $2),
             9223372036854775807)",
    )
    .bind(notice)
    .bind(STEP - 1)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    let listed = query(
        "DELETE FROM recipients WHERE notice_id = $1 AND openid <= COALESCE(
             (SELECT openid FROM recipients WHERE notice_id = $1 ORDER BY openid LIMIT 1 OFFSET $2),
             (SELECT max(openid) FROM recipients WHERE notice_id = $1))",
    )
    .bind(notice)
    .bind(STEP - 1)
    .execute(&mut *tx)
    .await?
    .rows_affected();
    let is_done = removed.max(listed) < STEP.unsigned_abs();
    query("UPDATE notices SET pruned_at = $2 WHERE id = $1")
        .bind(notice)
        .bind(if is_done { now } else { 0 })
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(Tidied { notices: i64::from(is_done), more: true })
}

//! Throwing away what nobody needs any more.

use super::{dialect::Backend, query};
use crate::StoreResult;
use model::Millis;

/// Each with its own index by age; `$1` the instant, `$2` the limit.
const OLD: [&str; 3] = [
    "DELETE FROM events
     WHERE id IN (SELECT id FROM events WHERE received_at < $1 AND done_at IS NOT NULL ORDER BY received_at LIMIT $2)",
    "DELETE FROM taps WHERE id IN (SELECT id FROM taps WHERE happened_at < $1 ORDER BY happened_at LIMIT $2)",
    "DELETE FROM reports
     WHERE (subscriber_id, report_id) IN (SELECT subscriber_id, report_id FROM reports WHERE at < $1 ORDER BY at LIMIT $2)",
];

pub(in super::super) async fn all(db: &Backend, before: Millis, limit: i64) -> StoreResult<i64> {
    let mut tx = db.begin().await?;
    let mut gone = 0;
    for sql in OLD {
        gone += query(sql).bind(before).bind(limit.max(0)).execute(&mut *tx).await?.rows_affected();
    }
    tx.commit().await?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX))
}

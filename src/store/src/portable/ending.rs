//! Notices that are stopped or cancelled, and the clearing of their queue.

use super::{
    counts::Changes,
    dialect::{self, Backend, Conn},
    query, query_as,
    settle::{Settlement, Use, settle},
};
use crate::StoreResult;
use model::{Millis, delivery::DeliveryState, ids::NoticeId, notice::NoticeState};

pub(super) async fn end(
    db: &Backend,
    id: NoticeId,
    state: NoticeState,
    errcode: Option<i64>,
    now: Millis,
) -> StoreResult<bool> {
    let mut tx = db.begin().await?;
    let done = query("UPDATE notices SET state = $2, stop_errcode = $3 WHERE id = $1 AND state = 'running'")
        .bind(id.0)
        .bind(state.code())
        .bind(errcode)
        .execute(&mut *tx)
        .await?
        .rows_affected()
        > 0;
    if done {
        // Where nothing is pending or sending the end has come at once; adding nothing makes that be looked at.
        let mut changes = Changes::default();
        changes.add(id.0, DeliveryState::Pending, 0, 0);
        changes.write_and_finish(&mut tx, now).await?;
    }
    tx.commit().await?;
    Ok(done)
}

/// Pending deliveries of a notice that was ended, where `$1` is the notice and `$2` the limit.
macro_rules! pending {
    ($from:expr, $where:expr) => {
        concat!(
            "SELECT d.notice_id, d.subscriber_id FROM notices n JOIN deliveries d",
            $from,
            " ON d.notice_id = n.id WHERE n.id = $1 AND n.state IN ('stopped', 'cancelled') AND d.state = 0 ",
            $where,
            " LIMIT $2",
            skip_locked!("d")
        )
    };
}

/// Those never tried still stand together in the queue, where the notice put them.
pub(super) const UNTRIED: &str =
    pending!(indexed_by!("deliveries_queue"), "AND d.mini_program_id = n.mini_program_id AND d.due_at = n.due_at");
/// Those waiting for another try stand anywhere: this reads the notice from its beginning.
pub(super) const ANY: &str = pending!("", "");

pub(super) async fn withdraw(db: &Backend, id: NoticeId, errcode: i64, limit: i64, now: Millis) -> StoreResult<i64> {
    let mut tx = db.begin().await?;
    let mut keys = pick(&mut tx, UNTRIED, id, limit).await?;
    if keys.is_empty() && has_pending(&mut tx, id).await? {
        keys = pick(&mut tx, ANY, id, limit).await?;
    }
    if keys.is_empty() {
        return Ok(0);
    }
    let ended: Vec<(i64, i64, i64)> = query_as(concat!(
        "UPDATE deliveries SET state = 7, errcode = $2, updated_at = $3
         FROM ",
        rows!(2: 1 "r_notice", 2 "r_subscriber"),
        " AS r
         WHERE ",
        still!(0),
        " RETURNING notice_id, subscriber_id, template_id"
    ))
    .bind(dialect::rows(&keys))
    .bind(errcode)
    .bind(now)
    .fetch_all(&mut *tx)
    .await?;
    let given_back: Vec<Settlement> = ended
        .iter()
        .map(|&(notice, subscriber, template)| Settlement {
            template,
            subscriber,
            notice,
            usage: Use::GivenBack,
            started_at: now,
            late: false,
        })
        .collect();
    settle(&mut tx, &given_back, now).await?;
    let n = i64::try_from(ended.len()).unwrap_or(i64::MAX);
    let mut changes = Changes::default();
    changes.add(id.0, DeliveryState::Pending, 0, -n);
    changes.add(id.0, DeliveryState::Cancelled, errcode, n);
    changes.write_and_finish(&mut tx, now).await?;
    tx.commit().await?;
    Ok(n)
}

async fn pick(conn: &mut Conn, sql: &'static str, id: NoticeId, limit: i64) -> StoreResult<Vec<[i64; 2]>> {
    let keys: Vec<(i64, i64)> = query_as(sql).bind(id.0).bind(limit.max(0)).fetch_all(conn).await?;
    Ok(keys.into_iter().map(|(notice, subscriber)| [notice, subscriber]).collect())
}

async fn has_pending(conn: &mut Conn, id: NoticeId) -> StoreResult<bool> {
    let row: Option<(i64,)> =
        query_as("SELECT n FROM notice_counts WHERE notice_id = $1 AND state = 0 AND errcode = 0 AND n > 0")
            .bind(id.0)
            .fetch_optional(conn)
            .await?;
    Ok(row.is_some())
}

pub(super) async fn with_pending(db: &Backend) -> StoreResult<Vec<NoticeId>> {
    let rows: Vec<(i64,)> = query_as(
        "SELECT n.id FROM notices n
         JOIN notice_counts c ON c.notice_id = n.id AND c.state = 0 AND c.errcode = 0 AND c.n > 0
         WHERE n.confirmed_at IS NOT NULL AND n.finished_at IS NULL AND n.state IN ('stopped', 'cancelled')
         ORDER BY n.id",
    )
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().map(|(id,)| NoticeId(id)).collect())
}

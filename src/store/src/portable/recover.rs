//! Leases that ended without a result, and claims that are given back.

use super::{
    counts::Changes,
    dialect::{self, Backend, Conn},
    query_as,
    settle::{Settlement, Use, settle},
};
use crate::StoreResult;
use model::{
    Millis,
    delivery::{DeliveryState, own_code},
};

/// Leases that ended before `$1`.
pub(super) const EXPIRED: &str = concat!(
    "SELECT d.notice_id, d.subscriber_id FROM deliveries d",
    // A few thousand rows at most are under way; an index of ends would cost every delivery two writes.
    indexed_by!("deliveries_sending"),
    " WHERE d.state = 1 AND d.lease_until < $1 LIMIT $2",
    skip_locked!("d")
);

/// Nobody knows whether the call was made, so it counts as made. The lease stays, for an answer that comes after all.
pub(super) async fn expired(db: &Backend, now: Millis, limit: i64) -> StoreResult<i64> {
    let mut tx = db.begin().await?;
    let keys: Vec<(i64, i64)> = query_as(EXPIRED).bind(now).bind(limit.max(0)).fetch_all(&mut *tx).await?;
    if keys.is_empty() {
        return Ok(0);
    }
    let lost = change(&mut tx, Change::Lose, &keys, now).await?;
    let spent: Vec<Settlement> = lost
        .iter()
        .map(|&(notice, subscriber, template)| Settlement {
            template,
            subscriber,
            notice,
            usage: Use::Spent,
            started_at: now,
            late: false,
        })
        .collect();
    settle(&mut tx, &spent, now).await?;
    let mut changes = Changes::default();
    for (notice, ..) in &lost {
        changes.add(*notice, DeliveryState::Sending, 0, -1);
        changes.add(*notice, DeliveryState::Unknown, own_code::LEASE_EXPIRED, 1);
    }
    changes.write_and_finish(&mut tx, now).await?;
    tx.commit().await?;
    Ok(i64::try_from(lost.len()).unwrap_or(i64::MAX))
}

/// As if never claimed.
pub(super) async fn release(db: &Backend, lease: i64, now: Millis) -> StoreResult<i64> {
    let mut tx = db.begin().await?;
    let keys: Vec<(i64, i64)> = query_as(concat!(
        "SELECT d.notice_id, d.subscriber_id FROM deliveries d",
        indexed_by!("deliveries_sending"),
        " WHERE d.state = 1 AND d.lease = $1",
        for_update!("d")
    ))
    .bind(lease)
    .fetch_all(&mut *tx)
    .await?;
    if keys.is_empty() {
        return Ok(0);
    }
    let freed = change(&mut tx, Change::Free, &keys, now).await?;
    let mut changes = Changes::default();
    for (notice, ..) in &freed {
        changes.add(*notice, DeliveryState::Sending, 0, -1);
        changes.add(*notice, DeliveryState::Pending, 0, 1);
    }
    changes.write(&mut tx).await?;
    tx.commit().await?;
    Ok(i64::try_from(freed.len()).unwrap_or(i64::MAX))
}

enum Change {
    Lose,
    Free,
}

macro_rules! update {
    ($set:literal) => {
        concat!(
            "UPDATE deliveries SET ",
            $set,
            ", lease_until = NULL, updated_at = $2 FROM ",
            rows!(2: 1 "r_notice", 2 "r_subscriber"),
            " AS r WHERE ",
            still!(1),
            " RETURNING notice_id, subscriber_id, template_id"
        )
    };
}

/// Notice, subscriber and template of what was changed.
async fn change(
    conn: &mut Conn,
    change: Change,
    keys: &[(i64, i64)],
    now: Millis,
) -> StoreResult<Vec<(i64, i64, i64)>> {
    let keys: Vec<[i64; 2]> = keys.iter().map(|&(notice, subscriber)| [notice, subscriber]).collect();
    let rows = dialect::rows(&keys);
    Ok(match change {
        Change::Lose => {
            query_as(update!("state = 5, errcode = $3"))
                .bind(rows)
                .bind(now)
                .bind(own_code::LEASE_EXPIRED)
                .fetch_all(conn)
                .await?
        }
        Change::Free => query_as(update!("state = 0, lease = NULL")).bind(rows).bind(now).fetch_all(conn).await?,
    })
}

//! Leases that ended without a result, and claims that are given back.

use super::{
    counts::Changes,
    dialect::{Backend, Conn},
    ended::{self, Ended},
    query, query_as,
    settle::{Settlement, Use, settle},
    webhooks,
};
use crate::{
    StoreResult,
    records::{SendingRecord, WAITS},
};
use model::{
    Millis,
    delivery::{DeliveryState, own_code},
    ids::NoticeId,
};

/// No lease is longer: one that seems so was made before the clock went back.
const LONGEST_LEASE_MS: Millis = 900_000;
/// Nothing waits longer for another try (a gateway's `Retry-After` is believed for 15 minutes).
const LONGEST_WAIT_MS: Millis = 1_200_000;

macro_rules! select {
    ($where:literal) => {
        concat!(
            "SELECT s.subscriber_id, s.mini_program_id, s.notice_id, s.template_id, s.attempts, s.errcode, s.lease \
             FROM sending s WHERE ",
            $where
        )
    };
}

/// Leases that ended before `$1`. There are a few thousand rows at most; an index would be written twice per delivery.
pub(super) const EXPIRED: &str =
    concat!(select!("s.lease_until < $1 OR s.lease_until > $3 LIMIT $2"), skip_locked!("s"));

/// Nobody knows whether the call was made, so it counts as made. The lease stays, for an answer that comes after all.
pub(super) async fn expired(db: &Backend, now: Millis, limit: i64) -> StoreResult<Vec<NoticeId>> {
    let mut tx = db.begin().await?;
    let misdated = hasten(&mut tx, now).await?;
    let lost: Vec<SendingRecord> =
        query_as(EXPIRED).bind(now).bind(limit.max(0)).bind(now + LONGEST_LEASE_MS).fetch_all(&mut *tx).await?;
    if lost.is_empty() {
        if misdated > 0 {
            tx.commit().await?;
        }
        return Ok(Vec::new());
    }
    ended::let_go(&mut tx, &lost).await?;
    ended::insert(&mut tx, lost.iter().map(unknown).collect(), now).await?;
    let spent: Vec<Settlement> = lost
        .iter()
        .map(|row| Settlement {
            template: row.template_id,
            subscriber: row.subscriber_id,
            notice: row.notice_id,
            usage: Use::Spent,
            started_at: now,
            late: false,
        })
        .collect();
    settle(&mut tx, &spent, now).await?;
    let mut changes = Changes::default();
    for row in &lost {
        changes.add(row.notice_id, DeliveryState::Pending, 0, -1);
        changes.add(row.notice_id, DeliveryState::Unknown, own_code::LEASE_EXPIRED, 1);
    }
    let unknown = DeliveryState::Unknown.number();
    let ended: Vec<_> =
        lost.iter().map(|row| [row.notice_id, row.subscriber_id, unknown, own_code::LEASE_EXPIRED]).collect();
    webhooks::note(db, &mut tx, &ended, now).await?;
    changes.write_and_finish(&mut tx, now).await?;
    tx.commit().await?;
    Ok(lost.iter().map(|row| NoticeId(row.notice_id)).collect())
}

/// What seems to wait longer than anything does was put off by a clock that has gone back since: it may be tried now.
async fn hasten(conn: &mut Conn, now: Millis) -> StoreResult<u64> {
    Ok(query(HASTEN).bind(WAITS + now).bind(WAITS + now + LONGEST_WAIT_MS).execute(conn).await?.rows_affected())
}

pub(super) const HASTEN: &str =
    "UPDATE queue SET turn = $1 WHERE mini_program_id IN (SELECT id FROM mini_programs) AND turn > $2";

fn unknown(row: &SendingRecord) -> Ended {
    Ended {
        notice: row.notice_id,
        subscriber: row.subscriber_id,
        state: DeliveryState::Unknown,
        errcode: own_code::LEASE_EXPIRED,
        attempts: row.attempts,
        started_at: None,
        duration_ms: None,
        msgid: None,
        lease: Some(row.lease),
    }
}

/// As if never claimed, but first in the queue.
pub(super) async fn release(db: &Backend, lease: i64, now: Millis) -> StoreResult<i64> {
    let mut tx = db.begin().await?;
    let held: Vec<SendingRecord> = query_as(concat!(select!("s.lease = $1"), locked!("s", "s.subscriber_id")))
        .bind(lease)
        .fetch_all(&mut *tx)
        .await?;
    if held.is_empty() {
        return Ok(0);
    }
    ended::let_go(&mut tx, &held).await?;
    let back: Vec<_> = held.iter().map(|row| (row, row.attempts, row.errcode, now)).collect();
    ended::put_back(&mut tx, &back).await?;
    tx.commit().await?;
    Ok(i64::try_from(held.len()).unwrap_or(i64::MAX))
}

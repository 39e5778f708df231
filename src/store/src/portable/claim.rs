//! Leasing what is due.

use super::{
    counts::Changes,
    dialect::{self, Backend, Conn},
    query, query_as,
    queue::Walk,
};
use crate::{
    Claim, Claimed, StoreError, StoreResult,
    records::{LeasedRecord, QueueRecord},
};
use model::{Millis, delivery::DeliveryState, ids::MiniProgramId};
use std::collections::{HashMap, HashSet};

/// At most so many windows are looked through in one claim.
const WINDOWS: usize = 16;
/// Rows in front that had to wait for their subscriber are put back by so much when they fill all windows. Long enough
/// that putting back thousands of rows again and again is not what the database is busy with.
const PUT_BACK_MS: Millis = 10_000;

pub(super) async fn due(db: &Backend, claim: Claim) -> StoreResult<Vec<Claimed>> {
    if claim.limit <= 0 {
        return Ok(Vec::new());
    }
    let mut tx = db.begin().await?;
    dialect::lock_claims(&mut tx, claim.mini_program.0).await?;
    if rests(&mut tx, claim.mini_program, claim.now).await? {
        return Ok(Vec::new());
    }
    let found = look(&mut tx, &claim).await?;
    if !found.waiting.is_empty() {
        put_back(&mut tx, &found.waiting, claim.now).await?;
    }
    let claimed = if found.free.is_empty() { Vec::new() } else { lease(&mut tx, &claim, &found.free).await? };
    if claimed.is_empty() && found.waiting.is_empty() {
        return Ok(Vec::new());
    }
    let mut changes = Changes::default();
    for row in &claimed {
        changes.add(row.id.notice.0, DeliveryState::Pending, 0, -1);
        changes.add(row.id.notice.0, DeliveryState::Sending, 0, 1);
    }
    changes.write(&mut tx).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// Whether the mini program is unknown or paused.
async fn rests(conn: &mut Conn, id: MiniProgramId, now: Millis) -> StoreResult<bool> {
    let awake: Option<(i64,)> =
        query_as("SELECT id FROM mini_programs WHERE id = $1 AND (paused_until IS NULL OR paused_until <= $2)")
            .bind(id.0)
            .bind(now)
            .fetch_optional(conn)
            .await?;
    Ok(awake.is_none())
}

#[derive(Default)]
struct Found {
    /// At most one of a subscriber, none of a subscriber who has one under way.
    free: Vec<[i64; 2]>,
    /// Rows that must wait for their subscriber, where they keep everything else from being seen.
    waiting: Vec<[i64; 2]>,
}

async fn look(conn: &mut Conn, claim: &Claim) -> StoreResult<Found> {
    let limit = usize::try_from(claim.limit).unwrap_or(usize::MAX);
    let window = claim.limit.saturating_mul(2).clamp(64, 2_048);
    let mut walk = Walk::new(claim.mini_program, claim.now);
    let mut found = Found::default();
    let mut met = HashSet::new();
    for _ in 0..WINDOWS {
        let rows = walk.next(conn, window).await?;
        let last = i64::try_from(rows.len()).unwrap_or(i64::MAX) < window;
        for QueueRecord { notice_id, subscriber_id, running, busy, .. } in rows {
            if found.free.len() == limit {
                break;
            }
            if running != 0 {
                let free = busy == 0 && met.insert(subscriber_id);
                (if free { &mut found.free } else { &mut found.waiting }).push([notice_id, subscriber_id]);
            }
        }
        if last || found.free.len() == limit {
            found.waiting.clear();
            break;
        }
    }
    Ok(found)
}

/// Somebody with thousands of messages in front must not starve everybody behind.
async fn put_back(conn: &mut Conn, rows: &[[i64; 2]], now: Millis) -> StoreResult<()> {
    query(concat!(
        "UPDATE deliveries SET due_at = $2 FROM ",
        rows!(2: 1 "r_notice", 2 "r_subscriber"),
        " AS r WHERE ",
        still!(0)
    ))
    .bind(dialect::rows(rows))
    .bind(now + PUT_BACK_MS)
    .execute(conn)
    .await?;
    Ok(())
}

/// Leases rows that were found free.
pub(super) const LEASE: &str = concat!(
    "UPDATE deliveries SET state = 1, lease = $2, lease_until = $3, updated_at = $4 FROM ",
    rows!(2: 1 "r_notice", 2 "r_subscriber"),
    " AS r
         -- A withdrawal may have come in between.
         WHERE ",
    still!(0),
    " RETURNING notice_id, subscriber_id, template_id, attempts, due_at"
);

async fn lease(conn: &mut Conn, claim: &Claim, free: &[[i64; 2]]) -> StoreResult<Vec<Claimed>> {
    let leased: Vec<LeasedRecord> = query_as(LEASE)
        .bind(dialect::rows(free))
        .bind(claim.lease)
        .bind(claim.lease_until)
        .bind(claim.now)
        .fetch_all(&mut *conn)
        .await?;
    let keys: Vec<[i64; 2]> = leased.iter().map(|row| [row.template_id, row.subscriber_id]).collect();
    // Nobody stands twice in a claim, so the subscriber alone says which row is meant.
    let people: Vec<(i64, String, i64)> = query_as(concat!(
        "SELECT s.id, s.openid, COALESCE(g.balance, 0) FROM ",
        rows!(2: 1 "r_template", 2 "r_subscriber"),
        " AS r
         JOIN subscribers s ON s.id = r_subscriber
         LEFT JOIN grants g ON g.template_id = r_template AND g.subscriber_id = r_subscriber"
    ))
    .bind(dialect::rows(&keys))
    .fetch_all(conn)
    .await?;
    let mut people: HashMap<i64, (String, i64)> =
        people.into_iter().map(|(id, openid, balance)| (id, (openid, balance))).collect();
    let mut claimed = Vec::with_capacity(leased.len());
    for row in leased {
        let (openid, balance) = people
            .remove(&row.subscriber_id)
            .ok_or_else(|| StoreError::inconsistent("deliveries", "subscriber_id", row.subscriber_id))?;
        claimed.push(row.into_claimed(openid, balance >= 1));
    }
    claimed.sort_unstable_by_key(|row| (row.due_at, row.id));
    Ok(claimed)
}

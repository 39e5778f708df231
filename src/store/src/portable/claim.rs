//! Leasing what is due.

use super::{
    dialect::{self, Backend, Conn},
    pace::{self, Pace},
    query, query_as,
    queue::{STREAMS, Walk},
    recipients::OWN,
    traits_of_people::ATTRIBUTES,
};
use crate::{
    Claim, Claimed, StoreError, StoreResult,
    records::{QueueRecord, Standing, WAITS, claimed, json},
};
use model::{Millis, recipient::Personal};
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
    let Some(pace) = Pace::of(&mut tx, claim.mini_program.0, claim.now).await? else { return Ok(Vec::new()) };
    let limit = claim.limit.min(pace.allows());
    if limit <= 0 {
        return Ok(Vec::new());
    }
    let found = look(&mut tx, &claim, limit, pace.is_quiet()).await?;
    if !found.waiting.is_empty() {
        put_back(&mut tx, &found.waiting, claim.now).await?;
    }
    let claimed =
        if found.free.is_empty() { Vec::new() } else { lease(&mut tx, &claim, found.free, pace.cap()).await? };
    if claimed.is_empty() && found.waiting.is_empty() {
        return Ok(Vec::new());
    }
    pace::spend(&mut tx, pace, claimed.len()).await?;
    tx.commit().await?;
    Ok(claimed)
}

#[derive(Default)]
struct Found {
    /// At most one of a subscriber, none of a subscriber who has one under way.
    free: Vec<QueueRecord>,
    /// Rows that must wait for their subscriber, where they keep everything else from being seen.
    waiting: Vec<[i64; 2]>,
    met: HashSet<i64>,
}

/// How a walk along the queue came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Walked {
    /// Enough was found, or everything was seen.
    Through,
    /// Rows stand in front that are not to be taken in the order of the queue: of notices that are held back, that were
    /// ended, or that fell behind while they were held back.
    OutOfTurn,
}

/// What waited for another try goes first, but takes at most half as long as something else is there: of an odd number now the
/// bigger half and now the smaller one, for a claim may be for a single row.
async fn look(conn: &mut Conn, claim: &Claim, limit: i64, quiet: bool) -> StoreResult<Found> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut found = Found::default();
    let mut waited = Walk::waited(claim.mini_program, claim.now, quiet);
    // Leases are random numbers.
    let half = if claim.lease & 1 == 0 { limit / 2 } else { limit.div_ceil(2) };
    found.walk(conn, &mut waited, half, Held::PutBack).await?;
    let mut ready = Walk::ready(claim.mini_program, quiet);
    if found.walk(conn, &mut ready, limit, Held::Leave).await? == Walked::OutOfTurn {
        found.streams(conn, &mut ready, limit, claim.lease).await?;
    }
    if found.free.len() < limit && (half == 0 || !found.free.is_empty()) {
        found.walk(conn, &mut waited, limit, Held::PutBack).await?;
    }
    Ok(found)
}

/// What is done with rows in front of notices that are held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    /// They stand in no order of their own, so they are put back a little where they keep everything else from being seen.
    PutBack,
    /// They stay: the others are found without them, and there may be a million.
    Leave,
}

impl Found {
    /// Takes rows until there are `limit` of them. Rows that must wait are told only if nothing but them was seen.
    async fn walk(&mut self, conn: &mut Conn, walk: &mut Walk, limit: usize, held: Held) -> StoreResult<Walked> {
        let missing = i64::try_from(limit.saturating_sub(self.free.len())).unwrap_or(i64::MAX);
        let window = missing.saturating_add(missing / 4).clamp(64, 2_048);
        let mut waiting = Vec::new();
        for _ in 0..WINDOWS {
            if self.free.len() >= limit {
                return Ok(Walked::Through);
            }
            let rows = walk.next(conn, window).await?;
            let is_last = i64::try_from(rows.len()).unwrap_or(i64::MAX) < window;
            if held == Held::Leave && rows.iter().any(|row| row.standing != Standing::Runs) {
                return Ok(Walked::OutOfTurn);
            }
            for row in rows {
                if self.free.len() == limit {
                    // Not looked at: the walk goes on from here, if it does.
                    walk.back_to(&row);
                    return Ok(Walked::Through);
                }
                if row.standing.runs() && row.busy == 0 && self.met.insert(row.subscriber_id) {
                    self.free.push(row);
                } else if row.standing != Standing::Ended {
                    waiting.push([row.notice_id, row.subscriber_id]);
                }
            }
            if is_last {
                return Ok(Walked::Through);
            }
        }
        self.waiting.append(&mut waiting);
        Ok(Walked::Through)
    }

    /// The running notices by themselves, the same number of rows of each, whatever stands between them. Each claim begins
    /// with another one (`first`): where a claim has room for fewer rows than there are notices, all have their turn.
    async fn streams(&mut self, conn: &mut Conn, walk: &mut Walk, limit: usize, first: i64) -> StoreResult<()> {
        let mut open: Vec<(i64, i64)> =
            walk.running(conn, STREAMS).await?.into_iter().map(|notice| (notice, i64::MIN)).collect();
        let n = i64::try_from(open.len()).unwrap_or(i64::MAX).max(1);
        open.rotate_left(usize::try_from(first.rem_euclid(n)).unwrap_or_default());
        for _ in 0..WINDOWS {
            let mut left = Vec::with_capacity(open.len());
            let mut others = open.len();
            for place in open {
                let missing = limit.saturating_sub(self.free.len());
                if missing == 0 {
                    return Ok(());
                }
                left.extend(self.stream(conn, walk, place, missing.div_ceil(others)).await?);
                others -= 1;
            }
            open = left;
        }
        Ok(())
    }

    /// A share of one notice beyond a subscriber; answers where to go on, if there is more.
    async fn stream(
        &mut self,
        conn: &mut Conn,
        walk: &mut Walk,
        (notice, beyond): (i64, i64),
        share: usize,
    ) -> StoreResult<Option<(i64, i64)>> {
        // A few more than are taken, because some may have to wait for their subscriber.
        let size = i64::try_from(share).unwrap_or(i64::MAX).clamp(8, 2_048);
        let rows = walk.stream(conn, notice, beyond, size).await?;
        let is_full = i64::try_from(rows.len()).unwrap_or(i64::MAX) == size;
        let (mut taken, mut last) = (0, beyond);
        for row in rows {
            if taken == share {
                return Ok(Some((notice, last)));
            }
            last = row.subscriber_id;
            if row.busy == 0 && self.met.insert(row.subscriber_id) {
                self.free.push(row);
                taken += 1;
            }
        }
        Ok(is_full.then_some((notice, last)))
    }
}

/// Somebody with thousands of messages in front must not starve everybody behind.
async fn put_back(conn: &mut Conn, rows: &[[i64; 2]], now: Millis) -> StoreResult<()> {
    query(concat!(
        "UPDATE queue SET turn = $2 WHERE (notice_id, subscriber_id) IN (SELECT r_notice, r_subscriber FROM ",
        rows!(2: 1 "r_notice", 2 "r_subscriber"),
        " AS r)"
    ))
    .bind(dialect::rows(rows))
    .bind(WAITS + now + PUT_BACK_MS)
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes rows that were found free out of the queue. A withdrawal may have come in between.
pub(super) const TAKE: &str = take!();

/// Notes that they are being sent.
const LEASE: &str = concat!(
    "INSERT INTO sending (subscriber_id, mini_program_id, notice_id, template_id, attempts, errcode, lease, lease_until)
     SELECT r_subscriber, $2, r_notice, r_template, r_attempts, r_errcode, $3, $4 FROM ",
    rows!(5: 1 "r_subscriber", 2 "r_notice", 3 "r_template", 4 "r_attempts", 5 "r_errcode"),
    " AS r"
);

/// What a call needs to know of the person.
pub(super) const PEOPLE: &str = concat!(
    "SELECT s.id, s.openid, COALESCE(g.balance, 0) FROM ",
    rows!(2: 1 "r_template", 2 "r_subscriber"),
    " AS r
     JOIN subscribers s ON s.id = r_subscriber
     LEFT JOIN grants g ON g.template_id = r_template AND g.subscriber_id = r_subscriber"
);

/// Who of the people `$1` has had as many messages since `$2` as the cap `$3` allows.
pub(super) const CAPPED: &str = concat!(
    "SELECT r_subscriber FROM ",
    rows!(1: 1 "r_subscriber"),
    " AS r WHERE (SELECT count(*) FROM deliveries d
                 WHERE d.subscriber_id = r_subscriber AND d.state IN (2, 3, 5) AND d.updated_at >= $2) >= $3"
);

async fn capped(conn: &mut Conn, rows: &[QueueRecord], cap: Option<(i64, Millis)>) -> StoreResult<HashSet<i64>> {
    let Some((most, since)) = cap else { return Ok(HashSet::new()) };
    let people: Vec<[i64; 1]> = rows.iter().filter(|row| row.heeds == 1).map(|row| [row.subscriber_id]).collect();
    if people.is_empty() {
        return Ok(HashSet::new());
    }
    let capped: Vec<(i64,)> =
        query_as(CAPPED).bind(dialect::rows(&people)).bind(since).bind(most).fetch_all(conn).await?;
    Ok(capped.into_iter().map(|(id,)| id).collect())
}

async fn lease(
    conn: &mut Conn,
    claim: &Claim,
    mut free: Vec<QueueRecord>,
    cap: Option<(i64, Millis)>,
) -> StoreResult<Vec<Claimed>> {
    let keys: Vec<[i64; 2]> = free.iter().map(|row| [row.notice_id, row.subscriber_id]).collect();
    let taken: Vec<(i64, i64)> = query_as(TAKE).bind(dialect::rows(&keys)).fetch_all(&mut *conn).await?;
    if taken.len() < free.len() {
        let taken: HashSet<(i64, i64)> = taken.into_iter().collect();
        free.retain(|row| taken.contains(&(row.notice_id, row.subscriber_id)));
    }
    free.sort_unstable_by_key(|row| row.subscriber_id);
    let leased: Vec<[i64; 5]> = free
        .iter()
        .map(|row| {
            let (attempts, errcode) = (row.attempts.unwrap_or_default(), row.errcode.unwrap_or_default());
            [row.subscriber_id, row.notice_id, row.template_id, attempts, errcode]
        })
        .collect();
    query(LEASE)
        .bind(dialect::rows(&leased))
        .bind(claim.mini_program.0)
        .bind(claim.lease)
        .bind(claim.lease_until)
        .execute(&mut *conn)
        .await?;
    let mut people = people(conn, &free).await?;
    let capped = capped(conn, &free, cap).await?;
    let mut all = Vec::with_capacity(free.len());
    free.sort_unstable_by_key(|row| (row.turn, row.notice_id, row.subscriber_id));
    let mut own = own(conn, &free).await?;
    for row in free {
        // Nobody stands twice in a claim, so the subscriber alone says which row is meant.
        let (openid, balance) = people
            .remove(&row.subscriber_id)
            .ok_or_else(|| StoreError::inconsistent("queue", "subscriber_id", row.subscriber_id))?;
        let is_capped = row.heeds == 1 && capped.contains(&row.subscriber_id);
        let mut claimed = claimed(&row, openid, balance >= 1, is_capped);
        claimed.personal = own.remove(&row.subscriber_id);
        all.push(claimed);
    }
    Ok(all)
}

async fn people(conn: &mut Conn, rows: &[QueueRecord]) -> StoreResult<HashMap<i64, (String, i64)>> {
    let keys: Vec<[i64; 2]> = rows.iter().map(|row| [row.template_id, row.subscriber_id]).collect();
    let people: Vec<(i64, String, i64)> = query_as(PEOPLE).bind(dialect::rows(&keys)).fetch_all(conn).await?;
    Ok(people.into_iter().map(|(id, openid, balance)| (id, (openid, balance))).collect())
}

/// What makes messages differ, for those of notices whose messages may; nothing is asked for others.
async fn own(conn: &mut Conn, rows: &[QueueRecord]) -> StoreResult<HashMap<i64, Personal>> {
    let keys: Vec<[i64; 2]> =
        rows.iter().filter(|row| row.personal != 0).map(|row| [row.notice_id, row.subscriber_id]).collect();
    let mut own: HashMap<i64, Personal> =
        keys.iter().map(|[_, subscriber]| (*subscriber, Personal::default())).collect();
    if keys.is_empty() {
        return Ok(own);
    }
    let values: Vec<(i64, String)> = query_as(OWN).bind(dialect::rows(&keys)).fetch_all(&mut *conn).await?;
    for (subscriber, data) in values {
        own.entry(subscriber).or_default().values = json("recipients", "data", &data)?;
    }
    let people: Vec<[i64; 1]> = keys.iter().map(|[_, subscriber]| [*subscriber]).collect();
    let attributes: Vec<(i64, String, String)> =
        query_as(ATTRIBUTES).bind(dialect::rows(&people)).fetch_all(conn).await?;
    for (subscriber, name, value) in attributes {
        own.entry(subscriber).or_default().attributes.insert(name, value);
    }
    Ok(own)
}

//! Looking at the queue: in its order, window by window, past what cannot be sent.

use super::{
    dialect::{self, Backend, Conn},
    query_as,
};
use crate::{
    StoreResult,
    records::{QueueRecord, WAITS, WindowRecord},
};
use model::{Millis, ids::MiniProgramId};
use std::collections::{BTreeSet, HashMap};

/// A place in the queue: turn, notice and subscriber.
type Place = (i64, i64, i64);

/// Before everything.
const HEAD: Place = (i64::MIN, i64::MIN, i64::MIN);

/// Pending rows beyond a place in the queue of a mini program, up to a turn.
///
/// The notices are asked for apart: beside them in one statement a planner that has not heard yet how much is in the queue
/// reads and sorts all of it.
pub(super) const WINDOW: &str = "SELECT q.turn, q.notice_id, q.subscriber_id, q.attempts, q.errcode,
            (SELECT count(*) FROM sending o WHERE o.subscriber_id = q.subscriber_id) AS busy
     FROM queue q
     WHERE q.mini_program_id = $1 AND (q.turn, q.notice_id, q.subscriber_id) > ($2, $3, $4) AND q.turn <= $5
     ORDER BY q.turn, q.notice_id, q.subscriber_id
     LIMIT $6";

/// What the rows of a window need to know of their notices; `$2` is 1 in quiet hours. How each stands: see [`Standing`].
pub(super) const NOTICES: &str = concat!(
    "SELECT n.id, n.template_id, COALESCE(n.due_at, 0), n.heeds,
            CAST(CASE WHEN n.state <> 'running' THEN 0
                      WHEN n.hold IS NOT NULL OR (n.heeds = 1 AND $2 = 1) THEN 3
                      ELSE 1 + n.lags END AS BIGINT), n.personal FROM ",
    rows!(1: 1 "r_notice"),
    " AS r JOIN notices n ON n.id = r_notice"
);

/// Notices of a mini program of which something is ready to be sent now, oldest first. `$2` is 1 in quiet hours. One that has
/// nothing but rows under way or waiting for another try must not take the place of one that has.
pub(super) const RUNNING: &str = concat!(
    "SELECT n.id FROM notices n
     WHERE n.mini_program_id = $1 AND COALESCE(n.hold, n.state) = 'running' AND (n.heeds = 0 OR $2 = 0)
       AND EXISTS (SELECT 1 FROM queue q",
    indexed_by!("queue_by_notice"),
    " WHERE q.notice_id = n.id AND q.turn < $3)
     ORDER BY n.mini_program_id, n.id LIMIT $4"
);

/// What is ready of one notice, beyond a subscriber. Turns rise with subscribers, so this is the notice's own order.
pub(super) const STREAM: &str = concat!(
    "SELECT q.turn, q.notice_id, q.subscriber_id, q.attempts, q.errcode,
            (SELECT count(*) FROM sending o WHERE o.subscriber_id = q.subscriber_id) AS busy
     FROM queue q",
    indexed_by!("queue_by_notice"),
    " WHERE q.notice_id = $1 AND q.subscriber_id > $2 AND q.turn < $3
     ORDER BY q.notice_id, q.subscriber_id
     LIMIT $4"
);

/// Template, when it was due, whether quiet hours and the cap count, how it stands, whether its messages may differ.
type OfNotice = (i64, i64, i64, i64, i64);

/// Walks along a stretch of the queue of one mini program.
#[derive(Debug)]
pub(super) struct Walk {
    mini_program: i64,
    last_turn: i64,
    place: Place,
    quiet: bool,
    notices: HashMap<i64, OfNotice>,
}

impl Walk {
    /// What is ready, whatever the time.
    pub(super) fn ready(mini_program: MiniProgramId, quiet: bool) -> Self {
        Self { mini_program: mini_program.0, last_turn: WAITS - 1, place: HEAD, quiet, notices: HashMap::new() }
    }

    /// What waited for another try and may be tried again by `until`, first due first.
    pub(super) fn waited(mini_program: MiniProgramId, until: Millis, quiet: bool) -> Self {
        let last_turn = WAITS.saturating_add(until.max(0));
        let place = (WAITS - 1, i64::MAX, i64::MAX);
        Self { mini_program: mini_program.0, last_turn, place, quiet, notices: HashMap::new() }
    }

    /// The next rows; fewer than `size` are the last.
    pub(super) async fn next(&mut self, conn: &mut Conn, size: i64) -> StoreResult<Vec<QueueRecord>> {
        let rows: Vec<WindowRecord> = query_as(WINDOW)
            .bind(self.mini_program)
            .bind(self.place.0)
            .bind(self.place.1)
            .bind(self.place.2)
            .bind(self.last_turn)
            .bind(size)
            .fetch_all(&mut *conn)
            .await?;
        let rows = self.tell(conn, rows).await?;
        if let Some(last) = rows.last() {
            // The rows of a notice stand together within a round: step over those of one that is not sent at once.
            let subscriber = if last.standing.runs() { last.subscriber_id } else { i64::MAX };
            self.place = (last.turn, last.notice_id, subscriber);
        }
        Ok(rows)
    }

    /// The next rows of one notice, beyond a subscriber.
    pub(super) async fn stream(
        &mut self,
        conn: &mut Conn,
        notice: i64,
        beyond: i64,
        size: i64,
    ) -> StoreResult<Vec<QueueRecord>> {
        let rows: Vec<WindowRecord> =
            query_as(STREAM).bind(notice).bind(beyond).bind(WAITS).bind(size).fetch_all(&mut *conn).await?;
        self.tell(conn, rows).await
    }

    /// The notices that [`Walk::stream`] is for, at most so many.
    pub(super) async fn running(&self, conn: &mut Conn, most: i64) -> StoreResult<Vec<i64>> {
        let ids: Vec<(i64,)> = query_as(RUNNING)
            .bind(self.mini_program)
            .bind(i64::from(self.quiet))
            .bind(WAITS)
            .bind(most)
            .fetch_all(conn)
            .await?;
        Ok(ids.into_iter().map(|(id,)| id).collect())
    }

    async fn tell(&mut self, conn: &mut Conn, rows: Vec<WindowRecord>) -> StoreResult<Vec<QueueRecord>> {
        self.learn(conn, &rows).await?;
        let of = |row: &WindowRecord| self.notices.get(&row.notice_id).copied().unwrap_or_default();
        Ok(rows.into_iter().map(|row| row.with(of(&row))).collect())
    }

    /// Asks for notices that were not met before.
    async fn learn(&mut self, conn: &mut Conn, rows: &[WindowRecord]) -> StoreResult<()> {
        let new: BTreeSet<i64> =
            rows.iter().map(|row| row.notice_id).filter(|id| !self.notices.contains_key(id)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let ids: Vec<[i64; 1]> = new.into_iter().map(|id| [id]).collect();
        let found: Vec<(i64, i64, i64, i64, i64, i64)> =
            query_as(NOTICES).bind(dialect::rows(&ids)).bind(i64::from(self.quiet)).fetch_all(conn).await?;
        self.notices.extend(found.into_iter().map(|(id, template, due_at, heeds, standing, personal)| {
            (id, (template, due_at, heeds, standing, personal)) //
        }));
        Ok(())
    }

    /// Goes on with this row.
    pub(super) fn back_to(&mut self, row: &QueueRecord) {
        self.place = (row.turn, row.notice_id, row.subscriber_id - 1);
    }
}

/// The turn of what is ready and next: where a new notice joins, beside all others. What stands before it may have been
/// taken while the notice was being written; it then goes first for a moment.
pub(super) async fn round(conn: &mut Conn, mini_program: i64) -> StoreResult<i64> {
    let first: Option<(i64,)> = query_as(
        "SELECT turn FROM queue WHERE mini_program_id = $1 AND turn < $2
         ORDER BY mini_program_id, turn, notice_id, subscriber_id LIMIT 1",
    )
    .bind(mini_program)
    .bind(WAITS)
    .fetch_optional(conn)
    .await?;
    Ok(first.map_or(0, |(turn,)| turn))
}

/// Steps over what is not sent before the notices are asked one by one.
const STEPS: usize = 64;
/// So many notices take turns; more than this at once wait until older ones have nothing ready.
pub(super) const STREAMS: i64 = 512;
/// So many are asked since when they are due.
const ASKED: i64 = 16;

pub(super) async fn pending(db: &Backend, now: Millis) -> StoreResult<Vec<(MiniProgramId, Millis)>> {
    let mut tx = db.begin_snapshot().await?;
    // Only where a running notice has something left to do; that is known without the queue.
    let programs: Vec<(i64, i64)> = query_as(
        "SELECT x.id, x.quiet FROM (
             SELECT m.id, m.paused_until,
                    CAST(CASE WHEN r.quiet_since <= $1 AND r.quiet_until > $1 THEN 1 ELSE 0 END AS BIGINT) AS quiet
             FROM mini_programs m LEFT JOIN send_rules r ON r.mini_program_id = m.id) x
         WHERE (x.paused_until IS NULL OR x.paused_until <= $1 OR x.paused_until > $1 + 93600000)
           AND EXISTS (SELECT 1 FROM notices n
                       WHERE n.mini_program_id = x.id AND n.state = 'running' AND n.hold IS NULL
                         AND (n.heeds = 0 OR x.quiet = 0)
                         AND n.confirmed_at IS NOT NULL AND n.finished_at IS NULL)
         ORDER BY x.id",
    )
    .bind(now)
    .fetch_all(&mut *tx)
    .await?;
    let mut found = Vec::with_capacity(programs.len());
    for (id, quiet) in programs {
        let (id, quiet) = (MiniProgramId(id), quiet == 1);
        let ready = earliest(&mut tx, Walk::ready(id, quiet)).await?;
        let waited = earliest(&mut tx, Walk::waited(id, WAITS - 1, quiet)).await?;
        if let Some(due_at) = [ready, waited].into_iter().flatten().min() {
            found.push((id, due_at));
        }
    }
    Ok(found)
}

async fn earliest(conn: &mut Conn, mut walk: Walk) -> StoreResult<Option<Millis>> {
    let mut due_at = None;
    for _ in 0..STEPS {
        let Some(row) = walk.next(conn, 1).await?.pop() else {
            return Ok(None);
        };
        due_at = Some(row.due_at());
        if row.standing.runs() {
            return Ok(due_at);
        }
    }
    if walk.last_turn >= WAITS {
        // As it comes: too early an instant only makes a claim look.
        return Ok(due_at);
    }
    earliest_of_each(conn, walk).await
}

async fn earliest_of_each(conn: &mut Conn, mut walk: Walk) -> StoreResult<Option<Millis>> {
    let mut due_at = None;
    // Each of them has something ready: a few tell when enough.
    for notice in walk.running(conn, ASKED).await? {
        let first = walk.stream(conn, notice, i64::MIN, 1).await?.pop().map(|row| row.due_at());
        due_at = [due_at, first].into_iter().flatten().min();
    }
    Ok(due_at)
}

pub(super) async fn depth(db: &Backend, mini_program: MiniProgramId) -> StoreResult<i64> {
    let (n,) = query_as(
        "SELECT CAST(COALESCE(sum(c.n), 0) AS BIGINT)
         FROM notices n JOIN notice_counts c ON c.notice_id = n.id AND c.state = 0
         WHERE n.mini_program_id = $1 AND n.state = 'running' AND n.hold IS NULL
           AND n.confirmed_at IS NOT NULL AND n.finished_at IS NULL",
    )
    .bind(mini_program.0)
    .fetch_one(db.read())
    .await?;
    Ok(n)
}

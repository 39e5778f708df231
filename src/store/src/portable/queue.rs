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

/// What the rows of a window need to know of their notices.
pub(super) const NOTICES: &str = concat!(
    "SELECT n.id, n.template_id, COALESCE(n.due_at, 0), CAST(CASE n.state WHEN 'running' THEN 1 ELSE 0 END AS BIGINT), n.personal FROM ",
    rows!(1: 1 "r_notice"),
    " AS r JOIN notices n ON n.id = r_notice"
);

/// Template, when it was due, whether it is running, whether its messages may differ.
type OfNotice = (i64, i64, i64, i64);

/// Walks along a stretch of the queue of one mini program.
#[derive(Debug)]
pub(super) struct Walk {
    mini_program: i64,
    last_turn: i64,
    place: Place,
    notices: HashMap<i64, OfNotice>,
}

impl Walk {
    /// What is ready, whatever the time.
    pub(super) fn ready(mini_program: MiniProgramId) -> Self {
        Self { mini_program: mini_program.0, last_turn: WAITS - 1, place: HEAD, notices: HashMap::new() }
    }

    /// What waited for another try and may be tried again by `until`, first due first.
    pub(super) fn waited(mini_program: MiniProgramId, until: Millis) -> Self {
        let last_turn = WAITS.saturating_add(until.max(0));
        let place = (WAITS - 1, i64::MAX, i64::MAX);
        Self { mini_program: mini_program.0, last_turn, place, notices: HashMap::new() }
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
        self.learn(conn, &rows).await?;
        let rows: Vec<QueueRecord> = rows
            .into_iter()
            .map(|row| row.with(self.notices.get(&row.notice_id).copied().unwrap_or_default()))
            .collect();
        if let Some(last) = rows.last() {
            // The rows of a notice stand together within a round: step over those of one that was ended at once.
            let subscriber = if last.running == 0 { i64::MAX } else { last.subscriber_id };
            self.place = (last.turn, last.notice_id, subscriber);
        }
        Ok(rows)
    }

    /// Asks for notices that were not met before.
    async fn learn(&mut self, conn: &mut Conn, rows: &[WindowRecord]) -> StoreResult<()> {
        let new: BTreeSet<i64> =
            rows.iter().map(|row| row.notice_id).filter(|id| !self.notices.contains_key(id)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let ids: Vec<[i64; 1]> = new.into_iter().map(|id| [id]).collect();
        let found: Vec<(i64, i64, i64, i64, i64)> = query_as(NOTICES).bind(dialect::rows(&ids)).fetch_all(conn).await?;
        self.notices.extend(found.into_iter().map(|(id, a, b, c, d)| (id, (a, b, c, d))));
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

/// Steps over ended notices before the answer is taken as it comes: too early an instant only makes a claim look.
const STEPS: usize = 64;

pub(super) async fn pending(db: &Backend, now: Millis) -> StoreResult<Vec<(MiniProgramId, Millis)>> {
    let mut tx = db.begin_snapshot().await?;
    // Only where a running notice has something left to do; that is known without the queue.
    let programs: Vec<(i64,)> = query_as(
        "SELECT m.id FROM mini_programs m
         WHERE (m.paused_until IS NULL OR m.paused_until <= $1 OR m.paused_until > $1 + 93600000)
           AND EXISTS (SELECT 1 FROM notices n
                       WHERE n.mini_program_id = m.id AND n.state = 'running'
                         AND n.confirmed_at IS NOT NULL AND n.finished_at IS NULL)
         ORDER BY m.id",
    )
    .bind(now)
    .fetch_all(&mut *tx)
    .await?;
    let mut found = Vec::with_capacity(programs.len());
    for (id,) in programs {
        let id = MiniProgramId(id);
        let ready = earliest(&mut tx, Walk::ready(id)).await?;
        let waited = earliest(&mut tx, Walk::waited(id, WAITS - 1)).await?;
        if let Some(due_at) = [ready, waited].into_iter().flatten().min() {
            found.push((id, due_at));
        }
    }
    Ok(found)
}

async fn earliest(conn: &mut Conn, mut walk: Walk) -> StoreResult<Option<Millis>> {
    let mut due_at = None;
    for _ in 0..STEPS {
        let Some(row) = walk.next(conn, 1).await?.pop() else { return Ok(None) };
        due_at = Some(row.due_at());
        if row.running != 0 {
            break;
        }
    }
    Ok(due_at)
}

pub(super) async fn depth(db: &Backend, mini_program: MiniProgramId) -> StoreResult<i64> {
    let (n,) = query_as(
        "SELECT CAST(COALESCE(sum(c.n), 0) AS BIGINT)
         FROM notices n JOIN notice_counts c ON c.notice_id = n.id AND c.state = 0
         WHERE n.mini_program_id = $1 AND n.state = 'running' AND n.confirmed_at IS NOT NULL AND n.finished_at IS NULL",
    )
    .bind(mini_program.0)
    .fetch_one(db.read())
    .await?;
    Ok(n)
}

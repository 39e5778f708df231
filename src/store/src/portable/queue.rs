//! Looking at the queue: in its order, window by window, past what cannot be sent.

use super::{
    dialect::{Backend, Conn},
    query_as,
};
use crate::{StoreResult, records::QueueRecord};
use model::{Millis, ids::MiniProgramId};

/// Pending rows beyond a place in the queue of a mini program. Reads nothing but indexes.
pub(super) const WINDOW: &str = concat!(
    "SELECT d.notice_id, d.subscriber_id, d.due_at,
            (SELECT CAST(CASE n.state WHEN 'running' THEN 1 ELSE 0 END AS BIGINT)
             FROM notices n WHERE n.id = d.notice_id) AS running,
            (SELECT count(*) FROM deliveries o",
    indexed_by!("deliveries_sending"),
    " WHERE o.subscriber_id = d.subscriber_id AND o.state = 1) AS busy
     FROM deliveries d",
    indexed_by!("deliveries_queue"),
    " WHERE d.mini_program_id = $1 AND d.state = 0 AND d.due_at <= $2
       AND (d.due_at, d.notice_id, d.subscriber_id) > ($3, $4, $5)
     ORDER BY d.due_at, d.notice_id, d.subscriber_id
     LIMIT $6"
);

/// Walks along the queue of one mini program.
#[derive(Debug)]
pub(super) struct Walk {
    mini_program: i64,
    until: Millis,
    /// Due, notice and subscriber of the last row seen.
    place: (i64, i64, i64),
}

impl Walk {
    /// From the head to what is due at `until`.
    pub(super) fn new(mini_program: MiniProgramId, until: Millis) -> Self {
        Self { mini_program: mini_program.0, until, place: (i64::MIN, i64::MIN, i64::MIN) }
    }

    /// The next rows; fewer than `size` are the last.
    pub(super) async fn next(&mut self, conn: &mut Conn, size: i64) -> StoreResult<Vec<QueueRecord>> {
        let rows: Vec<QueueRecord> = query_as(WINDOW)
            .bind(self.mini_program)
            .bind(self.until)
            .bind(self.place.0)
            .bind(self.place.1)
            .bind(self.place.2)
            .bind(size)
            .fetch_all(conn)
            .await?;
        if let Some(last) = rows.last() {
            // The rows of a notice stand together until they are tried: step over all of one that was ended at once.
            let subscriber = if last.running == 0 { i64::MAX } else { last.subscriber_id };
            self.place = (last.due_at, last.notice_id, subscriber);
        }
        Ok(rows)
    }
}

/// Steps over ended notices before the answer is taken as it comes: too early an instant only makes a claim look.
const STEPS: usize = 64;

pub(super) async fn pending(db: &Backend, now: Millis) -> StoreResult<Vec<(MiniProgramId, Millis)>> {
    let mut tx = db.begin_snapshot().await?;
    // Only where a running notice has something left to do; that is known without the queue.
    let programs: Vec<(i64,)> = query_as(
        "SELECT m.id FROM mini_programs m
         WHERE (m.paused_until IS NULL OR m.paused_until <= $1)
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
        if let Some(due_at) = earliest(&mut tx, id).await? {
            found.push((id, due_at));
        }
    }
    Ok(found)
}

async fn earliest(conn: &mut Conn, id: MiniProgramId) -> StoreResult<Option<Millis>> {
    let mut walk = Walk::new(id, i64::MAX);
    let mut due_at = None;
    for _ in 0..STEPS {
        let Some(row) = walk.next(conn, 1).await?.pop() else { return Ok(None) };
        due_at = Some(row.due_at);
        if row.running != 0 {
            break;
        }
    }
    Ok(due_at)
}

pub(super) async fn depth(db: &Backend, mini_program: MiniProgramId) -> StoreResult<i64> {
    let (n,) = query_as(
        "SELECT CAST(COALESCE(sum(c.n), 0) AS BIGINT)
         FROM notices n JOIN notice_counts c ON c.notice_id = n.id AND c.state IN (0, 1)
         WHERE n.mini_program_id = $1 AND n.state = 'running' AND n.confirmed_at IS NOT NULL AND n.finished_at IS NULL",
    )
    .bind(mini_program.0)
    .fetch_one(db.read())
    .await?;
    Ok(n)
}

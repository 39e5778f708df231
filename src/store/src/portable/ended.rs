//! Moving rows between the queue, what is being sent and what has ended.

use super::{
    dialect::{self, Conn},
    query,
};
use crate::{
    StoreResult,
    records::{SendingRecord, WAITS},
};
use model::{Millis, delivery::DeliveryState};

/// The columns of [`Ended::row`].
pub(super) const COLUMNS: usize = 10;

/// How a delivery ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub notice: i64,
    pub subscriber: i64,
    pub state: DeliveryState,
    pub errcode: i64,
    pub attempts: i64,
    /// Of the call that WeChat accepted.
    pub started_at: Option<Millis>,
    pub duration_ms: Option<Millis>,
    pub msgid: Option<i64>,
    /// Of the claim, where the outcome is unknown.
    pub lease: Option<i64>,
}

impl Ended {
    pub(super) fn row(&self) -> [i64; COLUMNS] {
        [
            self.notice,
            self.subscriber,
            self.state.number(),
            self.errcode,
            self.attempts,
            self.started_at.unwrap_or_default(),
            self.duration_ms.unwrap_or_default(),
            i64::from(self.msgid.is_some()),
            self.msgid.unwrap_or_default(),
            self.lease.unwrap_or_default(),
        ]
    }
}

/// The only statement that makes a row of the big table. In the order of its key.
pub(super) const INSERT: &str = concat!(
    "INSERT INTO deliveries (notice_id, subscriber_id, state, errcode, attempts, updated_at, started_at, duration_ms, \
     msgid, lease)
     SELECT r_notice, r_subscriber, r_state, r_errcode, r_attempts, $2, NULLIF(r_started, 0),
            CASE r_started WHEN 0 THEN NULL ELSE r_duration END, CASE r_has_msgid WHEN 1 THEN r_msgid END,
            NULLIF(r_lease, 0)
     FROM ",
    ended_rows!(),
    " AS r"
);

/// Stores ends.
pub(super) async fn insert(conn: &mut Conn, mut ended: Vec<Ended>, now: Millis) -> StoreResult<()> {
    if ended.is_empty() {
        return Ok(());
    }
    ended.sort_unstable_by_key(|row| (row.notice, row.subscriber));
    let rows: Vec<[i64; COLUMNS]> = ended.iter().map(Ended::row).collect();
    query(INSERT).bind(dialect::rows(&rows)).bind(now).execute(conn).await?;
    Ok(())
}

/// Takes rows out of what is being sent; the caller holds them.
pub(super) const LET_GO: &str = concat!(
    "DELETE FROM sending WHERE subscriber_id IN (SELECT r_subscriber FROM ",
    rows!(1: 1 "r_subscriber"),
    " AS r)"
);

/// Their leases are over.
pub(super) async fn let_go(conn: &mut Conn, held: &[SendingRecord]) -> StoreResult<()> {
    if held.is_empty() {
        return Ok(());
    }
    let rows: Vec<[i64; 1]> = held.iter().map(|row| [row.subscriber_id]).collect();
    query(LET_GO).bind(dialect::rows(&rows)).execute(conn).await?;
    Ok(())
}

/// Rows that were being sent, with attempts, error code and the instant from which they may be tried again.
pub(super) async fn put_back(conn: &mut Conn, rows: &[(&SendingRecord, i64, i64, Millis)]) -> StoreResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows: Vec<[i64; 6]> = rows
        .iter()
        .map(|(row, attempts, errcode, due_at)| {
            let turn = WAITS.saturating_add((*due_at).max(0));
            [row.mini_program_id, turn, row.notice_id, row.subscriber_id, *attempts, *errcode]
        })
        .collect();
    query(concat!(
        "INSERT INTO queue (mini_program_id, turn, notice_id, subscriber_id, attempts, errcode)
         SELECT r_program, r_turn, r_notice, r_subscriber, NULLIF(r_attempts, 0), NULLIF(r_errcode, 0) FROM ",
        rows!(6: 1 "r_program", 2 "r_turn", 3 "r_notice", 4 "r_subscriber", 5 "r_attempts", 6 "r_errcode"),
        " AS r"
    ))
    .bind(dialect::rows(&rows))
    .execute(conn)
    .await?;
    Ok(())
}

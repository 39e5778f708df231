//! The exact counters: by notice, and by hour for the charts.

use super::{
    dialect::{self, Conn},
    query,
};
use crate::StoreResult;
use model::{Millis, delivery::DeliveryState};
use std::collections::BTreeMap;

/// Changes of counts, gathered over a batch. In the order of their keys: everybody locks in that order.
#[derive(Debug, Default)]
pub(super) struct Changes(BTreeMap<(i64, i64, i64), i64>);

impl Changes {
    /// So many more deliveries of a notice stand so. The error code counts only where it says how a delivery ended.
    pub(super) fn add(&mut self, notice: i64, state: DeliveryState, errcode: i64, n: i64) {
        let ended = matches!(
            state,
            DeliveryState::Failed | DeliveryState::Unknown | DeliveryState::Skipped | DeliveryState::Cancelled
        );
        *self.0.entry((notice, state.number(), if ended { errcode } else { 0 })).or_default() += n;
    }

    /// Writes them, and ends the notices that have nothing left to do.
    pub(super) async fn write_and_finish(self, conn: &mut Conn, now: Millis) -> StoreResult<()> {
        let mut notices: Vec<[i64; 1]> = self.0.keys().map(|(notice, ..)| [*notice]).collect();
        notices.dedup();
        if notices.is_empty() {
            return Ok(());
        }
        let notices = dialect::rows(&notices);
        if dialect::ROW_LOCKS {
            // Two transactions that end the last two deliveries must not each see the other's as still to do.
            query(concat!(
                "SELECT 1 FROM ",
                rows!(1: 1 "r_notice"),
                " AS r JOIN notices ON id = r_notice ORDER BY id",
                for_update!("notices")
            ))
            .bind(notices.clone())
            .execute(&mut *conn)
            .await?;
        }
        self.write(conn).await?;
        finish(conn, notices, now).await
    }

    /// Writes them.
    pub(super) async fn write(self, conn: &mut Conn) -> StoreResult<()> {
        let rows: Vec<[i64; 4]> = self
            .0
            .into_iter()
            .filter(|(_, n)| *n != 0)
            .map(|((notice, state, errcode), n)| [notice, state, errcode, n])
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        let rows = dialect::rows(&rows);
        query(concat!(
            "INSERT INTO notice_counts (notice_id, state, errcode, n)
             SELECT r_notice, r_state, r_errcode, r_n FROM ",
            rows!(4: 1 "r_notice", 2 "r_state", 3 "r_errcode", 4 "r_n"),
            " AS r WHERE one = 1 ORDER BY 1, 2, 3
             ON CONFLICT (notice_id, state, errcode) DO UPDATE SET n = notice_counts.n + excluded.n"
        ))
        .bind(rows.clone())
        .execute(&mut *conn)
        .await?;
        query(concat!(
            "INSERT INTO counters (mini_program_id, hour_at, template_id, state, errcode, n)
             SELECT x.mini_program_id, x.hour_at, x.template_id, r_state, r_errcode, CAST(sum(r_n) AS BIGINT) FROM ",
            rows!(4: 1 "r_notice", 2 "r_state", 3 "r_errcode", 4 "r_n"),
            " AS r JOIN notices x ON x.id = r_notice
             WHERE one = 1
             GROUP BY x.mini_program_id, x.hour_at, x.template_id, r_state, r_errcode
             ORDER BY 1, 2, 3, 4, 5
             ON CONFLICT (mini_program_id, hour_at, template_id, state, errcode)
             DO UPDATE SET n = counters.n + excluded.n"
        ))
        .bind(rows)
        .execute(conn)
        .await?;
        Ok(())
    }
}

async fn finish(conn: &mut Conn, notices: dialect::Rows, now: Millis) -> StoreResult<()> {
    query(concat!(
        "UPDATE notices
         -- One that was stopped or cancelled stays so; it has come to its end all the same.
         SET state = CASE state WHEN 'running' THEN 'finished' ELSE state END, finished_at = $2, hold = NULL
         WHERE id IN (SELECT r_notice FROM ",
        rows!(1: 1 "r_notice"),
        " AS r)
           AND confirmed_at IS NOT NULL AND finished_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM notice_counts c WHERE c.notice_id = notices.id AND c.state = 0 AND c.n > 0)"
    ))
    .bind(notices)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

//! What is counted of callbacks.

use super::{dialect::Conn, query};
use crate::StoreResult;
use model::{Millis, callback::CallbackCount};
use std::collections::BTreeMap;

/// Counts gathered over a batch, by mini program and name: everybody locks in that order.
#[derive(Debug, Default)]
pub(in super::super) struct Tallies(BTreeMap<(i64, &'static str), Tally>);

#[derive(Debug)]
struct Tally {
    n: i64,
    last_at: Millis,
    lag: Option<Millis>,
}

impl Tallies {
    /// It happened so often more, last at `at`.
    pub(in super::super) fn add(
        &mut self,
        mini_program: i64,
        what: CallbackCount,
        n: i64,
        at: Millis,
        lag: Option<Millis>,
    ) {
        let tally = self.0.entry((mini_program, what.code())).or_insert(Tally { n: 0, last_at: at, lag });
        tally.n += n;
        if at >= tally.last_at {
            (tally.last_at, tally.lag) = (at, lag);
        }
    }

    /// Writes them.
    pub(in super::super) async fn write(self, conn: &mut Conn) -> StoreResult<()> {
        for ((mini_program, what), tally) in self.0 {
            query(
                "INSERT INTO callback_tallies (mini_program_id, what, n, last_at, last_lag_ms)
                 VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (mini_program_id, what) DO UPDATE
                 SET n = callback_tallies.n + excluded.n,
                     last_at = CASE WHEN excluded.last_at < callback_tallies.last_at THEN callback_tallies.last_at
                                    ELSE excluded.last_at END,
                     last_lag_ms = CASE WHEN excluded.last_at < callback_tallies.last_at
                                        THEN callback_tallies.last_lag_ms ELSE excluded.last_lag_ms END",
            )
            .bind(mini_program)
            .bind(what)
            .bind(tally.n)
            .bind(tally.last_at)
            .bind(tally.lag)
            .execute(&mut *conn)
            .await?;
        }
        Ok(())
    }
}

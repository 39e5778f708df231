//! Taps that one source has told of and the other has not yet.

use super::super::{dialect::Conn, query};
use super::observation::{Observation, Says};
use crate::{PAIR_WITHIN_MS, StoreResult};
use model::Millis;

/// The stored names of the source that tells, and of the other one.
fn sources(says: Says) -> (&'static str, &'static str) {
    if says == Says::Report { ("report", "event") } else { ("event", "report") }
}

/// The nearest tap of a person and template that the other source told of; `$3` who, `$4` which answer.
const PAIR: &str = "DELETE FROM taps
     WHERE id = (SELECT id FROM taps
                 WHERE subscriber_id = $1 AND template_id = $2 AND happened_at >= $5 AND happened_at <= $6
                   AND source = $3 AND answer = $4
                 ORDER BY ABS(happened_at - $7), id LIMIT 1)";

/// Takes the nearest tap that fits and that the other source told of; `false` when there is none. The grant is held, so
/// both sources of one tap come here one after the other. What happened before the grant was emptied and what happened
/// after it are never one tap.
pub(super) async fn take_pair(conn: &mut Conn, tap: &Observation<'_>, emptied_at: Millis) -> StoreResult<bool> {
    let (mut from, mut to) = (tap.happened_at - PAIR_WITHIN_MS, tap.happened_at + PAIR_WITHIN_MS);
    if tap.until() < emptied_at {
        to = to.min(emptied_at);
    } else {
        // The platform tells the beginning of its second.
        from = from.max(emptied_at - 999);
    }
    let done = query(PAIR)
        .bind(tap.subscriber)
        .bind(tap.template)
        .bind(sources(tap.says).1)
        .bind(tap.answer.code())
        .bind(from)
        .bind(to)
        .bind(tap.happened_at)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Leaves a tap for the other source to find.
pub(super) async fn leave(conn: &mut Conn, tap: &Observation<'_>) -> StoreResult<()> {
    query("INSERT INTO taps (subscriber_id, template_id, source, answer, happened_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(tap.subscriber)
        .bind(tap.template)
        .bind(sources(tap.says).0)
        .bind(tap.answer.code())
        .bind(tap.happened_at)
        .execute(conn)
        .await?;
    Ok(())
}

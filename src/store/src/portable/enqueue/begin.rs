//! When a notice that is being confirmed begins, and what it waits for.

use super::{Conn, query};
use crate::{Order, StoreResult, Wait};
use model::{Millis, control::Deed, ids::NoticeId};

/// When a notice begins, as far as that is known.
pub(super) fn begins(order: &Order) -> Millis {
    match order.wait {
        Wait::Time { due_at, .. } | Wait::Approval { planned: Some(due_at) } => due_at.max(order.now),
        Wait::Nothing | Wait::Approval { planned: None } | Wait::Decision { .. } => order.now,
    }
}

/// What a notice of so many messages waits for. Whoever decides about a missed one may still have to ask.
pub(super) fn judged(wait: Wait, approve_above: Option<i64>, messages: i64) -> Wait {
    match wait {
        _ if approve_above.is_none_or(|above| messages <= above) => wait,
        Wait::Nothing | Wait::Time { planned: false, .. } => Wait::Approval { planned: None },
        Wait::Time { due_at, planned: true } => Wait::Approval { planned: Some(due_at) },
        Wait::Approval { .. } | Wait::Decision { .. } => wait,
    }
}

/// Makes it wait for a second person; as long as it does, it may become a draft again.
pub(super) async fn ask(conn: &mut Conn, id: NoticeId, wait: Wait, audience: &str) -> StoreResult<()> {
    let planned = matches!(wait, Wait::Approval { planned: Some(_) });
    query("UPDATE notices SET hold = 'approval', planned = $2, audience = $3 WHERE id = $1")
        .bind(id.0)
        .bind(i64::from(planned))
        .bind(audience)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) fn deed(wait: Wait) -> Deed {
    match wait {
        Wait::Nothing | Wait::Time { planned: false, .. } => Deed::Confirmed,
        Wait::Time { planned: true, .. } => Deed::Scheduled,
        Wait::Approval { .. } => Deed::AskedApproval,
        Wait::Decision { .. } => Deed::Missed,
    }
}

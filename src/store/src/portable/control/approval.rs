//! The yes of a second person.

use super::{
    super::{
        dialect::{self, Backend, Conn},
        query, query_as,
    },
    log, start,
};
use crate::StoreResult;
use model::{Millis, control::Deed, ids::NoticeId};

/// Whether more of a notice waits than its mini program's rules let one person send, and nobody has agreed since it was
/// confirmed last.
pub(super) async fn is_missing(conn: &mut Conn, id: NoticeId) -> StoreResult<bool> {
    let missing: Option<(i64,)> = query_as(
        "SELECT n.id FROM notices n JOIN send_rules r ON r.mini_program_id = n.mini_program_id
         WHERE n.id = $1
           AND (SELECT COALESCE(sum(c.n), 0) FROM notice_counts c WHERE c.notice_id = n.id AND c.state = 0)
               > r.approve_above
           AND NOT EXISTS (SELECT 1 FROM notice_log y WHERE y.notice_id = n.id AND y.what = 'approved'
                             AND NOT EXISTS (SELECT 1 FROM notice_log u WHERE u.notice_id = n.id AND u.id > y.id
                                               AND u.what IN ('undone', 'declined')))",
    )
    .bind(id.0)
    .fetch_optional(conn)
    .await?;
    Ok(missing.is_some())
}

/// The notice begins at its time, or now.
pub(super) async fn give(
    db: &Backend,
    id: NoticeId,
    seen: Millis,
    hour_at: Millis,
    by: &str,
    now: Millis,
) -> StoreResult<bool> {
    let mut tx = db.begin().await?;
    let waits: Option<(i64,)> = query_as(concat!(
        "SELECT n.planned FROM notices n
         WHERE n.id = $1 AND n.state = 'running' AND n.hold = 'approval' AND n.confirmed_at = $2",
        for_update!("n")
    ))
    .bind(id.0)
    .bind(seen)
    .fetch_optional(&mut *tx)
    .await?;
    let Some((planned,)) = waits else { return Ok(false) };
    query("UPDATE notices SET hold = 'scheduled' WHERE id = $1").bind(id.0).execute(&mut *tx).await?;
    if planned == 0 {
        start::set_time(&mut tx, id, now, hour_at).await?;
    }
    log::write(&mut tx, id, Deed::Approved, by, "", now).await?;
    dialect::announce(&mut tx).await?;
    tx.commit().await?;
    Ok(true)
}

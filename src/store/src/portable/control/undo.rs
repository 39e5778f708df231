//! A confirmed notice of which nothing was sent becomes a draft again.

use super::{
    super::{
        dialect::{self, Backend, Conn},
        query, query_as,
    },
    log, start,
};
use crate::StoreResult;
use model::{Millis, control::Deed, ids::NoticeId, template::TemplateKind};

pub(super) async fn notice(db: &Backend, id: NoticeId, deed: Deed, by: &str, now: Millis) -> StoreResult<bool> {
    let mut tx = db.begin().await?;
    dialect::plan_for_many(&mut tx).await?;
    // Whoever begins it meanwhile waits here, and so do we for them; whoever comes second finds it too late.
    let held: Option<(i64, String)> = query_as(concat!(
        "SELECT n.template_id, t.kind FROM notices n JOIN templates t ON t.id = n.template_id
         WHERE n.id = $1 AND n.state = 'running' AND n.hold IN ('scheduled', 'approval', 'missed')",
        for_update!("n")
    ))
    .bind(id.0)
    .fetch_optional(&mut *tx)
    .await?;
    let Some((template, kind)) = held else { return Ok(false) };
    dialect::lock_grants(&mut tx, &[template], true).await?;
    if kind == TemplateKind::OneTime.code() {
        give_back(&mut tx, id, template).await?;
    }
    start::count(&mut tx, id, -1).await?;
    for sql in [
        "DELETE FROM queue WHERE notice_id = $1",
        "DELETE FROM deliveries WHERE notice_id = $1",
        "DELETE FROM notice_counts WHERE notice_id = $1",
        "UPDATE notices
         SET state = 'draft', hold = NULL, hold_errcode = NULL, confirmed_at = NULL, due_at = NULL, hour_at = NULL,
             planned = 0, heeds = 0, forecast = NULL, ordered = NULL, recurrence_id = NULL
         WHERE id = $1",
    ] {
        query(sql).bind(id.0).execute(&mut *tx).await?;
    }
    log::write(&mut tx, id, deed, by, "", now).await?;
    tx.commit().await?;
    Ok(true)
}

async fn give_back(conn: &mut Conn, id: NoticeId, template: i64) -> StoreResult<()> {
    query(
        "UPDATE grants SET reserved = CASE WHEN reserved < 1 THEN 0 ELSE reserved - 1 END
         WHERE template_id = $1
           AND subscriber_id IN (SELECT subscriber_id FROM queue WHERE notice_id = $2)",
    )
    .bind(template)
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(())
}

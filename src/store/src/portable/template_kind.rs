//! A template that turns out to be of the other kind.

use super::{
    dialect::{self, Conn},
    query, query_as,
};
use crate::StoreResult;
use model::{ids::TemplateId, template::TemplateKind};

/// Makes the grants fit the new kind: one-time grants are reserved by what is under way, long-term ones are not and
/// stand at most at 1. Does nothing when the kind stays. Whole transaction: the caller's.
pub(super) async fn change(conn: &mut Conn, id: TemplateId, kind: TemplateKind) -> StoreResult<()> {
    let old: Option<(String,)> =
        query_as("SELECT kind FROM templates WHERE id = $1").bind(id.0).fetch_optional(&mut *conn).await?;
    if old.is_none_or(|(old,)| old == kind.code()) {
        return Ok(());
    }
    dialect::lock_grants(conn, &[id.0], true).await?;
    dialect::plan_for_many(conn).await?;
    match kind {
        TemplateKind::OneTime => reserve(conn, id).await,
        TemplateKind::LongTerm => level(conn, id).await,
    }
}

async fn reserve(conn: &mut Conn, id: TemplateId) -> StoreResult<()> {
    query(
        "UPDATE grants
         SET reserved = (SELECT count(*) FROM notices n JOIN queue q ON q.notice_id = n.id
                         WHERE n.template_id = $1 AND n.confirmed_at IS NOT NULL AND n.finished_at IS NULL
                           AND q.subscriber_id = grants.subscriber_id)
                      + (SELECT count(*) FROM sending s
                         WHERE s.subscriber_id = grants.subscriber_id AND s.template_id = $1)
         WHERE template_id = $1",
    )
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(())
}

async fn level(conn: &mut Conn, id: TemplateId) -> StoreResult<()> {
    query(
        "INSERT INTO ledger (subscriber_id, template_id, at, kind, change, balance_after, notice_id, note)
         -- The instant of the grant's last change: this is a correction of how it is read, not an event of its own.
         SELECT subscriber_id, template_id, updated_at, 'adjusted', 1 - balance, 1, NULL, 'long-term'
         FROM grants WHERE template_id = $1 AND balance > 1",
    )
    .bind(id.0)
    .execute(&mut *conn)
    .await?;
    query(
        "UPDATE grants SET reserved = 0, balance = CASE WHEN balance > 1 THEN 1 ELSE balance END
         WHERE template_id = $1",
    )
    .bind(id.0)
    .execute(conn)
    .await?;
    Ok(())
}

//! What the end of a delivery does to its grant.

use super::{
    dialect::{self, Conn, Rows},
    query, query_as,
};
use crate::StoreResult;
use model::{Millis, template::TemplateKind};
use std::collections::HashMap;

/// What became of the grant behind a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// The message was sent, or may have been.
    Spent,
    /// It was not: the grant is free again.
    GivenBack,
    /// The platform says that there is none (43101).
    Contradicted,
}

/// The end of one delivery. At most one of a subscriber and a template in one batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settlement {
    pub template: i64,
    pub subscriber: i64,
    pub notice: i64,
    pub usage: Use,
}

/// Nothing is taken, one, or all that there is.
const NOTHING: i64 = 0;
const ONE: i64 = 1;
const ALL: i64 = 2;

/// Changes grants and writes their ledger lines. A line is written only where the balance changes.
pub(super) async fn settle(conn: &mut Conn, settlements: &[Settlement], now: Millis) -> StoreResult<()> {
    let mut templates: Vec<i64> = settlements.iter().map(|s| s.template).collect();
    templates.sort_unstable();
    templates.dedup();
    if templates.is_empty() {
        return Ok(());
    }
    dialect::lock_grants(conn, &templates, false).await?;
    let one_time = one_time(conn, &templates).await?;
    let mut rows: Vec<[i64; 5]> = settlements
        .iter()
        .filter_map(|s| {
            let one_time = one_time.get(&s.template).copied().unwrap_or_default();
            let taken = match s.usage {
                Use::Spent if one_time => ONE,
                Use::Contradicted => ALL,
                Use::Spent | Use::GivenBack => NOTHING,
            };
            // A long-term grant is neither reserved nor spent.
            (one_time || taken == ALL).then_some([s.template, s.subscriber, s.notice, taken, i64::from(one_time)])
        })
        .collect();
    rows.sort_unstable();
    if rows.is_empty() {
        return Ok(());
    }
    let rows = dialect::rows(&rows);
    if dialect::ROW_LOCKS {
        query(concat!(
            "SELECT 1 FROM ",
            rows!(5: 1 "r_template", 2 "r_subscriber"),
            " AS r JOIN grants ON template_id = r_template AND subscriber_id = r_subscriber
             -- Everybody locks in this order.
             ORDER BY template_id, subscriber_id",
            for_update!("grants")
        ))
        .bind(rows.clone())
        .execute(&mut *conn)
        .await?;
    }
    write_ledger(conn, rows.clone(), now).await?;
    change_grants(conn, rows, now).await
}

async fn one_time(conn: &mut Conn, templates: &[i64]) -> StoreResult<HashMap<i64, bool>> {
    let ids: Vec<[i64; 1]> = templates.iter().map(|id| [*id]).collect();
    let kinds: Vec<(i64, String)> = query_as(concat!(
        "SELECT t.id, t.kind FROM ",
        rows!(1: 1 "r_template"),
        " AS r JOIN templates t ON t.id = r_template"
    ))
    .bind(dialect::rows(&ids))
    .fetch_all(conn)
    .await?;
    Ok(kinds.into_iter().map(|(id, kind)| (id, kind == TemplateKind::OneTime.code())).collect())
}

async fn write_ledger(conn: &mut Conn, rows: Rows, now: Millis) -> StoreResult<()> {
    query(concat!(
        "INSERT INTO ledger (subscriber_id, template_id, at, kind, change, balance_after, notice_id, note)
         SELECT subscriber_id, template_id, $2,
                CASE r_taken WHEN 1 THEN 'spent' ELSE 'corrected' END,
                CASE r_taken WHEN 1 THEN -1 ELSE -balance END,
                CASE r_taken WHEN 1 THEN balance - 1 ELSE 0 END,
                r_notice, ''
         FROM ",
        rows!(5: 1 "r_template", 2 "r_subscriber", 3 "r_notice", 4 "r_taken"),
        " AS r JOIN grants ON template_id = r_template AND subscriber_id = r_subscriber
         WHERE r_taken > 0 AND balance > 0"
    ))
    .bind(rows)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

async fn change_grants(conn: &mut Conn, rows: Rows, now: Millis) -> StoreResult<()> {
    query(concat!(
        "UPDATE grants
         SET balance = CASE WHEN r_taken = 2 OR balance < r_taken THEN 0 ELSE balance - r_taken END,
             reserved = CASE WHEN reserved < r_reserved THEN 0 ELSE reserved - r_reserved END,
             updated_at = CASE r_taken WHEN 0 THEN updated_at ELSE $2 END
         FROM ",
        rows!(5: 1 "r_template", 2 "r_subscriber", 4 "r_taken", 5 "r_reserved"),
        " AS r
         WHERE template_id = r_template AND subscriber_id = r_subscriber"
    ))
    .bind(rows)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

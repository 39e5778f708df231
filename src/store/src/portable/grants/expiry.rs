//! Acceptances that count as expired by a template's own rule.

use super::super::{
    dialect::{self, Backend, Conn},
    query, query_as,
};
use crate::{Expired, StoreResult};
use model::{
    Millis,
    ids::{SubscriberId, TemplateId},
    template::TemplateKind,
};
use std::collections::HashMap;

/// The next grants of a template; the flag says whether one may be lowered.
const NEXT: &str = "SELECT g.subscriber_id, CAST(CASE WHEN g.balance > g.reserved THEN 1 ELSE 0 END AS BIGINT)
     FROM templates t JOIN grants g ON g.template_id = t.id
     WHERE t.id = $1 AND t.kind = $4 AND g.subscriber_id > $2
     ORDER BY g.subscriber_id LIMIT $3";

pub(super) async fn step(
    db: &Backend,
    template: TemplateId,
    since: Millis,
    after: Option<SubscriberId>,
    limit: i64,
    now: Millis,
) -> StoreResult<Expired> {
    let limit = limit.max(1);
    let mut tx = db.begin().await?;
    dialect::lock_grants(&mut tx, &[template.0], false).await?;
    let next: Vec<(i64, i64)> = query_as(NEXT)
        .bind(template.0)
        .bind(after.map_or(0, |id| id.0))
        .bind(limit)
        .bind(TemplateKind::OneTime.code())
        .fetch_all(&mut *tx)
        .await?;
    let full = i64::try_from(next.len()).is_ok_and(|n| n >= limit);
    let after = next.last().filter(|_| full).map(|(id, _)| SubscriberId(*id));
    let keys: Vec<[i64; 2]> = next.into_iter().filter(|(_, open)| *open != 0).map(|(id, _)| [template.0, id]).collect();
    let lowered = too_high(&mut tx, &keys, since).await?;
    if lowered.is_empty() {
        return Ok(Expired { changed: 0, after });
    }
    lower(&mut tx, &lowered, now).await?;
    tx.commit().await?;
    Ok(Expired { changed: i64::try_from(lowered.len()).unwrap_or(i64::MAX), after })
}

/// (template, subscriber, new balance) of those that have more than was accepted since. They are held.
async fn too_high(conn: &mut Conn, keys: &[[i64; 2]], since: Millis) -> StoreResult<Vec<[i64; 3]>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows = dialect::rows(keys);
    let held: Vec<(i64, i64, i64, i64)> = query_as(concat!(
        "SELECT g.template_id, g.subscriber_id, g.balance, g.reserved FROM ",
        rows!(2: 1 "r_template", 2 "r_subscriber"),
        " AS r JOIN grants g ON g.template_id = r_template AND g.subscriber_id = r_subscriber
         ORDER BY g.template_id, g.subscriber_id",
        for_update!("g")
    ))
    .bind(rows.clone())
    .fetch_all(&mut *conn)
    .await?;
    let added: Vec<(i64, i64)> = query_as(concat!(
        "SELECT l.subscriber_id, CAST(sum(CASE l.kind WHEN 'accepted' THEN 1 ELSE l.change END) AS BIGINT) FROM ",
        rows!(2: 1 "r_template", 2 "r_subscriber"),
        " AS r JOIN ledger l ON l.subscriber_id = r_subscriber AND l.template_id = r_template
         WHERE (l.kind = 'accepted' OR (l.kind = 'adjusted' AND l.change > 0)) AND COALESCE(l.happened_at, l.at) >= $2
         GROUP BY l.subscriber_id"
    ))
    .bind(rows)
    .bind(since)
    .fetch_all(conn)
    .await?;
    let added: HashMap<i64, i64> = added.into_iter().collect();
    Ok(held
        .into_iter()
        .filter_map(|(template, subscriber, balance, reserved)| {
            let left = added.get(&subscriber).copied().unwrap_or_default().max(reserved);
            (left < balance).then_some([template, subscriber, left])
        })
        .collect())
}

async fn lower(conn: &mut Conn, lowered: &[[i64; 3]], now: Millis) -> StoreResult<()> {
    let rows = dialect::rows(lowered);
    query(concat!(
        "INSERT INTO ledger (subscriber_id, template_id, at, kind, change, balance_after, notice_id, note)
         SELECT subscriber_id, template_id, $2, 'expired', r_left - balance, r_left, NULL, ''
         FROM ",
        rows!(3: 1 "r_template", 2 "r_subscriber", 3 "r_left"),
        " AS r JOIN grants ON template_id = r_template AND subscriber_id = r_subscriber
         WHERE one = 1"
    ))
    .bind(rows.clone())
    .bind(now)
    .execute(&mut *conn)
    .await?;
    query(concat!(
        "UPDATE grants SET balance = r_left, updated_at = CASE WHEN updated_at < $2 THEN $2 ELSE updated_at END
         FROM ",
        rows!(3: 1 "r_template", 2 "r_subscriber", 3 "r_left"),
        " AS r WHERE template_id = r_template AND subscriber_id = r_subscriber"
    ))
    .bind(rows)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

//! One grant each of many people.

use super::super::{
    dialect::{self, Backend},
    query,
};
use crate::{StoreResult, records::to_json, text::text};
use model::{
    Millis,
    ids::{MiniProgramId, TemplateId},
};

/// Those of the list `$1` who never answered for the template `$3`, of the mini program `$2`.
macro_rules! new_ones {
    () => {
        concat!(
            " FROM subscribers s
             WHERE s.mini_program_id = $2 AND s.openid IN (SELECT value FROM ",
            list!(),
            " AS l)
               AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.template_id = $3 AND g.subscriber_id = s.id)
             ORDER BY s.id"
        )
    };
}

pub(super) async fn grants(
    db: &Backend,
    mini_program: MiniProgramId,
    template: TemplateId,
    openids: &[String],
    note: &str,
    now: Millis,
) -> StoreResult<i64> {
    let list = to_json(&openids.iter().map(|openid| text(openid)).collect::<Vec<_>>())?;
    let mut tx = db.begin().await?;
    dialect::plan_for_many(&mut tx).await?;
    query(concat!(
        "INSERT INTO subscribers (mini_program_id, openid, remark, remark_key, created_at)
         SELECT $2, l.openid, '', '', $3 FROM (SELECT DISTINCT value AS openid FROM ",
        list!(),
        " AS v) l WHERE l.openid <> '' ORDER BY l.openid
         ON CONFLICT (mini_program_id, openid) DO NOTHING"
    ))
    .bind(&list)
    .bind(mini_program.0)
    .bind(now)
    .execute(&mut *tx)
    .await?;
    // Alone: nobody may answer between the two statements.
    dialect::lock_grants(&mut tx, &[template.0], true).await?;
    query(concat!(
        "INSERT INTO ledger (subscriber_id, template_id, at, kind, change, balance_after, note)
         SELECT s.id, $3, $4, 'adjusted', 1, 1, $5",
        new_ones!()
    ))
    .bind(&list)
    .bind(mini_program.0)
    .bind(template.0)
    .bind(now)
    .bind(text(note))
    .execute(&mut *tx)
    .await?;
    let done = query(concat!(
        "INSERT INTO grants (template_id, subscriber_id, balance, reserved, refused, updated_at, answered_at)
         SELECT $3, s.id, 1, 0, 0, $4, $4",
        new_ones!()
    ))
    .bind(&list)
    .bind(mini_program.0)
    .bind(template.0)
    .bind(now)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(i64::try_from(done.rows_affected()).unwrap_or(i64::MAX))
}

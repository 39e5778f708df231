//! Applying a sync of templates.

use super::super::{
    dialect::{self, Backend, Conn},
    query, query_as, template_kind,
};
use crate::{StoreResult, SyncChange, records::to_json, text::text};
use model::{
    Millis,
    ids::{MiniProgramId, TemplateId},
    template::TemplateSettings,
};

pub(super) async fn apply(
    db: &Backend,
    mini_program: MiniProgramId,
    change: &SyncChange,
    now: Millis,
) -> StoreResult<()> {
    let mut tx = db.begin().await?;
    let mut changed: Vec<(TemplateId, &TemplateSettings)> = Vec::new();
    for (id, settings) in &change.change {
        if is_of(&mut tx, *id, mini_program).await? {
            changed.push((*id, settings));
        }
    }
    let mut add: Vec<&TemplateSettings> = change.add.iter().collect();
    add.sort_by(|a, b| a.pri_tmpl_id.cmp(&b.pri_tmpl_id));
    for settings in add {
        // One that was registered in the meantime is changed.
        changed.extend(insert(&mut tx, mini_program, settings, now).await?.map(|id| (id, settings)));
    }
    // Grants are locked by template in rising order, before any template is changed.
    changed.sort_by_key(|(id, _)| *id);
    for (id, settings) in &changed {
        template_kind::change(&mut tx, *id, settings.kind).await?;
    }
    for (id, settings) in &changed {
        take_over(&mut tx, *id, settings, now).await?;
    }
    mark(&mut tx, MARK_SEEN, mini_program, &change.seen, now).await?;
    mark(&mut tx, MARK_GONE, mini_program, &change.gone, now).await?;
    Ok(tx.commit().await?)
}

async fn is_of(conn: &mut Conn, id: TemplateId, mini_program: MiniProgramId) -> StoreResult<bool> {
    let row: Option<(i64,)> = query_as("SELECT id FROM templates WHERE id = $1 AND mini_program_id = $2")
        .bind(id.0)
        .bind(mini_program.0)
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}

/// Registers one; answers its id where it was registered already.
async fn insert(
    conn: &mut Conn,
    mini_program: MiniProgramId,
    settings: &TemplateSettings,
    now: Millis,
) -> StoreResult<Option<TemplateId>> {
    let done = query(
        "INSERT INTO templates (mini_program_id, pri_tmpl_id, title, kind, fields, created_at, validity_days, synced_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $6)
         ON CONFLICT (mini_program_id, pri_tmpl_id) DO NOTHING",
    )
    .bind(mini_program.0)
    .bind(text(&settings.pri_tmpl_id))
    .bind(text(&settings.title))
    .bind(settings.kind.code())
    .bind(to_json(&settings.fields)?)
    .bind(now)
    .bind(settings.validity_days)
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() > 0 {
        return Ok(None);
    }
    let (id,) = query_as("SELECT id FROM templates WHERE mini_program_id = $1 AND pri_tmpl_id = $2")
        .bind(mini_program.0)
        .bind(text(&settings.pri_tmpl_id))
        .fetch_one(conn)
        .await?;
    Ok(Some(TemplateId(id)))
}

/// What is the platform's to say; the rest is ours.
async fn take_over(conn: &mut Conn, id: TemplateId, settings: &TemplateSettings, now: Millis) -> StoreResult<()> {
    query("UPDATE templates SET title = $2, kind = $3, fields = $4, gone_at = NULL, synced_at = $5 WHERE id = $1")
        .bind(id.0)
        .bind(text(&settings.title))
        .bind(settings.kind.code())
        .bind(to_json(&settings.fields)?)
        .bind(now)
        .execute(conn)
        .await?;
    Ok(())
}

macro_rules! mark {
    ($set:literal) => {
        concat!(
            "UPDATE templates SET ",
            $set,
            " WHERE mini_program_id = $2 AND id IN (SELECT r_id FROM ",
            rows!(1: 1 "r_id"),
            " AS r)"
        )
    };
}

const MARK_SEEN: &str = mark!("gone_at = NULL, synced_at = $3");
/// The first time that it was missed is kept.
const MARK_GONE: &str = mark!("gone_at = COALESCE(gone_at, $3)");

async fn mark(
    conn: &mut Conn,
    sql: &'static str,
    mini_program: MiniProgramId,
    ids: &[TemplateId],
    now: Millis,
) -> StoreResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<[i64; 1]> = ids.iter().map(|id| [id.0]).collect();
    query(sql).bind(dialect::rows(&ids)).bind(mini_program.0).bind(now).execute(conn).await?;
    Ok(())
}

//! Makes many rows quickly and always the same, by SQL inside the database.

mod history;
mod indexes;
mod sql;

pub use history::{History, Notices};

use std::ops::Range;

use anyhow::{Context as _, Result};
use model::{
    Millis,
    ids::{MiniProgramId, TemplateId},
};

use crate::database::{Kind, Plain};

/// One in so many people has a remark.
pub const REMARKED: i64 = 10;

/// So many people, numbered from 0 by their openids; the id of the first. Their ids follow each other.
///
/// # Errors
/// What the database says.
pub async fn people(db: &mut Plain, program: MiniProgramId, n: i64, now: Millis) -> Result<i64> {
    let (openid, remark) = (sql::openid(db.kind(), "i"), sql::remark("i"));
    db.run(&format!(
        "INSERT INTO subscribers (mini_program_id, openid, remark, remark_key, created_at)
         SELECT {program}, {openid}, CASE WHEN i % {REMARKED} = 0 THEN {remark} ELSE '' END,
                CASE WHEN i % {REMARKED} = 0 THEN {remark} ELSE '' END, {now}
         FROM {} ORDER BY i",
        sql::series(db.kind(), 0, n)
    ))
    .await?;
    let first = db.number(&format!("SELECT min(id) FROM subscribers WHERE mini_program_id = {program}")).await?;
    first.context("no people were made")
}

/// So many grants of a template to each of these subscribers, and the ledger lines that tell of them.
///
/// # Errors
/// What the database says.
pub async fn grants(db: &mut Plain, template: TemplateId, ids: Range<i64>, count: u32, now: Millis) -> Result<()> {
    let people = format!("subscribers WHERE id >= {} AND id < {}", ids.start, ids.end);
    db.run(&format!(
        "INSERT INTO grants (template_id, subscriber_id, balance, reserved, refused, updated_at)
         SELECT {template}, id, {count}, 0, 0, {now} FROM {people} ORDER BY id"
    ))
    .await?;
    db.run(&format!(
        "INSERT INTO ledger (subscriber_id, template_id, at, kind, change, balance_after, notice_id, note)
         SELECT id, {template}, {now}, 'adjusted', {count}, {count}, NULL, '' FROM {people} ORDER BY id"
    ))
    .await
}

/// Tells the planner what has been made, as PostgreSQL's own housekeeping does after a while. SQLite plans without.
///
/// # Errors
/// What the database says.
pub async fn analyze(db: &mut Plain) -> Result<()> {
    match db.kind() {
        Kind::Sqlite => Ok(()),
        Kind::Postgres => db.run("VACUUM ANALYZE").await,
    }
}

//! Indexes are dropped while millions of rows go in, and made again from the rows: minutes instead of an hour.

use anyhow::Result;

use crate::database::{Kind, Plain};

/// Drops the indexes of a table that are no constraints; the statements that make them again.
pub async fn drop_all(db: &mut Plain, table: &str) -> Result<Vec<String>> {
    let (names, texts) = match db.kind() {
        Kind::Sqlite => {
            let of = format!(
                "FROM sqlite_master WHERE type = 'index' AND tbl_name = '{table}' AND sql IS NOT NULL ORDER BY name"
            );
            (format!("SELECT name {of}"), format!("SELECT sql {of}"))
        }
        Kind::Postgres => {
            let of = format!(
                "FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                 WHERE i.indrelid = '{table}'::regclass AND NOT i.indisunique ORDER BY c.relname"
            );
            (format!("SELECT c.relname::text {of}"), format!("SELECT pg_get_indexdef(c.oid) {of}"))
        }
    };
    let made_by = db.texts(&texts).await?;
    for name in db.texts(&names).await? {
        db.run(&format!("DROP INDEX {name}")).await?;
    }
    // Of a partitioned table PostgreSQL tells the index of the parent alone.
    Ok(made_by.into_iter().map(|sql| sql.replacen(" ON ONLY ", " ON ", 1)).collect())
}

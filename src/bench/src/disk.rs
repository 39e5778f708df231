//! Bytes on disk, with indexes.

use anyhow::Result;

use crate::{
    database::{Database, Kind, Plain},
    report::{Figure, Report, Target},
};

/// What a delivery leaves behind apart from the ledger: where it is kept, and where it only passed through.
const KEPT: [&str; 2] = ["deliveries", "attempts"];
const PASSED: [&str; 2] = ["queue", "sending"];

/// What so many deliveries left on disk.
///
/// # Errors
/// What the database says.
#[expect(clippy::cast_precision_loss, reason = "bytes of a table")]
pub async fn measure(database: &Database, deliveries: i64, section: &str, report: &mut Report) -> Result<()> {
    let mut db = database.connect().await?;
    let (mut bytes, mut passed) = (0, 0);
    for table in KEPT {
        bytes += table_bytes(&mut db, table).await?;
    }
    for table in PASSED {
        passed += table_bytes(&mut db, table).await?;
    }
    let ledger = table_bytes(&mut db, "ledger").await?;
    db.close().await?;
    let kind = database.kind;
    let each = |bytes: i64| bytes as f64 / deliveries.max(1) as f64;
    let name = format!("disk per delivery on {}, with indexes and what was its queue", kind.name());
    let figure = Figure::once(&format!("disk.{}", kind.key()), section, &name, "bytes", each(bytes + passed));
    report.add(figure.should(Target::at_most(250.0)));
    let name = format!("of that on {} what the queue left, to be used again", kind.name());
    report.add(Figure::once(&format!("disk.{}.queue", kind.key()), section, &name, "bytes", each(passed)));
    let name = format!("ledger per delivery on {} (accepted and spent), beside that", kind.name());
    report.add(Figure::once(&format!("disk.{}.ledger", kind.key()), section, &name, "bytes", each(ledger)));
    Ok(())
}

/// A table with its partitions and indexes; 0 where there is none of that name.
async fn table_bytes(db: &mut Plain, table: &str) -> Result<i64> {
    let sql = match db.kind() {
        Kind::Sqlite => format!(
            "SELECT COALESCE(sum(d.pgsize), 0) FROM sqlite_master m JOIN dbstat d ON d.name = m.name
             WHERE m.tbl_name = '{table}'"
        ),
        Kind::Postgres => format!(
            "WITH RECURSIVE parts(id) AS (
                 SELECT to_regclass('{table}')::oid UNION ALL
                 SELECT i.inhrelid FROM pg_inherits i JOIN parts p ON i.inhparent = p.id)
             SELECT COALESCE(sum(pg_total_relation_size(id)), 0)::bigint FROM parts WHERE id IS NOT NULL"
        ),
    };
    Ok(db.number(&sql).await?.unwrap_or_default())
}

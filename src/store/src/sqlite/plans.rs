//! How SQLite reads the big table: by an index, never from one end to the other, and never by sorting.

use super::{connect::connect, portable::hot::STATEMENTS};
use crate::OpenOptions;
use sqlx::{AssertSqlSafe, Row};

#[tokio::test]
async fn hot_statements_use_an_index_and_sort_nothing() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("y.db").display());
    let db = connect(&url, OpenOptions::default()).await.expect("a database");
    for (name, sql) in STATEMENTS {
        // Explaining needs no values.
        let sql = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let rows = sqlx::query(sql).fetch_all(db.write()).await.expect(name);
        let lines: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        for line in &lines {
            // The rows that were bound are read from one end to the other, of course.
            let scan = line.starts_with("SCAN") && !line.contains("json_each") && !line.contains("jsonb_each");
            // Rows under way are few, whatever else there is.
            let few = name == "expired leases" && line.starts_with("SCAN s") || line.starts_with("SCAN mini_programs");
            assert!((!scan || few) && !line.contains("TEMP B-TREE"), "{name}: {lines:#?}");
        }
    }
}

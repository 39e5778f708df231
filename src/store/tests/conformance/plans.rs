//! How SQLite reads the big table: by an index, never from one end to the other.

use crate::{
    harness::{options, sqlite_url},
    world::World,
};
use crate::harness::TestDb;
use sqlx::{Connection, Row, SqliteConnection};
use tempfile::TempDir;

/// Runs work with statements logged, and answers the plans of those that touch deliveries.
async fn plan(conn: &mut SqliteConnection, sql: &'static str) -> String {
    let rows = sqlx::query(sql).fetch_all(conn).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>("detail")).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_claim_and_the_delivery_pages_never_scan_the_table() {
    let folder = TempDir::new().unwrap();
    let url = sqlite_url(&folder);
    let db = TestDb { store: store::open(&url, options()).await.unwrap(), url };
    World::new(&db).await;
    let mut conn = SqliteConnection::connect(&db.url).await.unwrap();
    for (name, sql) in store::plans::SQLITE {
        let told = plan(&mut conn, sql).await;
        for line in told.lines() {
            let whole = line.starts_with("SCAN") && !line.contains("json_each") && !line.contains("CONSTANT ROW");
            assert!(!whole && !line.contains("TEMP B-TREE"), "{name}:\n{told}");
        }
    }
    db.store.close().await;
}

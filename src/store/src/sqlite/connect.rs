//! Opening an SQLite file.

use super::dialect::Backend;
use crate::{Durability, OpenOptions, StoreError, StoreResult};
use sqlx::{
    ConnectOptions, Connection,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    path::Path,
    str::FromStr,
    time::{Duration, Instant},
};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/sqlite");

/// How long another process may hold the write lock.
const BUSY: Duration = Duration::from_secs(10);
/// Between two tries to open a file that somebody else is making.
const AGAIN: Duration = Duration::from_millis(20);
/// How long a task waits for this process's own writer: the longest transaction is a notice for a million people.
const ACQUIRE: Duration = Duration::from_secs(30);
/// Readers do not wait for the writer; more of them than a machine has cores help nobody.
const READERS: u32 = 4;

pub(crate) async fn connect(url: &str, options: OpenOptions) -> StoreResult<Backend> {
    let file = options_of(url)?;
    make_file(file.get_filename()).await?;
    let writer = file
        .clone()
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(match options.durability {
            Durability::PowerCut => SqliteSynchronous::Full,
            Durability::ProcessEnd => SqliteSynchronous::Normal,
        })
        .pragma("cache_size", "-16384")
        // A notice for a million people leaves a long log behind; the next checkpoint cuts it.
        .pragma("journal_size_limit", "67108864");
    let write = open_writer(&writer).await?;
    let read = SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(ACQUIRE)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_lazy_with(file.read_only(true).pragma("cache_size", "-4096"));
    let db = Backend::new(write, read);
    db.ping().await?;
    migrate(db.write()).await?;
    Ok(db)
}

/// Making a file a WAL file needs it alone, and SQLite does not wait for that: processes that open a new file at the same
/// moment refuse each other.
async fn open_writer(writer: &SqliteConnectOptions) -> StoreResult<sqlx::SqlitePool> {
    let began = Instant::now();
    loop {
        let opened = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            // A full disk ends a transaction behind the driver's back. The driver cannot end it once more and would refuse
            // every other one from then on: such a connection is replaced.
            .before_acquire(|conn, _| Box::pin(async move { Ok(!conn.is_in_transaction()) }))
            .connect_with(writer.clone())
            .await
            .map_err(StoreError::from);
        match opened {
            Err(error) if error.is_transient() && began.elapsed() < BUSY => tokio::time::sleep(AGAIN).await,
            other => return other,
        }
    }
}

fn options_of(url: &str) -> StoreResult<SqliteConnectOptions> {
    let options = SqliteConnectOptions::from_str(url).map_err(|e| StoreError::Url(e.to_string()))?;
    let name = options.get_filename().to_string_lossy();
    if name.is_empty() || name.contains(":memory:") || name.starts_with("file:sqlx-in-memory") {
        return Err(StoreError::Url("sqlite:// needs the path of a file".to_owned()));
    }
    Ok(options
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .statement_cache_capacity(256)
        .row_buffer_size(1024)
        .disable_statement_logging())
}

/// Makes the folder and an empty file that only its owner may read: it will hold openids and sealed secrets.
async fn make_file(path: &Path) -> StoreResult<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        tokio::fs::create_dir_all(folder).await.map_err(StoreError::File)?;
    }
    let mut options = tokio::fs::OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    options.mode(0o600);
    match options.open(path).await {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(StoreError::File(e)),
    }
}

/// All migrations in one transaction that takes the write lock at once: whoever comes second waits and finds them done.
async fn migrate(write: &sqlx::SqlitePool) -> StoreResult<()> {
    let mut tx = write.begin_with("BEGIN IMMEDIATE").await?;
    MIGRATIONS.run_direct(None, &mut *tx, false).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;

    #[tokio::test]
    async fn after_the_disk_was_full_writing_goes_on() {
        let folder = tempfile::TempDir::new().unwrap();
        let url = format!("sqlite://{}", folder.path().join("full.db").display());
        let db = connect(&url, OpenOptions::default()).await.unwrap();
        // As many pages as there are: the next one finds the disk full, for SQLite the same trouble.
        sqlx::raw_sql("PRAGMA max_page_count = 1").execute(db.write()).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let grow =
            "CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
                    SELECT i, hex(randomblob(99)) FROM n";
        let full = sqlx::raw_sql(grow).execute(&mut *tx).await.unwrap_err();
        assert!(full.to_string().contains("full"), "{full}");
        drop(tx);
        for _ in 0..2 {
            db.ping().await.unwrap();
        }
        sqlx::raw_sql("PRAGMA max_page_count = 4294967294").execute(db.write()).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        sqlx::raw_sql(grow).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }
}

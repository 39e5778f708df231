//! The pieces of SQLite that `portable/` is written against.

use crate::{Heard, StoreError, StoreResult};
use sqlx::{Pool, SqliteConnection, Transaction};
use std::{
    fmt::Write as _,
    sync::{Arc, atomic::AtomicBool},
};

/// The driver.
pub(super) type Db = sqlx::Sqlite;
/// One connection.
pub(super) type Conn = SqliteConnection;

/// What [`crate::Store::dialect`] answers.
pub(super) const NAME: &str = "sqlite";
/// Whether rows have to be locked by themselves: a write transaction has the whole file.
pub(super) const ROW_LOCKS: bool = false;

/// The open database: one connection that writes and some that read.
#[derive(Clone)]
pub(crate) struct Backend {
    write: Pool<Db>,
    read: Pool<Db>,
    heard: Heard,
    results_wanted: Arc<AtomicBool>,
}

impl Backend {
    pub(super) fn new(write: Pool<Db>, read: Pool<Db>) -> Self {
        Self { write, read, heard: Heard::default(), results_wanted: Arc::default() }
    }

    /// Where single reads go.
    pub(super) fn read(&self) -> &Pool<Db> {
        &self.read
    }

    /// Where single writes go.
    pub(super) fn write(&self) -> &Pool<Db> {
        &self.write
    }

    /// All of them.
    pub(super) fn pools(&self) -> [&Pool<Db>; 2] {
        [&self.write, &self.read]
    }

    /// A transaction that writes. It takes the write lock at once: one that began by reading could not wait for it.
    pub(super) async fn begin(&self) -> StoreResult<Transaction<'static, Db>> {
        Ok(self.write.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// A transaction that sees one state of everything and writes nothing.
    pub(super) async fn begin_snapshot(&self) -> StoreResult<Transaction<'static, Db>> {
        Ok(self.read.begin().await?)
    }

    /// A transaction that reads the ledger and misses no entry: the single writer makes them visible in their order.
    pub(super) async fn begin_following(&self) -> StoreResult<Transaction<'static, Db>> {
        self.begin_snapshot().await
    }

    /// Whether the file can be written to. A write transaction alone can be had of a read-only file too; changing a page
    /// cannot, and taking it back costs nothing.
    pub(super) async fn ping(&self) -> StoreResult<()> {
        let mut tx = self.begin().await?;
        sqlx::query("PRAGMA user_version = 1").execute(&mut *tx).await?;
        Ok(tx.rollback().await?)
    }

    /// Nobody else is heard of; this process wakes itself.
    pub(super) fn heard(&self) -> &Heard {
        &self.heard
    }

    /// Whether a webhook wants to hear how deliveries end, as far as this process knows.
    pub(super) fn results_wanted(&self) -> &AtomicBool {
        &self.results_wanted
    }

    pub(super) async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

/// Rows of integers as they are bound: JSON, a list of lists.
pub(super) type Rows = String;

/// Binds rows of integers for `rows!`.
pub(super) fn rows<const N: usize>(rows: &[[i64; N]]) -> Rows {
    let mut json = String::with_capacity(rows.len() * N * 6 + 2);
    let mut open = '[';
    for row in rows {
        let mut before = '[';
        json.push(open);
        for value in row {
            json.push(before);
            // Writing to a string cannot fail.
            _ = write!(json, "{value}");
            before = ',';
        }
        json.push(']');
        open = ',';
    }
    if rows.is_empty() {
        json.push('[');
    }
    json.push(']');
    json
}

/// The attempts of one batch.
pub(super) async fn insert_attempts(conn: &mut Conn, attempts: &[crate::records::NewAttempt<'_>]) -> StoreResult<()> {
    let json = serde_json::to_string(attempts).map_err(|e| StoreError::Driver(sqlx::Error::Encode(e.into())))?;
    sqlx::query(
        "INSERT INTO attempts (notice_id, subscriber_id, number, started_at, duration_ms, errcode, rid, errmsg)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
         FROM json_each($1) WHERE true
         -- The number of an attempt is taken once; a second telling of it changes nothing.
         ON CONFLICT DO NOTHING",
    )
    .bind(json)
    .execute(conn)
    .await?;
    Ok(())
}

/// Pushes of one batch, in this order; those that are known are left out. Answers (mini program, digest) of the new ones.
pub(super) async fn insert_events(
    conn: &mut Conn,
    events: &[crate::records::NewEventRecord],
) -> StoreResult<Vec<(i64, String)>> {
    let json = serde_json::to_string(events).map_err(|e| StoreError::Driver(sqlx::Error::Encode(e.into())))?;
    Ok(sqlx::query_as(
        "INSERT INTO events (mini_program_id, digest, received_at, due_at, body)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 2, value ->> 3
         FROM json_each($1) WHERE true
         ON CONFLICT (mini_program_id, digest) DO NOTHING
         RETURNING mini_program_id, digest",
    )
    .bind(json)
    .fetch_all(conn)
    .await?)
}

/// Recipients of one batch, in this order; those that are known are left out. Answers how many are new.
pub(super) async fn insert_recipients(
    conn: &mut Conn,
    notice: i64,
    rows: &[crate::records::NewRecipient<'_>],
) -> StoreResult<u64> {
    let json = crate::records::to_json(&rows)?;
    let done = sqlx::query(
        "INSERT INTO recipients (notice_id, openid, line, data, problem)
         SELECT $2, value ->> 0, value ->> 1, value ->> 2, value ->> 3
         FROM json_each($1) WHERE true
         ON CONFLICT DO NOTHING",
    )
    .bind(json)
    .bind(notice)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Lines of rows whose openid a notice has from another line.
pub(super) async fn other_lines(
    conn: &mut Conn,
    notice: i64,
    rows: &[crate::records::NewRecipient<'_>],
) -> StoreResult<Vec<i64>> {
    let json = crate::records::to_json(&rows)?;
    let lines: Vec<(i64,)> = sqlx::query_as(
        "SELECT value ->> 1 FROM json_each($1) CROSS JOIN recipients x
         WHERE x.notice_id = $2 AND x.openid = value ->> 0 AND x.line <> value ->> 1",
    )
    .bind(json)
    .bind(notice)
    .fetch_all(conn)
    .await?;
    Ok(lines.into_iter().map(|(line,)| line).collect())
}

/// Rows of a file that were left out (line, problem, cells).
pub(super) async fn insert_import_errors(
    conn: &mut Conn,
    import: i64,
    rows: &[(i64, String, String)],
) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO import_errors (import_id, line, problem, cells)
         SELECT $2, value ->> 0, value ->> 1, value ->> 2 FROM json_each($1) WHERE true ON CONFLICT DO NOTHING",
    )
    .bind(crate::records::to_json(&rows)?)
    .bind(import)
    .execute(conn)
    .await?;
    Ok(())
}

/// Remarks of people (id, remark, remark in lower case).
pub(super) async fn set_remarks(conn: &mut Conn, rows: &[(i64, String, String)]) -> StoreResult<()> {
    sqlx::query(
        "UPDATE subscribers SET remark = j.value ->> 1, remark_key = j.value ->> 2 FROM json_each($1) AS j
         WHERE subscribers.id = j.value ->> 0",
    )
    .bind(crate::records::to_json(&rows)?)
    .execute(conn)
    .await?;
    Ok(())
}

/// Tags of people (id, tag).
pub(super) async fn insert_tags(conn: &mut Conn, mini_program: i64, rows: &[(i64, &str, &str)]) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO subscriber_tags (mini_program_id, subscriber_id, tag)
         SELECT $2, value ->> 0, value ->> 1 FROM json_each($1) WHERE true ON CONFLICT DO NOTHING",
    )
    .bind(crate::records::to_json(&rows)?)
    .bind(mini_program)
    .execute(conn)
    .await?;
    Ok(())
}

/// Attributes of people (id, name, value).
pub(super) async fn insert_attributes(
    conn: &mut Conn,
    mini_program: i64,
    rows: &[(i64, &str, &str)],
) -> StoreResult<()> {
    sqlx::query(
        "INSERT INTO subscriber_attributes (mini_program_id, subscriber_id, name, value)
         SELECT $2, value ->> 0, value ->> 1, value ->> 2 FROM json_each($1) WHERE true
         ON CONFLICT (subscriber_id, name) DO UPDATE SET value = excluded.value",
    )
    .bind(crate::records::to_json(&rows)?)
    .bind(mini_program)
    .execute(conn)
    .await?;
    Ok(())
}

/// Sets what is wrong with recipients (openid, problem).
pub(super) async fn judge_recipients(
    conn: &mut Conn,
    notice: i64,
    judged: &[(std::borrow::Cow<'_, str>, Option<String>)],
) -> StoreResult<()> {
    let json = crate::records::to_json(&judged)?;
    sqlx::query(
        "UPDATE recipients SET problem = j.value ->> 1 FROM json_each($1) AS j
         WHERE recipients.notice_id = $2 AND recipients.openid = j.value ->> 0",
    )
    .bind(json)
    .bind(notice)
    .execute(conn)
    .await?;
    Ok(())
}

/// The single writer makes claims one after the other anyhow.
#[expect(clippy::unused_async, reason = "the other dialect asks the database")]
pub(super) async fn lock_claims(_: &mut Conn, _: i64) -> StoreResult<()> {
    Ok(())
}

/// See [`lock_claims`].
#[expect(clippy::unused_async, reason = "the other dialect asks the database")]
pub(super) async fn lock_grants(_: &mut Conn, _: &[i64], _: bool) -> StoreResult<()> {
    Ok(())
}

/// Processes on one file look for themselves.
#[expect(clippy::unused_async, reason = "the other dialect asks the database")]
pub(super) async fn announce(_: &mut Conn) -> StoreResult<()> {
    Ok(())
}

/// See [`lock_claims`].
#[expect(clippy::unused_async, reason = "the other dialect asks the database")]
pub(super) async fn lock_users(_: &mut Conn) -> StoreResult<()> {
    Ok(())
}

/// See [`lock_claims`].
#[expect(clippy::unused_async, reason = "the other dialect asks the database")]
pub(super) async fn plan_for_many(_: &mut Conn) -> StoreResult<()> {
    Ok(())
}

/// See [`lock_claims`].
#[expect(clippy::unused_async, reason = "the other dialect asks the database")]
pub(super) async fn plan_for_everything(_: &mut Conn) -> StoreResult<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_a_list_of_lists() {
        assert_eq!(rows(&[[1, -2], [3, 4]]), "[[1,-2],[3,4]]");
        assert_eq!(rows::<2>(&[]), "[]");
    }
}

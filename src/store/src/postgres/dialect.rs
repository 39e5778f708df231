//! The pieces of PostgreSQL that `portable/` is written against.

use super::listen::{DUE, Listening};
use crate::{Heard, StoreError, StoreResult};
use sqlx::{PgConnection, Pool, Transaction};
use std::sync::{Arc, atomic::AtomicBool};

/// The driver.
pub(super) type Db = sqlx::Postgres;
/// One connection.
pub(super) type Conn = PgConnection;

/// What [`crate::Store::dialect`] answers.
pub(super) const NAME: &str = "postgres";
/// Whether rows have to be locked by themselves.
pub(super) const ROW_LOCKS: bool = true;

/// Classes of our advisory locks: claims by mini program, grants by template.
const CLAIMS: i32 = 0x5941_0001;
const GRANTS: i32 = 0x5941_0002;

/// The open database.
#[derive(Clone)]
pub(crate) struct Backend {
    pool: Pool<Db>,
    heard: Heard,
    listening: Arc<Listening>,
    results_wanted: Arc<AtomicBool>,
}

impl Backend {
    /// `ears`: where announcements are listened to, one connection.
    pub(super) fn new(pool: Pool<Db>, ears: Pool<Db>) -> Self {
        let heard = Heard::default();
        let listening = Arc::new(Listening::start(ears, heard.clone()));
        Self { pool, heard, listening, results_wanted: Arc::default() }
    }

    /// Where single reads go.
    pub(super) fn read(&self) -> &Pool<Db> {
        &self.pool
    }

    /// Where single writes go.
    pub(super) fn write(&self) -> &Pool<Db> {
        &self.pool
    }

    /// All of them.
    pub(super) fn pools(&self) -> [&Pool<Db>; 1] {
        [&self.pool]
    }

    /// A transaction that writes.
    pub(super) async fn begin(&self) -> StoreResult<Transaction<'static, Db>> {
        Ok(self.pool.begin().await?)
    }

    /// A transaction that sees one state of everything and writes nothing.
    pub(super) async fn begin_snapshot(&self) -> StoreResult<Transaction<'static, Db>> {
        Ok(self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
    }

    /// A transaction that reads the ledger and misses no entry. Ids are handed out before transactions end, so an entry
    /// may appear after one with a higher id: whoever follows the ledger waits until all that are being written have
    /// ended, milliseconds as a rule, and holds up new ones meanwhile.
    pub(super) async fn begin_following(&self) -> StoreResult<Transaction<'static, Db>> {
        let mut tx = self.pool.begin().await?;
        sqlx::query("SET LOCAL lock_timeout = '2s'").execute(&mut *tx).await?;
        sqlx::query("LOCK TABLE ledger IN SHARE MODE").execute(&mut *tx).await?;
        Ok(tx)
    }

    /// Whether the server answers and takes writes: after a failover the URL may name a standby.
    pub(super) async fn ping(&self) -> StoreResult<()> {
        let (read_only,): (String,) = sqlx::query_as("SHOW transaction_read_only").fetch_one(&self.pool).await?;
        if read_only == "on" {
            return Err(StoreError::ReadOnly(sqlx::Error::Protocol("transaction_read_only is on".to_owned())));
        }
        Ok(())
    }

    /// Wakes this process when another one announces something.
    pub(super) fn heard(&self) -> &Heard {
        &self.heard
    }

    /// Whether a webhook wants to hear how deliveries end, as far as this process knows.
    pub(super) fn results_wanted(&self) -> &AtomicBool {
        &self.results_wanted
    }

    pub(super) async fn close(&self) {
        self.listening.stop();
        self.pool.close().await;
    }
}

/// Rows of integers as they are bound: one flat array.
pub(super) type Rows = Vec<i64>;

/// Binds rows of integers for `rows!`.
pub(super) fn rows<const N: usize>(rows: &[[i64; N]]) -> Rows {
    rows.as_flattened().to_vec()
}

/// The attempts of one batch.
pub(super) async fn insert_attempts(conn: &mut Conn, attempts: &[crate::records::NewAttempt<'_>]) -> StoreResult<()> {
    let numbers: Vec<i64> = attempts.iter().flat_map(|a| [a.0, a.1, a.2, a.3, a.4, a.5]).collect();
    let rids: Vec<Option<&str>> = attempts.iter().map(|a| a.6.as_deref()).collect();
    let errmsgs: Vec<Option<&str>> = attempts.iter().map(|a| a.7.as_deref()).collect();
    sqlx::query(
        "INSERT INTO attempts (notice_id, subscriber_id, number, started_at, duration_ms, errcode, rid, errmsg)
         SELECT ($1::bigint[])[at * 6 - 5], ($1::bigint[])[at * 6 - 4], ($1::bigint[])[at * 6 - 3],
                ($1::bigint[])[at * 6 - 2], ($1::bigint[])[at * 6 - 1], ($1::bigint[])[at * 6], t.rid, t.errmsg
         FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS t (rid, errmsg, at)
         -- The number of an attempt is taken once; a second telling of it changes nothing.
         ON CONFLICT DO NOTHING",
    )
    .bind(numbers)
    .bind(rids)
    .bind(errmsgs)
    .execute(conn)
    .await?;
    Ok(())
}

/// Pushes of one batch, in this order; those that are known are left out. Answers (mini program, digest) of the new ones.
pub(super) async fn insert_events(
    conn: &mut Conn,
    events: &[crate::records::NewEventRecord],
) -> StoreResult<Vec<(i64, String)>> {
    let programs: Vec<i64> = events.iter().map(|e| e.0).collect();
    let digests: Vec<&str> = events.iter().map(|e| e.1.as_str()).collect();
    let received: Vec<i64> = events.iter().map(|e| e.2).collect();
    let bodies: Vec<&str> = events.iter().map(|e| e.3.as_str()).collect();
    Ok(sqlx::query_as(
        "INSERT INTO events (mini_program_id, digest, received_at, due_at, body)
         SELECT program, digest, received, received, body
         FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[]) AS t (program, digest, received, body)
         ON CONFLICT (mini_program_id, digest) DO NOTHING
         RETURNING mini_program_id, digest",
    )
    .bind(programs)
    .bind(digests)
    .bind(received)
    .bind(bodies)
    .fetch_all(conn)
    .await?)
}

/// Recipients of one batch, in this order; those that are known are left out. Answers how many are new.
pub(super) async fn insert_recipients(
    conn: &mut Conn,
    notice: i64,
    rows: &[crate::records::NewRecipient<'_>],
) -> StoreResult<u64> {
    let openids: Vec<&str> = rows.iter().map(|r| r.0.as_ref()).collect();
    let lines: Vec<Option<i64>> = rows.iter().map(|r| r.1).collect();
    let data: Vec<Option<&str>> = rows.iter().map(|r| r.2.as_deref()).collect();
    let problems: Vec<Option<&str>> = rows.iter().map(|r| r.3.as_deref()).collect();
    let done = sqlx::query(
        "INSERT INTO recipients (notice_id, openid, line, data, problem)
         SELECT $5, openid, line, data, problem
         FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) AS t (openid, line, data, problem)
         ON CONFLICT DO NOTHING",
    )
    .bind(openids)
    .bind(lines)
    .bind(data)
    .bind(problems)
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
    let openids: Vec<&str> = rows.iter().map(|r| r.0.as_ref()).collect();
    let lines: Vec<Option<i64>> = rows.iter().map(|r| r.1).collect();
    let lines: Vec<(i64,)> = sqlx::query_as(
        "SELECT t.line FROM unnest($1::text[], $2::bigint[]) AS t (openid, line)
         JOIN recipients x ON x.notice_id = $3 AND x.openid = t.openid
         WHERE x.line <> t.line",
    )
    .bind(openids)
    .bind(lines)
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
    let (lines, problems, cells) = columns(rows.iter().map(|(a, b, c)| (*a, b.as_str(), c.as_str())));
    sqlx::query(
        "INSERT INTO import_errors (import_id, line, problem, cells)
         SELECT $4, line, problem, cells FROM unnest($1::bigint[], $2::text[], $3::text[]) AS t (line, problem, cells)
         ON CONFLICT DO NOTHING",
    )
    .bind(lines)
    .bind(problems)
    .bind(cells)
    .bind(import)
    .execute(conn)
    .await?;
    Ok(())
}

fn columns<'a>(rows: impl Iterator<Item = (i64, &'a str, &'a str)>) -> (Vec<i64>, Vec<String>, Vec<String>) {
    let mut all = (Vec::new(), Vec::new(), Vec::new());
    for (a, b, c) in rows {
        all.0.push(a);
        all.1.push(crate::text::text(b).into_owned());
        all.2.push(crate::text::text(c).into_owned());
    }
    all
}

/// Remarks of people (id, remark, remark in lower case).
pub(super) async fn set_remarks(conn: &mut Conn, rows: &[(i64, String, String)]) -> StoreResult<()> {
    let (ids, remarks, keys) = columns(rows.iter().map(|(a, b, c)| (*a, b.as_str(), c.as_str())));
    sqlx::query(
        "UPDATE subscribers SET remark = t.remark, remark_key = t.key
         FROM unnest($1::bigint[], $2::text[], $3::text[]) AS t (id, remark, key) WHERE subscribers.id = t.id",
    )
    .bind(ids)
    .bind(remarks)
    .bind(keys)
    .execute(conn)
    .await?;
    Ok(())
}

/// Tags of people (id, tag).
pub(super) async fn insert_tags(conn: &mut Conn, mini_program: i64, rows: &[(i64, &str, &str)]) -> StoreResult<()> {
    let (ids, tags, _) = columns(rows.iter().copied());
    sqlx::query(
        "INSERT INTO subscriber_tags (mini_program_id, subscriber_id, tag)
         SELECT $3, id, tag FROM unnest($1::bigint[], $2::text[]) AS t (id, tag) ON CONFLICT DO NOTHING",
    )
    .bind(ids)
    .bind(tags)
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
    let (ids, names, values) = columns(rows.iter().copied());
    sqlx::query(
        "INSERT INTO subscriber_attributes (mini_program_id, subscriber_id, name, value)
         SELECT $4, id, name, value FROM unnest($1::bigint[], $2::text[], $3::text[]) AS t (id, name, value)
         ON CONFLICT (subscriber_id, name) DO UPDATE SET value = excluded.value",
    )
    .bind(ids)
    .bind(names)
    .bind(values)
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
    let openids: Vec<&str> = judged.iter().map(|j| j.0.as_ref()).collect();
    let problems: Vec<Option<&str>> = judged.iter().map(|j| j.1.as_deref()).collect();
    sqlx::query(
        "UPDATE recipients SET problem = j.problem FROM unnest($1::text[], $2::text[]) AS j (openid, problem)
         WHERE recipients.notice_id = $3 AND recipients.openid = j.openid",
    )
    .bind(openids)
    .bind(problems)
    .bind(notice)
    .execute(conn)
    .await?;
    Ok(())
}

/// Claims of one mini program go one after the other, so that no two of them pick two rows of one subscriber.
pub(super) async fn lock_claims(conn: &mut Conn, mini_program: i64) -> StoreResult<()> {
    sqlx::query("SELECT pg_advisory_xact_lock($1, hashint8($2))").bind(CLAIMS).bind(mini_program).execute(conn).await?;
    Ok(())
}

/// Whoever changes a grant says so for its template, together with others; whoever hands out all grants of a template
/// does so alone. Taken after subscribers are made and before any grant is read; templates in rising order.
pub(super) async fn lock_grants(conn: &mut Conn, templates: &[i64], alone: bool) -> StoreResult<()> {
    let sql = if alone {
        "SELECT pg_advisory_xact_lock($1, hashint8(t)) FROM unnest($2::bigint[]) AS t"
    } else {
        "SELECT pg_advisory_xact_lock_shared($1, hashint8(t)) FROM unnest($2::bigint[]) AS t"
    };
    sqlx::query(sql).bind(GRANTS).bind(templates).execute(conn).await?;
    Ok(())
}

/// Tells all processes, when the transaction is committed, that there is something to send.
pub(super) async fn announce(conn: &mut Conn) -> StoreResult<()> {
    sqlx::query("SELECT pg_notify($1, '')").bind(DUE).execute(conn).await?;
    Ok(())
}

/// One change of administrators at a time.
pub(super) async fn lock_users(conn: &mut Conn) -> StoreResult<()> {
    sqlx::query("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE").execute(conn).await?;
    Ok(())
}

/// For a transaction that works on whole tables or long lists.
pub(super) async fn plan_for_many(conn: &mut Conn) -> StoreResult<()> {
    sqlx::query(
        "SELECT set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true),
                set_config('enable_mergejoin', 'on', true)",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// For statements that read whole tables and find nothing as a rule: their limit would make the planner believe that going from row
/// to row is soon over (seven minutes instead of seconds for a million people).
pub(super) async fn plan_for_everything(conn: &mut Conn) -> StoreResult<()> {
    plan_for_many(conn).await?;
    sqlx::query("SELECT set_config('enable_nestloop', 'off', true)").execute(conn).await?;
    Ok(())
}

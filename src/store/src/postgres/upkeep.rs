//! The parts of the big tables: one at least for each month, dropped as a whole when all of it is old enough.

use super::dialect::{Backend, Conn};
use crate::{StoreResult, Tidied};
use model::Millis;
use sqlx::{AssertSqlSafe, query, query_as};

/// The class of the advisory lock: one upkeep at a time.
const UPKEEP: i64 = 0x5941_0003;
/// Notices in a part; see the migration.
const PART: i64 = 1_000_000;

pub(super) async fn tidy(db: &Backend, before: Option<Millis>, now: Millis) -> StoreResult<Tidied> {
    let mut tx = db.begin().await?;
    let (alone,): (bool,) = query_as("SELECT pg_try_advisory_xact_lock($1)").bind(UPKEEP).fetch_one(&mut *tx).await?;
    if !alone {
        return Ok(Tidied::default());
    }
    let current = begin_month(&mut tx, now).await?;
    let tidied = match before {
        Some(before) => drop_oldest(&mut tx, current, before, now).await?,
        None => Tidied::default(),
    };
    tx.commit().await?;
    Ok(tidied)
}

/// Sees to it that this month's notices go into a part of their own and that the next part is there. Answers the part
/// that is written to.
async fn begin_month(conn: &mut Conn, now: Millis) -> StoreResult<i64> {
    let (mut part, month, noted): (i64, i64, Option<i64>) = query_as(
        "SELECT s.last_value / $1,
                CAST(to_char(to_timestamp($2 / 1000.0) AT TIME ZONE 'Asia/Shanghai', 'YYYYMM') AS BIGINT), p.month
         FROM notices_id_seq s LEFT JOIN parts p ON p.part = s.last_value / $1",
    )
    .bind(PART)
    .bind(now)
    .fetch_one(&mut *conn)
    .await?;
    if noted.is_some_and(|noted| noted < month) {
        // What is handed out in between belongs to the part before, which is there too.
        part += 1;
        query("SELECT setval('notices_id_seq', $1, false)").bind(part * PART).execute(&mut *conn).await?;
    }
    for number in [part, part + 1] {
        query("SELECT add_part($1)").bind(number).execute(&mut *conn).await?;
    }
    query("UPDATE parts SET month = $2 WHERE part = $1 AND month IS NULL").bind(part).bind(month).execute(conn).await?;
    Ok(part)
}

/// Drops the oldest part if nothing in it is younger.
async fn drop_oldest(conn: &mut Conn, current: i64, before: Millis, now: Millis) -> StoreResult<Tidied> {
    let oldest: Option<(i64,)> = query_as("SELECT part FROM parts WHERE part < $1 ORDER BY part LIMIT 1")
        .bind(current)
        .fetch_optional(&mut *conn)
        .await?;
    let Some((part,)) = oldest else { return Ok(Tidied::default()) };
    let (first, end) = (part * PART, (part + 1) * PART);
    let (young,): (bool,) = query_as(
        "SELECT EXISTS (SELECT 1 FROM notices WHERE id >= $1 AND id < $2
                        AND CASE WHEN confirmed_at IS NULL THEN created_at >= $3
                                 ELSE finished_at IS NULL OR finished_at >= $3 END)",
    )
    .bind(first)
    .bind(end)
    .bind(before)
    .fetch_one(&mut *conn)
    .await?;
    if young {
        return Ok(Tidied::default());
    }
    // Whoever would confirm one of these drafts now would find no part for it.
    query("DELETE FROM notices WHERE id >= $1 AND id < $2 AND confirmed_at IS NULL")
        .bind(first)
        .bind(end)
        .execute(&mut *conn)
        .await?;
    query("SET LOCAL lock_timeout = '5s'").execute(&mut *conn).await?;
    // A number, and nothing of anybody's.
    query(AssertSqlSafe(format!("DROP TABLE deliveries_{part}, attempts_{part}, recipients_{part}")))
        .execute(&mut *conn)
        .await?;
    query("DELETE FROM parts WHERE part = $1").bind(part).execute(&mut *conn).await?;
    let notices = query("UPDATE notices SET pruned_at = $3 WHERE id >= $1 AND id < $2 AND pruned_at IS NULL")
        .bind(first)
        .bind(end)
        .bind(now)
        .execute(conn)
        .await?
        .rows_affected();
    Ok(Tidied { notices: i64::try_from(notices).unwrap_or(i64::MAX), more: true })
}

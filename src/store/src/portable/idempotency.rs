//! Requests that their callers named: each is done once, however often it comes and whoever breaks off.

use super::{
    dialect::{Backend, Conn},
    query, query_as,
};
use crate::{Begun, Named, NewDraft, StoreResult, records::to_json, text::text};
use model::{Millis, ids::NoticeId};

/// A lease far longer than any is of a clock that has gone back since.
const LONGEST_LEASE_MS: Millis = 600_000;

#[derive(sqlx::FromRow)]
struct Row {
    digest: String,
    created_at: i64,
    lease_until: i64,
    notice_id: Option<i64>,
    status: Option<i64>,
    answer: Option<String>,
}

pub(super) async fn begin(
    db: &Backend,
    request: Named<'_>,
    digest: &str,
    forget: Millis,
    now: Millis,
    until: Millis,
) -> StoreResult<Begun> {
    let mut tx = db.begin().await?;
    let fresh = query(
        "INSERT INTO idempotency (api_key_id, name, digest, created_at, lease, lease_until)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (api_key_id, name) DO UPDATE
         SET digest = excluded.digest, created_at = excluded.created_at, lease = excluded.lease,
             lease_until = excluded.lease_until, notice_id = NULL, status = NULL, answer = NULL
         WHERE idempotency.created_at <= $7",
    )
    .bind(request.key.0)
    .bind(text(request.name))
    .bind(text(digest))
    .bind(now)
    .bind(request.lease)
    .bind(until)
    .bind(forget)
    .execute(&mut *tx)
    .await?;
    let begun = match fresh.rows_affected() {
        0 => known(&mut tx, request, digest, now, until).await?,
        _ => Begun::Ours { draft: None, since: now },
    };
    tx.commit().await?;
    Ok(begun)
}

async fn known(conn: &mut Conn, request: Named<'_>, digest: &str, now: Millis, until: Millis) -> StoreResult<Begun> {
    let row: Option<Row> = query_as(concat!(
        "SELECT i.digest, i.created_at, i.lease_until, i.notice_id, i.status, i.answer
         FROM idempotency i WHERE i.api_key_id = $1 AND i.name = $2",
        for_update!("i")
    ))
    .bind(request.key.0)
    .bind(text(request.name))
    .fetch_optional(&mut *conn)
    .await?;
    match row {
        // Refused and forgotten a moment ago: the next try begins anew.
        None => Ok(Begun::Busy),
        Some(row) if row.digest != digest => Ok(Begun::Different),
        Some(Row { status: Some(status), answer: Some(answer), .. }) => Ok(Begun::Answered(status, answer)),
        Some(row) if row.lease_until > now && row.lease_until <= now + LONGEST_LEASE_MS => Ok(Begun::Busy),
        Some(row) => {
            query("UPDATE idempotency SET lease = $3, lease_until = $4 WHERE api_key_id = $1 AND name = $2")
                .bind(request.key.0)
                .bind(text(request.name))
                .bind(request.lease)
                .bind(until)
                .execute(conn)
                .await?;
            Ok(Begun::Ours { draft: row.notice_id.map(NoticeId), since: row.created_at })
        }
    }
}

pub(super) async fn end(db: &Backend, request: Named<'_>, status: i64, answer: &str) -> StoreResult<bool> {
    let done = query(
        "UPDATE idempotency SET status = $4, answer = $5, lease_until = 0
         WHERE api_key_id = $1 AND name = $2 AND lease = $3 AND status IS NULL",
    )
    .bind(request.key.0)
    .bind(text(request.name))
    .bind(request.lease)
    .bind(status)
    .bind(text(answer))
    .execute(db.write())
    .await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn forget(db: &Backend, request: Named<'_>) -> StoreResult<()> {
    query("DELETE FROM idempotency WHERE api_key_id = $1 AND name = $2 AND lease = $3 AND status IS NULL")
        .bind(request.key.0)
        .bind(text(request.name))
        .bind(request.lease)
        .execute(db.write())
        .await?;
    Ok(())
}

pub(super) async fn release(db: &Backend, request: Named<'_>) -> StoreResult<()> {
    query("UPDATE idempotency SET lease_until = 0 WHERE api_key_id = $1 AND name = $2 AND lease = $3")
        .bind(request.key.0)
        .bind(text(request.name))
        .bind(request.lease)
        .execute(db.write())
        .await?;
    Ok(())
}

pub(super) async fn prune(db: &Backend, before: Millis, limit: i64) -> StoreResult<u64> {
    let done = query(
        "DELETE FROM idempotency WHERE (api_key_id, name) IN (
             SELECT api_key_id, name FROM idempotency WHERE created_at <= $1 ORDER BY created_at LIMIT $2)",
    )
    .bind(before)
    .bind(limit)
    .execute(db.write())
    .await?;
    Ok(done.rows_affected())
}

pub(super) async fn add_draft(
    db: &Backend,
    draft: NewDraft<'_>,
    request: Option<Named<'_>>,
    now: Millis,
) -> StoreResult<Option<NoticeId>> {
    let mut tx = db.begin().await?;
    let (id,): (i64,) = query_as(
        "INSERT INTO notices (mini_program_id, template_id, state, duplicates, created_by, created_at, content, audience,
                              urgent)
         VALUES ($1, $2, 'draft', $3, $4, $5, $6, $7, $8)
         RETURNING id",
    )
    .bind(draft.mini_program.0)
    .bind(draft.template.0)
    .bind(draft.duplicates)
    .bind(text(draft.created_by))
    .bind(now)
    .bind(to_json(draft.content)?)
    .bind(to_json(draft.audience)?)
    .bind(i64::from(draft.urgent))
    .fetch_one(&mut *tx)
    .await?;
    if let Some(request) = request {
        let noted = query(
            "UPDATE idempotency SET notice_id = $4
             WHERE api_key_id = $1 AND name = $2 AND lease = $3 AND status IS NULL",
        )
        .bind(request.key.0)
        .bind(text(request.name))
        .bind(request.lease)
        .bind(id)
        .execute(&mut *tx)
        .await?;
        if noted.rows_affected() == 0 {
            tx.rollback().await?;
            return Ok(None);
        }
    }
    tx.commit().await?;
    Ok(Some(NoticeId(id)))
}

pub(super) async fn broken(db: &Backend, before: Millis, limit: i64) -> StoreResult<Vec<NoticeId>> {
    let rows: Vec<(i64,)> = query_as(
        "SELECT id FROM notices
         WHERE state = 'draft' AND substr(created_by, 1, 5) = 'API: ' AND created_at <= $1 ORDER BY id LIMIT $2",
    )
    .bind(before)
    .bind(limit)
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().map(|(id,)| NoticeId(id)).collect())
}

//! Who wants to hear of what.

use super::{Backend, query, query_as};
use crate::{
    SealedSecrets, StoreResult,
    records::{EndpointRecord, EndpointSecretRecord},
    text::text,
};
use model::{
    Millis,
    ids::{EndpointId, MiniProgramId},
    webhook::{DisabledWhy, Endpoint, EventKind},
};
use std::sync::atomic::Ordering;

macro_rules! select {
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT id, mini_program_id, url, wants, created_by, created_at, failing_since, disabled_at, disabled_why",
            $more,
            " FROM webhook_endpoints ",
            $rest
        )
    };
}

pub(super) async fn add(
    db: &Backend,
    mini_program: MiniProgramId,
    url: &str,
    sealed_secret: &str,
    wants: i64,
    by: &str,
    now: Millis,
) -> StoreResult<EndpointId> {
    let (id,) = query_as(
        "INSERT INTO webhook_endpoints (mini_program_id, url, sealed_secret, wants, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         RETURNING id",
    )
    .bind(mini_program.0)
    .bind(text(url))
    .bind(text(sealed_secret))
    .bind(wants)
    .bind(text(by))
    .bind(now)
    .fetch_one(db.write())
    .await?;
    Ok(EndpointId(id))
}

pub(super) async fn of(db: &Backend, mini_program: MiniProgramId) -> StoreResult<Vec<Endpoint>> {
    let rows: Vec<EndpointRecord> = query_as(select!("", "WHERE mini_program_id = $1 ORDER BY id"))
        .bind(mini_program.0)
        .fetch_all(db.read())
        .await?;
    rows.into_iter().map(Endpoint::try_from).collect()
}

pub(super) async fn one(db: &Backend, id: EndpointId) -> StoreResult<Option<(Endpoint, SealedSecrets)>> {
    let row: Option<EndpointSecretRecord> =
        query_as(select!(", sealed_secret, sealed_old_secret, old_secret_until", "WHERE id = $1"))
            .bind(id.0)
            .fetch_optional(db.read())
            .await?;
    let with_secrets = |row: EndpointSecretRecord| {
        let old = row.sealed_old_secret.zip(row.old_secret_until);
        Ok((row.endpoint.try_into()?, SealedSecrets { current: row.sealed_secret, old }))
    };
    row.map(with_secrets).transpose()
}

pub(super) async fn change(db: &Backend, id: EndpointId, url: &str, wants: i64) -> StoreResult<bool> {
    let done = query("UPDATE webhook_endpoints SET url = $2, wants = $3 WHERE id = $1")
        .bind(id.0)
        .bind(text(url))
        .bind(wants)
        .execute(db.write())
        .await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn change_secret(
    db: &Backend,
    id: EndpointId,
    sealed_secret: &str,
    old_until: Millis,
) -> StoreResult<bool> {
    let done = query(
        "UPDATE webhook_endpoints SET sealed_old_secret = sealed_secret, old_secret_until = $3, sealed_secret = $2
         WHERE id = $1",
    )
    .bind(id.0)
    .bind(text(sealed_secret))
    .bind(old_until)
    .execute(db.write())
    .await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn switch(db: &Backend, id: EndpointId, off: Option<DisabledWhy>, now: Millis) -> StoreResult<bool> {
    let done = query(
        "UPDATE webhook_endpoints SET disabled_at = $2, disabled_why = $3,
                failing_since = CASE WHEN $2 IS NULL THEN NULL ELSE failing_since END
         WHERE id = $1",
    )
    .bind(id.0)
    .bind(off.map(|_| now))
    .bind(off.map(DisabledWhy::code))
    .execute(db.write())
    .await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn delete(db: &Backend, id: EndpointId) -> StoreResult<bool> {
    let mut tx = db.begin().await?;
    super::hold(&mut tx, id.0).await?;
    for sql in [
        "DELETE FROM webhook_attempts WHERE message_id IN (SELECT id FROM webhook_messages WHERE endpoint_id = $1)",
        "DELETE FROM webhook_messages WHERE endpoint_id = $1",
    ] {
        query(sql).bind(id.0).execute(&mut *tx).await?;
    }
    let done = query("DELETE FROM webhook_endpoints WHERE id = $1").bind(id.0).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn on(db: &Backend) -> StoreResult<Vec<Endpoint>> {
    let rows: Vec<EndpointRecord> =
        query_as(select!("", "WHERE disabled_at IS NULL ORDER BY id")).fetch_all(db.read()).await?;
    let endpoints = rows.into_iter().map(Endpoint::try_from).collect::<StoreResult<Vec<_>>>()?;
    let wanted = endpoints.iter().any(|endpoint| endpoint.wants(EventKind::Results));
    db.results_wanted().store(wanted, Ordering::Relaxed);
    Ok(endpoints)
}

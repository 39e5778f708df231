//! Keys of the business API.

use super::{dialect::Backend, idempotency, preflight, query, query_as};
use crate::{
    ApiKeys, Begun, Named, NewApiKey, NewDraft, StoreError, StoreResult,
    records::{ApiKeyDigestRecord, ApiKeyRecord, to_json},
    text::text,
};
use async_trait::async_trait;
use model::{
    Millis,
    api::ApiKey,
    ids::{ApiKeyId, MiniProgramId, NoticeId},
    notice::Preflight,
};

macro_rules! select {
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT id, mini_program_id, name, public_id, scopes, created_by, created_at, expires_at, revoked_at, \
             revoked_by, last_used_at",
            $more,
            " FROM api_keys WHERE ",
            $rest
        )
    };
}

#[async_trait]
impl ApiKeys for Backend {
    async fn add_api_key(&self, key: NewApiKey<'_>, now: Millis) -> StoreResult<ApiKeyId> {
        let (id,) = query_as(
            "INSERT INTO api_keys (mini_program_id, name, public_id, digest, scopes, created_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             RETURNING id",
        )
        .bind(key.mini_program.0)
        .bind(text(key.name))
        .bind(text(key.public_id))
        .bind(text(key.digest))
        .bind(to_json(&key.scopes)?)
        .bind(text(key.created_by))
        .bind(now)
        .bind(key.expires_at)
        .fetch_one(self.write())
        .await
        .map_err(|error| StoreError::unique(error, "public_id"))?;
        Ok(ApiKeyId(id))
    }

    async fn api_keys(&self, mini_program: MiniProgramId) -> StoreResult<Vec<ApiKey>> {
        let rows: Vec<ApiKeyRecord> = query_as(select!("", "mini_program_id = $1 ORDER BY id DESC"))
            .bind(mini_program.0)
            .fetch_all(self.read())
            .await?;
        rows.into_iter().map(ApiKey::try_from).collect()
    }

    async fn api_key_by_public_id(&self, public_id: &str) -> StoreResult<Option<(ApiKey, String)>> {
        let row: Option<ApiKeyDigestRecord> =
            query_as(select!(", digest", "public_id = $1")).bind(text(public_id)).fetch_optional(self.read()).await?;
        row.map(|row| Ok((row.key.try_into()?, row.digest))).transpose()
    }

    async fn revoke_api_key(
        &self,
        mini_program: MiniProgramId,
        id: ApiKeyId,
        by: &str,
        now: Millis,
    ) -> StoreResult<bool> {
        let done = query(
            "UPDATE api_keys SET revoked_at = $3, revoked_by = $4
             WHERE id = $1 AND mini_program_id = $2 AND revoked_at IS NULL",
        )
        .bind(id.0)
        .bind(mini_program.0)
        .bind(now)
        .bind(text(by))
        .execute(self.write())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn touch_api_key(&self, id: ApiKeyId, apart: Millis, now: Millis) -> StoreResult<()> {
        query("UPDATE api_keys SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $3)")
            .bind(id.0)
            .bind(now)
            .bind(now.saturating_sub(apart))
            .execute(self.write())
            .await?;
        Ok(())
    }

    async fn begin_named(
        &self,
        request: Named<'_>,
        digest: &str,
        forget: Millis,
        now: Millis,
        until: Millis,
    ) -> StoreResult<Begun> {
        idempotency::begin(self, request, digest, forget, now, until).await
    }

    async fn end_named(&self, request: Named<'_>, status: i64, answer: &str) -> StoreResult<bool> {
        idempotency::end(self, request, status, answer).await
    }

    async fn drop_named(&self, request: Named<'_>) -> StoreResult<()> {
        idempotency::forget(self, request).await
    }

    async fn release_named(&self, request: Named<'_>) -> StoreResult<()> {
        idempotency::release(self, request).await
    }

    async fn prune_named(&self, before: Millis, limit: i64) -> StoreResult<u64> {
        idempotency::prune(self, before, limit).await
    }

    async fn add_ordered_draft(
        &self,
        draft: NewDraft<'_>,
        request: Option<Named<'_>>,
        now: Millis,
    ) -> StoreResult<Option<NoticeId>> {
        idempotency::add_draft(self, draft, request, now).await
    }

    async fn broken_orders(&self, before: Millis, limit: i64) -> StoreResult<Vec<NoticeId>> {
        idempotency::broken(self, before, limit).await
    }

    async fn preflight_of(&self, draft: NewDraft<'_>, now: Millis) -> StoreResult<Preflight> {
        preflight::of_nothing_stored(self, draft, now).await
    }
}

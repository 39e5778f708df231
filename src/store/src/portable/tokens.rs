//! Access tokens and the right to refresh them.

use super::{dialect::Backend, query, query_as};
use crate::{StoreResult, TokenRow, Tokens, records::TokenRecord, text::text};
use async_trait::async_trait;
use model::{Millis, ids::MiniProgramId};

#[async_trait]
impl Tokens for Backend {
    async fn token(&self, mini_program: MiniProgramId) -> StoreResult<Option<TokenRow>> {
        let row: Option<TokenRecord> = query_as(
            "SELECT sealed, version, expires_at, obtained_at, last_errcode, last_errmsg, retry_at, dropped_digest,
                    forced_at
             FROM tokens WHERE mini_program_id = $1",
        )
        .bind(mini_program.0)
        .fetch_optional(self.read())
        .await?;
        Ok(row.map(TokenRow::from))
    }

    async fn lease_token_refresh(
        &self,
        mini_program: MiniProgramId,
        lease: i64,
        seen: Option<i64>,
        now: Millis,
        until: Millis,
    ) -> StoreResult<bool> {
        let done = query(
            "INSERT INTO tokens (mini_program_id, lease, lease_until)
             SELECT id, CAST($2 AS BIGINT), CAST($4 AS BIGINT) FROM mini_programs WHERE id = $1
             ON CONFLICT (mini_program_id) DO UPDATE SET lease = excluded.lease, lease_until = excluded.lease_until
             -- A lease far longer than any is of a clock that has gone back since.
             WHERE (tokens.lease IS NULL OR tokens.lease_until <= $3 OR tokens.lease_until > $4 + 600000)
               AND tokens.version = COALESCE(CAST($5 AS BIGINT), tokens.version)",
        )
        .bind(mini_program.0)
        .bind(lease)
        .bind(now)
        .bind(until)
        .bind(seen)
        .execute(self.write())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn store_token(
        &self,
        mini_program: MiniProgramId,
        lease: i64,
        sealed: &str,
        expires_at: Millis,
        now: Millis,
    ) -> StoreResult<Option<i64>> {
        let row: Option<(i64,)> = query_as(
            "UPDATE tokens
             SET sealed = $3, version = version + 1, expires_at = $4, obtained_at = $5,
                 last_errcode = NULL, last_errmsg = NULL, retry_at = 0, lease = NULL, lease_until = NULL
             WHERE mini_program_id = $1 AND lease = $2
             RETURNING version",
        )
        .bind(mini_program.0)
        .bind(lease)
        .bind(text(sealed))
        .bind(expires_at)
        .bind(now)
        .fetch_optional(self.write())
        .await?;
        Ok(row.map(|(version,)| version))
    }

    async fn fail_token(
        &self,
        mini_program: MiniProgramId,
        lease: i64,
        errcode: i64,
        errmsg: &str,
        retry_at: Millis,
    ) -> StoreResult<()> {
        query(
            "UPDATE tokens SET last_errcode = $3, last_errmsg = $4, retry_at = $5, lease = NULL, lease_until = NULL
             WHERE mini_program_id = $1 AND lease = $2",
        )
        .bind(mini_program.0)
        .bind(lease)
        .bind(errcode)
        .bind(text(errmsg))
        .bind(retry_at)
        .execute(self.write())
        .await?;
        Ok(())
    }

    async fn drop_token(&self, mini_program: MiniProgramId, version: i64, digest: &str) -> StoreResult<bool> {
        let done = query(
            "UPDATE tokens SET sealed = NULL, dropped_digest = $3
             WHERE mini_program_id = $1 AND version = $2 AND sealed IS NOT NULL",
        )
        .bind(mini_program.0)
        .bind(version)
        .bind(text(digest))
        .execute(self.write())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn note_forced(
        &self,
        mini_program: MiniProgramId,
        lease: i64,
        apart: Millis,
        now: Millis,
    ) -> StoreResult<bool> {
        let done =
            query("UPDATE tokens SET forced_at = $4 WHERE mini_program_id = $1 AND lease = $2 AND forced_at <= $3")
                .bind(mini_program.0)
                .bind(lease)
                .bind(now.saturating_sub(apart))
                .bind(now)
                .execute(self.write())
                .await?;
        Ok(done.rows_affected() > 0)
    }
}

//! The platform's access token: one per mini program, shared by all processes.

use crate::StoreResult;
use async_trait::async_trait;
use model::{Millis, ids::MiniProgramId};

/// What is stored of a mini program's access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// The token, sealed; `None` when there is none to use.
    pub sealed: Option<String>,
    /// Raised with every token stored; names a token without showing it.
    pub version: i64,
    /// When it ends.
    pub expires_at: Millis,
    /// When it was obtained.
    pub obtained_at: Millis,
    /// The last refresh failed with this code.
    pub last_errcode: Option<i64>,
    /// WeChat's text for it, without secrets.
    pub last_errmsg: Option<String>,
    /// No refresh before this instant (back-off after a failure).
    pub retry_at: Millis,
    /// Digest of the token that was called invalid last.
    pub dropped_digest: Option<String>,
    /// When the platform was last made to replace the stable token.
    pub forced_at: Millis,
}

/// Tokens.
#[async_trait]
pub trait Tokens {
    /// The row of a mini program, if a token was ever asked for.
    async fn token(&self, mini_program: MiniProgramId) -> StoreResult<Option<TokenRow>>;

    /// Takes the right to refresh, for one process at a time: `true` until `until` or [`Tokens::store_token`] or
    /// [`Tokens::fail_token`] under the same `lease` (a random positive number). A lease that ended may be taken over.
    /// With `seen` (a version, 0 for no row) only while that is still the stored one: whoever looked before another
    /// process stored a token does not fetch a second one.
    async fn lease_token_refresh(
        &self,
        mini_program: MiniProgramId,
        lease: i64,
        seen: Option<i64>,
        now: Millis,
        until: Millis,
    ) -> StoreResult<bool>;

    /// Stores a fresh token and gives the lease back; `None` (nothing stored) when the lease was lost. Answers the
    /// new version.
    async fn store_token(
        &self,
        mini_program: MiniProgramId,
        lease: i64,
        sealed: &str,
        expires_at: Millis,
        now: Millis,
    ) -> StoreResult<Option<i64>>;

    /// Notes that a refresh failed and gives the lease back.
    async fn fail_token(
        &self,
        mini_program: MiniProgramId,
        lease: i64,
        errcode: i64,
        errmsg: &str,
        retry_at: Millis,
    ) -> StoreResult<()>;

    /// Drops the token if it is still of this version (compare and drop) and keeps its digest, by which it is known
    /// should the platform hand it out again; answers whether it was.
    async fn drop_token(&self, mini_program: MiniProgramId, version: i64, digest: &str) -> StoreResult<bool>;

    /// Notes that the platform is now made to replace the token, under the lease of the refresh; `false` when the lease
    /// was lost or the last time was less than `apart` ago.
    async fn note_forced(
        &self,
        mini_program: MiniProgramId,
        lease: i64,
        apart: Millis,
        now: Millis,
    ) -> StoreResult<bool>;
}

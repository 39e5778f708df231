//! Keys of the business API.

use super::json;
use crate::{StoreError, StoreResult};
use model::{
    api::ApiKey,
    ids::{ApiKeyId, MiniProgramId},
};

/// A row of `api_keys`, without the digest.
#[derive(sqlx::FromRow)]
pub(crate) struct ApiKeyRecord {
    id: i64,
    mini_program_id: i64,
    name: String,
    public_id: String,
    scopes: String,
    created_by: String,
    created_at: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
    revoked_by: Option<String>,
    last_used_at: Option<i64>,
}

/// With it, for letting a caller in only.
#[derive(sqlx::FromRow)]
pub(crate) struct ApiKeyDigestRecord {
    #[sqlx(flatten)]
    pub key: ApiKeyRecord,
    pub digest: String,
}

impl TryFrom<ApiKeyRecord> for ApiKey {
    type Error = StoreError;

    fn try_from(r: ApiKeyRecord) -> StoreResult<Self> {
        Ok(Self {
            id: ApiKeyId(r.id),
            mini_program: MiniProgramId(r.mini_program_id),
            scopes: json("api_keys", "scopes", &r.scopes)?,
            name: r.name,
            public_id: r.public_id,
            created_by: r.created_by,
            created_at: r.created_at,
            expires_at: r.expires_at,
            revoked_at: r.revoked_at,
            revoked_by: r.revoked_by,
            last_used_at: r.last_used_at,
        })
    }
}

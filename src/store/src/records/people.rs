//! Users.

use super::word;
use crate::{StoreError, StoreResult};
use model::{
    access::{Role, User},
    ids::UserId,
};

/// A row of `users`, without the password hash.
#[derive(sqlx::FromRow)]
pub(crate) struct UserRecord {
    id: i64,
    name: String,
    role: String,
    session_epoch: i64,
    created_at: i64,
    last_sign_in_at: Option<i64>,
}

/// With it, for signing in only.
#[derive(sqlx::FromRow)]
pub(crate) struct SignInRecord {
    #[sqlx(flatten)]
    pub user: UserRecord,
    pub password_hash: String,
}

impl TryFrom<UserRecord> for User {
    type Error = StoreError;

    fn try_from(r: UserRecord) -> StoreResult<Self> {
        Ok(Self {
            id: UserId(r.id),
            role: word("users", "role", &r.role, Role::parse)?,
            name: r.name,
            session_epoch: r.session_epoch,
            created_at: r.created_at,
            last_sign_in_at: r.last_sign_in_at,
        })
    }
}

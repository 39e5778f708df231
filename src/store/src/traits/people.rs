//! Users, their sessions and failed sign-ins.

use crate::StoreResult;
use async_trait::async_trait;
use model::{
    Millis,
    access::{Role, User},
    ids::UserId,
};

/// Users and sessions.
#[async_trait]
pub trait People {
    /// Makes the first administrator, only while there is no user at all (race-free); `None` when there is one.
    async fn add_first_administrator(
        &self,
        name: &str,
        password_hash: &str,
        now: Millis,
    ) -> StoreResult<Option<UserId>>;

    /// Adds a user. The name is unique without regard to case: [`crate::StoreError::NotUnique`]`("name")`.
    async fn add_user(&self, name: &str, password_hash: &str, role: Role, now: Millis) -> StoreResult<UserId>;

    /// Removes a user; the last administrator cannot be removed: `false`, as for an unknown one.
    async fn remove_user(&self, id: UserId) -> StoreResult<bool>;

    /// Changes the role; the last administrator stays one: `false`, as for an unknown user.
    async fn change_role(&self, id: UserId, role: Role) -> StoreResult<bool>;

    /// Sets a password and raises the session epoch: all sessions of the user end. `false` for an unknown user.
    async fn set_password(&self, id: UserId, password_hash: &str) -> StoreResult<bool>;

    /// Notes a successful sign-in.
    async fn touch_sign_in(&self, id: UserId, now: Millis) -> StoreResult<()>;

    /// One of them.
    async fn user(&self, id: UserId) -> StoreResult<Option<User>>;

    /// By name without regard to case, with the password hash.
    async fn user_for_sign_in(&self, name: &str) -> StoreResult<Option<(User, String)>>;

    /// All, by name.
    async fn users(&self) -> StoreResult<Vec<User>>;

    /// Whether nobody has been made yet.
    async fn no_user_yet(&self) -> StoreResult<bool>;

    /// Notes a failed sign-in under a key (an address or a name).
    async fn note_failed_sign_in(&self, key: &str, now: Millis) -> StoreResult<()>;

    /// Failed sign-ins under a key since an instant.
    async fn failed_sign_ins(&self, key: &str, since: Millis) -> StoreResult<i64>;

    /// Forgets them, after a success; and all older than `before` of any key.
    async fn forget_failed_sign_ins(&self, key: &str, before: Millis) -> StoreResult<()>;

    /// Stores a new session; `false` when the id exists already.
    async fn create_session(&self, id: &str, data: &str, expires_at: Millis) -> StoreResult<bool>;

    /// Stores or replaces a session.
    async fn save_session(&self, id: &str, data: &str, expires_at: Millis) -> StoreResult<()>;

    /// A session that has not expired.
    async fn load_session(&self, id: &str, now: Millis) -> StoreResult<Option<(String, Millis)>>;

    /// Ends a session.
    async fn delete_session(&self, id: &str) -> StoreResult<()>;

    /// Clears expired sessions.
    async fn delete_expired_sessions(&self, now: Millis) -> StoreResult<()>;
}

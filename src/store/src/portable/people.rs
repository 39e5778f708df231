//! Users, sessions, failed sign-ins.

use super::{
    dialect::{self, Backend},
    query, query_as,
};
use crate::{
    People, StoreError, StoreResult,
    records::{SignInRecord, UserRecord},
    text::{folded, text},
};
use async_trait::async_trait;
use model::{
    Millis,
    access::{Role, User},
    ids::UserId,
};

/// All columns of a user but the password hash.
macro_rules! user {
    () => {
        "id, name, role, session_epoch, created_at, last_sign_in_at"
    };
}

#[async_trait]
impl People for Backend {
    async fn add_first_administrator(
        &self,
        name: &str,
        password_hash: &str,
        now: Millis,
    ) -> StoreResult<Option<UserId>> {
        let mut tx = self.begin().await?;
        dialect::lock_users(&mut tx).await?;
        let id: Option<(i64,)> = query_as(
            "INSERT INTO users (name, name_key, password_hash, role, created_at)
             SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), 'administrator', CAST($4 AS BIGINT)
             WHERE NOT EXISTS (SELECT 1 FROM users)
             RETURNING id",
        )
        .bind(text(name))
        .bind(folded(name))
        .bind(text(password_hash))
        .bind(now)
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(id.map(|(id,)| UserId(id)))
    }

    async fn add_user(&self, name: &str, password_hash: &str, role: Role, now: Millis) -> StoreResult<UserId> {
        let (id,) = query_as(
            "INSERT INTO users (name, name_key, password_hash, role, created_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        )
        .bind(text(name))
        .bind(folded(name))
        .bind(text(password_hash))
        .bind(role.code())
        .bind(now)
        .fetch_one(self.write())
        .await
        .map_err(|e| StoreError::unique(e, "name"))?;
        Ok(UserId(id))
    }

    async fn remove_user(&self, id: UserId) -> StoreResult<bool> {
        let mut tx = self.begin().await?;
        dialect::lock_users(&mut tx).await?;
        let done = query(
            "DELETE FROM users
             WHERE id = $1
               -- The last administrator stays.
               AND (role <> 'administrator'
                    OR EXISTS (SELECT 1 FROM users o WHERE o.role = 'administrator' AND o.id <> $1))",
        )
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    async fn change_role(&self, id: UserId, role: Role) -> StoreResult<bool> {
        let mut tx = self.begin().await?;
        dialect::lock_users(&mut tx).await?;
        let done = query(
            "UPDATE users SET role = $2
             WHERE id = $1
               -- The last administrator stays one.
               AND (role <> 'administrator' OR $2 = 'administrator'
                    OR EXISTS (SELECT 1 FROM users o WHERE o.role = 'administrator' AND o.id <> $1))",
        )
        .bind(id.0)
        .bind(role.code())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    async fn set_password(&self, id: UserId, password_hash: &str) -> StoreResult<bool> {
        let done = query("UPDATE users SET password_hash = $2, session_epoch = session_epoch + 1 WHERE id = $1")
            .bind(id.0)
            .bind(text(password_hash))
            .execute(self.write())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn touch_sign_in(&self, id: UserId, now: Millis) -> StoreResult<()> {
        query("UPDATE users SET last_sign_in_at = $2 WHERE id = $1").bind(id.0).bind(now).execute(self.write()).await?;
        Ok(())
    }

    async fn user(&self, id: UserId) -> StoreResult<Option<User>> {
        let row: Option<UserRecord> = query_as(concat!("SELECT ", user!(), " FROM users WHERE id = $1"))
            .bind(id.0)
            .fetch_optional(self.read())
            .await?;
        row.map(User::try_from).transpose()
    }

    async fn user_for_sign_in(&self, name: &str) -> StoreResult<Option<(User, String)>> {
        let row: Option<SignInRecord> =
            query_as(concat!("SELECT ", user!(), ", password_hash FROM users WHERE name_key = $1"))
                .bind(folded(name))
                .fetch_optional(self.read())
                .await?;
        row.map(|r| Ok((r.user.try_into()?, r.password_hash))).transpose()
    }

    async fn users(&self) -> StoreResult<Vec<User>> {
        let rows: Vec<UserRecord> =
            query_as(concat!("SELECT ", user!(), " FROM users ORDER BY name_key")).fetch_all(self.read()).await?;
        rows.into_iter().map(User::try_from).collect()
    }

    async fn no_user_yet(&self) -> StoreResult<bool> {
        let one: Option<(i64,)> = query_as("SELECT id FROM users LIMIT 1").fetch_optional(self.read()).await?;
        Ok(one.is_none())
    }

    async fn note_failed_sign_in(&self, key: &str, now: Millis) -> StoreResult<()> {
        query("INSERT INTO sign_in_failures (key, at) VALUES ($1, $2)")
            .bind(text(key))
            .bind(now)
            .execute(self.write())
            .await?;
        Ok(())
    }

    async fn failed_sign_ins(&self, key: &str, since: Millis) -> StoreResult<i64> {
        let (n,) = query_as("SELECT count(*) FROM sign_in_failures WHERE key = $1 AND at >= $2")
            .bind(text(key))
            .bind(since)
            .fetch_one(self.read())
            .await?;
        Ok(n)
    }

    async fn forget_failed_sign_ins(&self, key: &str, before: Millis) -> StoreResult<()> {
        query("DELETE FROM sign_in_failures WHERE key = $1 OR at < $2")
            .bind(text(key))
            .bind(before)
            .execute(self.write())
            .await?;
        Ok(())
    }

    async fn create_session(&self, id: &str, data: &str, expires_at: Millis) -> StoreResult<bool> {
        let done = query("INSERT INTO sessions (id, data, expires_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING")
            .bind(text(id))
            .bind(text(data))
            .bind(expires_at)
            .execute(self.write())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn save_session(&self, id: &str, data: &str, expires_at: Millis) -> StoreResult<()> {
        query(
            "INSERT INTO sessions (id, data, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at",
        )
        .bind(text(id))
        .bind(text(data))
        .bind(expires_at)
        .execute(self.write())
        .await?;
        Ok(())
    }

    async fn load_session(&self, id: &str, now: Millis) -> StoreResult<Option<(String, Millis)>> {
        Ok(query_as("SELECT data, expires_at FROM sessions WHERE id = $1 AND expires_at > $2")
            .bind(text(id))
            .bind(now)
            .fetch_optional(self.read())
            .await?)
    }

    async fn delete_session(&self, id: &str) -> StoreResult<()> {
        query("DELETE FROM sessions WHERE id = $1").bind(text(id)).execute(self.write()).await?;
        Ok(())
    }

    async fn delete_expired_sessions(&self, now: Millis) -> StoreResult<()> {
        query("DELETE FROM sessions WHERE expires_at <= $1").bind(now).execute(self.write()).await?;
        Ok(())
    }
}

//! Subscribers.

use super::{
    dialect::{Backend, Conn},
    query, query_as, search,
};
use crate::{
    StoreError, StoreResult, Subscribers,
    records::SubscriberRecord,
    text::{folded, text},
};
use async_trait::async_trait;
use model::{
    Millis,
    ids::{MiniProgramId, SubscriberId},
    page::{At, Page},
    subscriber::{Subscriber, SubscriberFilter, SubscriberSummary},
};

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, mini_program_id, openid, remark, created_at, last_seen_at FROM subscribers ", $rest)
    };
}

#[async_trait]
impl Subscribers for Backend {
    async fn add_subscriber(
        &self,
        mini_program: MiniProgramId,
        openid: &str,
        remark: &str,
        now: Millis,
    ) -> StoreResult<SubscriberId> {
        let (id,) = query_as(
            "INSERT INTO subscribers (mini_program_id, openid, remark, remark_key, created_at)
             VALUES ($1, $2, $3, $4, $5)
             RETURNING id",
        )
        .bind(mini_program.0)
        .bind(text(openid))
        .bind(text(remark))
        .bind(folded(remark))
        .bind(now)
        .fetch_one(self.write())
        .await
        .map_err(|e| StoreError::unique(e, "openid"))?;
        Ok(SubscriberId(id))
    }

    async fn change_remark(&self, id: SubscriberId, remark: &str) -> StoreResult<bool> {
        let done = query("UPDATE subscribers SET remark = $2, remark_key = $3 WHERE id = $1")
            .bind(id.0)
            .bind(text(remark))
            .bind(folded(remark))
            .execute(self.write())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn subscriber(&self, id: SubscriberId) -> StoreResult<Option<Subscriber>> {
        let row: Option<SubscriberRecord> =
            query_as(select!("WHERE id = $1")).bind(id.0).fetch_optional(self.read()).await?;
        Ok(row.map(Subscriber::from))
    }

    async fn subscriber_by_openid(&self, mini_program: MiniProgramId, openid: &str) -> StoreResult<Option<Subscriber>> {
        let row: Option<SubscriberRecord> = query_as(select!("WHERE mini_program_id = $1 AND openid = $2"))
            .bind(mini_program.0)
            .bind(text(openid))
            .fetch_optional(self.read())
            .await?;
        Ok(row.map(Subscriber::from))
    }

    async fn subscribers(
        &self,
        mini_program: MiniProgramId,
        filter: &SubscriberFilter,
        at: At,
        size: i64,
    ) -> StoreResult<Page<SubscriberSummary>> {
        search::subscribers(self, mini_program, filter, at, size).await
    }

    async fn count_subscribers_after(&self, mini_program: MiniProgramId, after: i64) -> StoreResult<(i64, i64)> {
        Ok(query_as("SELECT count(*), COALESCE(max(id), 0) FROM subscribers WHERE mini_program_id = $1 AND id > $2")
            .bind(mini_program.0)
            .bind(after)
            .fetch_one(self.read())
            .await?)
    }
}

/// Notes that a person was seen at `at`; makes the subscriber when the openid is new. The row is held until the
/// transaction ends.
pub(super) async fn seen(
    conn: &mut Conn,
    mini_program: i64,
    openid: &str,
    at: Millis,
    now: Millis,
) -> StoreResult<i64> {
    let (id,) = query_as(
        "INSERT INTO subscribers (mini_program_id, openid, remark, remark_key, created_at, last_seen_at)
         VALUES ($1, $2, '', '', $3, $4)
         ON CONFLICT (mini_program_id, openid) DO UPDATE
         SET last_seen_at = CASE WHEN subscribers.last_seen_at > excluded.last_seen_at THEN subscribers.last_seen_at
                                 ELSE excluded.last_seen_at END
         RETURNING id",
    )
    .bind(mini_program)
    .bind(text(openid))
    .bind(now)
    .bind(at)
    .fetch_one(conn)
    .await?;
    Ok(id)
}

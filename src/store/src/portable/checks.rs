//! Checks of drafts.

use super::{
    dialect::{self, Backend, Conn},
    preflight, query, query_as,
};
use crate::{
    Checks, StoreResult,
    records::{json, to_json},
};
use async_trait::async_trait;
use model::{
    Problem,
    ids::NoticeId,
    notice::{Audience, Content},
    recipient::Check,
};
use std::borrow::Cow;

/// Checks of drafts of a mini program do not hold any more: something is known of its people that was not.
pub(super) async fn forget(db: &Backend, mini_program: i64) -> StoreResult<()> {
    // By the index of the list of notices; drafts are never held back.
    query(
        "UPDATE notices SET checked = NULL
         WHERE mini_program_id = $1 AND COALESCE(hold, state) = 'draft' AND checked IS NOT NULL",
    )
    .bind(mini_program)
    .execute(db.write())
    .await?;
    Ok(())
}

/// The check of a draft that was held.
async fn standing(conn: &mut Conn, notice: NoticeId) -> StoreResult<Option<Check>> {
    let row: Option<(Option<String>,)> =
        query_as("SELECT checked FROM notices WHERE id = $1").bind(notice.0).fetch_optional(conn).await?;
    row.and_then(|(check,)| check).map(|check| json("notices", "checked", &check)).transpose()
}

/// Holds a draft; whether the check of this key still counts.
async fn counts(conn: &mut Conn, notice: NoticeId, key: &str) -> StoreResult<bool> {
    Ok(preflight::hold_draft(conn, notice).await?.is_some()
        && standing(conn, notice).await?.is_some_and(|check| check.key == key))
}

async fn write(conn: &mut Conn, notice: NoticeId, check: &Check) -> StoreResult<()> {
    query("UPDATE notices SET checked = $2 WHERE id = $1").bind(notice.0).bind(to_json(check)?).execute(conn).await?;
    Ok(())
}

#[async_trait]
impl Checks for Backend {
    async fn begin_check(
        &self,
        notice: NoticeId,
        content: &Content,
        audience: &Audience,
        check: &Check,
    ) -> StoreResult<bool> {
        let mut tx = self.begin().await?;
        let Some(draft) = preflight::hold_draft(&mut tx, notice).await? else { return Ok(false) };
        let (stored,): (String,) =
            query_as("SELECT content FROM notices WHERE id = $1").bind(notice.0).fetch_one(&mut *tx).await?;
        let stored: Content = json("notices", "content", &stored)?;
        if stored != *content || draft.audience()? != *audience {
            return Ok(false);
        }
        write(&mut tx, notice, check).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn judge_recipients(
        &self,
        notice: NoticeId,
        key: &str,
        judged: &[(String, Option<Problem>)],
    ) -> StoreResult<bool> {
        let rows: Vec<(Cow<'_, str>, Option<String>)> = judged
            .iter()
            .map(|(openid, problem)| Ok((crate::text::text(openid), problem.as_ref().map(to_json).transpose()?)))
            .collect::<StoreResult<_>>()?;
        let mut tx = self.begin().await?;
        if !counts(&mut tx, notice, key).await? {
            return Ok(false);
        }
        dialect::judge_recipients(&mut tx, notice.0, &rows).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn end_check(&self, notice: NoticeId, check: &Check) -> StoreResult<bool> {
        let mut tx = self.begin().await?;
        if !counts(&mut tx, notice, &check.key).await? {
            return Ok(false);
        }
        write(&mut tx, notice, check).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn check_of(&self, notice: NoticeId) -> StoreResult<Option<Check>> {
        let row: Option<(Option<String>,)> =
            query_as("SELECT checked FROM notices WHERE id = $1").bind(notice.0).fetch_optional(self.read()).await?;
        row.and_then(|(check,)| check).map(|check| json("notices", "checked", &check)).transpose()
    }
}

//! Recipients that are stored by themselves: staged while the notice is a draft.

use super::{
    dialect::{self, Backend, Conn},
    imports, preflight, query, query_as,
};
use crate::{
    Added, Recipients, Run, StoreResult,
    records::{NewRecipient, RecipientRecord, to_json},
};
use async_trait::async_trait;
use model::{ids::NoticeId, notice::Audience, recipient::Recipient};
use std::collections::{BTreeMap, HashMap};

/// By the key, beyond an openid; `$2`.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT openid, line, data, problem FROM recipients WHERE notice_id = $1 AND openid > $2",
            $rest,
            " ORDER BY notice_id, openid LIMIT $3"
        )
    };
}

#[async_trait]
impl Recipients for Backend {
    async fn add_recipients(
        &self,
        notice: NoticeId,
        batch: &[Recipient],
        run: Option<Run>,
    ) -> StoreResult<Option<Added>> {
        let mut rows: Vec<NewRecipient<'_>> = batch.iter().map(NewRecipient::of).collect::<StoreResult<_>>()?;
        // In the order of the key, so that each page of it is touched once; of equal ones the first stays first.
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        let mut dropped = Vec::new();
        rows.dedup_by(|later, first| {
            let same = later.0 == first.0;
            dropped.extend(later.1.filter(|_| same));
            same
        });
        let mut tx = self.begin().await?;
        let Some(draft) = preflight::hold_draft(&mut tx, notice).await? else { return Ok(None) };
        if !may_write(&mut tx, run).await? {
            return Ok(None);
        }
        let (size, before) = match draft.audience()? {
            Audience::Listed { size } => (size, draft.duplicates),
            Audience::Nobody => (0, 0),
            // Another audience was chosen meanwhile.
            _ => return Ok(None),
        };
        let added = i64::try_from(dialect::insert_recipients(&mut tx, notice.0, &rows).await?).unwrap_or(i64::MAX);
        let duplicates = i64::try_from(batch.len()).unwrap_or(i64::MAX) - added;
        if added < i64::try_from(rows.len()).unwrap_or(i64::MAX) {
            dropped.extend(dialect::other_lines(&mut tx, notice.0, &rows).await?);
        }
        dropped.sort_unstable();
        set_audience(&mut tx, notice, &Audience::Listed { size: size + added }, before + duplicates).await?;
        tx.commit().await?;
        Ok(Some(Added { added, duplicates, dropped }))
    }

    async fn clear_recipients(&self, notice: NoticeId, limit: i64, run: Option<Run>) -> StoreResult<i64> {
        let mut tx = self.begin().await?;
        let Some(draft) = preflight::hold_draft(&mut tx, notice).await? else { return Ok(0) };
        if !may_write(&mut tx, run).await? {
            return Ok(0);
        }
        if matches!(draft.audience()?, Audience::Listed { .. }) {
            set_audience(&mut tx, notice, &Audience::Nobody, 0).await?;
        }
        let removed = query(
            "DELETE FROM recipients WHERE notice_id = $1 AND openid <= COALESCE(
                 (SELECT openid FROM recipients WHERE notice_id = $1 ORDER BY notice_id, openid LIMIT 1 OFFSET $2),
                 (SELECT max(openid) FROM recipients WHERE notice_id = $1))",
        )
        .bind(notice.0)
        .bind(limit.max(1) - 1)
        .execute(&mut *tx)
        .await?
        .rows_affected();
        tx.commit().await?;
        Ok(i64::try_from(removed).unwrap_or(i64::MAX))
    }

    async fn has_recipients(&self, notice: NoticeId) -> StoreResult<bool> {
        let (any,): (i64,) =
            query_as("SELECT count(*) FROM (SELECT 1 FROM recipients WHERE notice_id = $1 LIMIT 1) AS r")
                .bind(notice.0)
                .fetch_one(self.read())
                .await?;
        Ok(any != 0)
    }

    async fn recipient(&self, notice: NoticeId, openid: &str) -> StoreResult<Option<Recipient>> {
        let row: Option<RecipientRecord> =
            query_as("SELECT openid, line, data, problem FROM recipients WHERE notice_id = $1 AND openid = $2")
                .bind(notice.0)
                .bind(crate::text::text(openid))
                .fetch_optional(self.read())
                .await?;
        row.map(Recipient::try_from).transpose()
    }

    async fn recipients(
        &self,
        notice: NoticeId,
        only_bad: bool,
        after: &str,
        limit: i64,
    ) -> StoreResult<Vec<Recipient>> {
        page(self, notice, only_bad, after, limit).await
    }
}

/// Whoever is no run may, and of runs the one that counts.
async fn may_write(conn: &mut Conn, run: Option<Run>) -> StoreResult<bool> {
    match run {
        Some(run) => imports::counts(conn, run).await,
        None => Ok(true),
    }
}

/// The first recipients with a problem.
pub(super) async fn bad(conn: &mut Conn, notice: NoticeId, limit: i64) -> StoreResult<Vec<Recipient>> {
    let rows: Vec<RecipientRecord> =
        query_as(select!(" AND problem IS NOT NULL")).bind(notice.0).bind("").bind(limit).fetch_all(conn).await?;
    rows.into_iter().map(Recipient::try_from).collect()
}

async fn page(db: &Backend, notice: NoticeId, only_bad: bool, after: &str, limit: i64) -> StoreResult<Vec<Recipient>> {
    let sql = if only_bad { select!(" AND problem IS NOT NULL") } else { select!("") };
    let rows: Vec<RecipientRecord> =
        query_as(sql).bind(notice.0).bind(crate::text::text(after)).bind(limit.max(1)).fetch_all(db.read()).await?;
    rows.into_iter().map(Recipient::try_from).collect()
}

pub(super) async fn set_audience(
    conn: &mut Conn,
    notice: NoticeId,
    audience: &Audience,
    duplicates: i64,
) -> StoreResult<()> {
    query("UPDATE notices SET audience = $2, duplicates = $3, checked = NULL WHERE id = $1")
        .bind(notice.0)
        .bind(to_json(audience)?)
        .bind(duplicates)
        .execute(conn)
        .await?;
    Ok(())
}

/// Values of their own, by openid.
pub(super) async fn values_of(
    conn: &mut Conn,
    notice: NoticeId,
    openids: &[&str],
) -> StoreResult<HashMap<String, BTreeMap<String, String>>> {
    let rows: Vec<(String, String)> = query_as(concat!(
        "SELECT x.openid, x.data FROM ",
        list!(),
        " AS l JOIN recipients x ON x.notice_id = $2 AND x.openid = l.value WHERE x.data IS NOT NULL"
    ))
    .bind(to_json(&openids)?)
    .bind(notice.0)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|(openid, data)| Ok((openid, crate::records::json("recipients", "data", &data)?))).collect()
}

/// Values of their own, of people in a claim: nobody stands twice in one.
pub(super) const OWN: &str = concat!(
    "SELECT r_subscriber, x.data FROM ",
    rows!(2: 1 "r_notice", 2 "r_subscriber"),
    " AS r
     JOIN subscribers s ON s.id = r_subscriber
     JOIN recipients x ON x.notice_id = r_notice AND x.openid = s.openid
     WHERE x.data IS NOT NULL"
);

//! Notices: drafts and what is shown of them.

use super::{
    delivery_pages,
    dialect::{self, Backend, Conn},
    ending, enqueue, preflight, query, query_as,
};
use crate::{
    Enqueued, Notices, StoreResult,
    page::{Keyed, Order, Reading, keyed},
    records::{NoticeRecord, codes, counts_by, json, tell_sending, to_json},
    text::text,
};
use async_trait::async_trait;
use model::{
    Millis,
    delivery::{Attempt, Delivery, DeliveryState, SubscriberDelivery},
    ids::{DeliveryId, MiniProgramId, NoticeId, SubscriberId, TemplateId},
    notice::{Audience, Content, Notice, NoticeState, Preflight},
    page::{At, Page},
    statistics::CodeCounts,
};

/// Everything but the audience, which may be megabytes.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT n.id, n.mini_program_id, n.template_id, t.title AS template_title, n.state, n.duplicates, n.created_by, \
             n.created_at, n.confirmed_at, n.finished_at, n.stop_errcode, n.pruned_at, n.content, n.hold, n.due_at, \
             n.planned, n.urgent, n.heeds, n.hold_errcode, n.recurrence_id \
             FROM notices n JOIN templates t ON t.id = n.template_id WHERE ",
            $rest
        )
    };
}

/// A list by mini program, with or without the other conditions: each statement has its own index.
fn list_of(state: Option<NoticeState>, template: Option<TemplateId>) -> Keyed {
    match (state.is_some(), template.is_some()) {
        (false, false) => keyed!(select!("n.mini_program_id = $3"), "n.id"),
        (true, false) => keyed!(select!("n.mini_program_id = $3 AND COALESCE(n.hold, n.state) = $4"), "n.id"),
        (false, true) => keyed!(select!("n.mini_program_id = $3 AND n.template_id = $4"), "n.id"),
        (true, true) => {
            keyed!(select!("n.mini_program_id = $3 AND COALESCE(n.hold, n.state) = $4 AND n.template_id = $5"), "n.id")
        }
    }
}

/// How many of each notice are being sent: a few hundred rows in all.
async fn sending(conn: &mut Conn) -> StoreResult<Vec<(i64, i64)>> {
    Ok(query_as("SELECT notice_id, count(*) FROM sending GROUP BY notice_id").fetch_all(conn).await?)
}

/// Recipients of another audience must not lend their values to this one.
pub(super) async fn forget_recipients(conn: &mut Conn, id: NoticeId) -> StoreResult<()> {
    query("DELETE FROM recipients WHERE notice_id = $1").bind(id.0).execute(conn).await?;
    Ok(())
}

/// Removes a draft with its recipients; `false` when it is none (any more).
pub(super) async fn delete_draft(conn: &mut Conn, id: NoticeId) -> StoreResult<bool> {
    let done = query("DELETE FROM notices WHERE id = $1 AND state = 'draft'")
        .bind(id.0)
        .execute(&mut *conn)
        .await?
        .rows_affected()
        > 0;
    if done {
        forget_recipients(conn, id).await?;
    }
    Ok(done)
}

#[async_trait]
impl Notices for Backend {
    async fn add_draft(
        &self,
        mini_program: MiniProgramId,
        template: TemplateId,
        audience: &Audience,
        content: &Content,
        created_by: &str,
        now: Millis,
    ) -> StoreResult<NoticeId> {
        let (id,) = query_as(
            "INSERT INTO notices (mini_program_id, template_id, state, duplicates, created_by, created_at, content, audience)
             VALUES ($1, $2, 'draft', 0, $3, $4, $5, $6)
             RETURNING id",
        )
        .bind(mini_program.0)
        .bind(template.0)
        .bind(text(created_by))
        .bind(now)
        .bind(to_json(content)?)
        .bind(to_json(audience)?)
        .fetch_one(self.write())
        .await?;
        Ok(NoticeId(id))
    }

    async fn change_audience(&self, id: NoticeId, audience: &Audience, duplicates: i64) -> StoreResult<bool> {
        let mut tx = self.begin().await?;
        let audience_json = to_json(audience)?;
        let (same,): (i64,) = query_as("SELECT count(*) FROM notices WHERE id = $1 AND audience = $2")
            .bind(id.0)
            .bind(&audience_json)
            .fetch_one(&mut *tx)
            .await?;
        let done = query(
            "UPDATE notices SET audience = $2, duplicates = $3, checked = NULL
             WHERE id = $1 AND state = 'draft'",
        )
        .bind(id.0)
        .bind(audience_json)
        .bind(duplicates)
        .execute(&mut *tx)
        .await?
        .rows_affected()
            > 0;
        // Of an earlier notice's people, chosen once more, the values stay.
        let keeps = match audience {
            Audience::Listed { .. } => true,
            Audience::Results { .. } => same > 0,
            _ => false,
        };
        if done && !keeps {
            forget_recipients(&mut tx, id).await?;
        }
        tx.commit().await?;
        Ok(done)
    }

    async fn change_content(&self, id: NoticeId, content: &Content) -> StoreResult<bool> {
        let done = query("UPDATE notices SET content = $2, checked = NULL WHERE id = $1 AND state = 'draft'")
            .bind(id.0)
            .bind(to_json(content)?)
            .execute(self.write())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn delete_draft(&self, id: NoticeId) -> StoreResult<bool> {
        let mut tx = self.begin().await?;
        let done = delete_draft(&mut tx, id).await?;
        tx.commit().await?;
        Ok(done)
    }

    async fn notice(&self, id: NoticeId) -> StoreResult<Option<Notice>> {
        let mut tx = self.begin_snapshot().await?;
        let row: Option<NoticeRecord> = query_as(select!("n.id = $1")).bind(id.0).fetch_optional(&mut *tx).await?;
        let Some(row) = row else { return Ok(None) };
        let (audience,): (String,) =
            query_as("SELECT audience FROM notices WHERE id = $1").bind(id.0).fetch_one(&mut *tx).await?;
        let counts = query_as("SELECT notice_id, state, n FROM notice_counts WHERE notice_id = $1")
            .bind(id.0)
            .fetch_all(&mut *tx)
            .await?;
        let mut counts = counts_by("notice_counts", counts)?;
        tell_sending(&mut counts, sending(&mut tx).await?);
        let counts = counts.remove(&id.0).unwrap_or_default();
        row.into_model(json("notices", "audience", &audience)?, counts).map(Some)
    }

    async fn notices(
        &self,
        mini_program: MiniProgramId,
        state: Option<NoticeState>,
        template: Option<TemplateId>,
        at: At,
        size: i64,
    ) -> StoreResult<Page<Notice>> {
        let reading = Reading::new(at, size, Order::Falling);
        let mut tx = self.begin_snapshot().await?;
        let mut list = query_as::<NoticeRecord>(reading.sql(list_of(state, template)))
            .bind(reading.key())
            .bind(reading.limit())
            .bind(mini_program.0);
        if let Some(state) = state {
            list = list.bind(state.code());
        }
        if let Some(template) = template {
            list = list.bind(template.0);
        }
        let page = reading.page(list.fetch_all(&mut *tx).await?, |row| row.id);
        let ids: Vec<[i64; 1]> = page.rows.iter().map(|row| [row.id]).collect();
        let counts = query_as(concat!(
            "SELECT c.notice_id, c.state, c.n FROM ",
            rows!(1: 1 "r_notice"),
            " AS r JOIN notice_counts c ON c.notice_id = r_notice"
        ))
        .bind(dialect::rows(&ids))
        .fetch_all(&mut *tx)
        .await?;
        let mut counts = counts_by("notice_counts", counts)?;
        tell_sending(&mut counts, sending(&mut tx).await?);
        let rows = page.rows.into_iter().map(|row| {
            let counts = counts.remove(&row.id).unwrap_or_default();
            row.into_model(Audience::Nobody, counts)
        });
        Ok(Page { rows: rows.collect::<StoreResult<_>>()?, before: page.before, after: page.after })
    }

    async fn preflight(&self, id: NoticeId, now: Millis) -> StoreResult<Option<Preflight>> {
        preflight::of_draft(self, id, now).await
    }

    async fn enqueue_notice(&self, id: NoticeId, shown: i64, hour_at: Millis, now: Millis) -> StoreResult<Enqueued> {
        enqueue::notice(self, id, shown, hour_at, now).await
    }

    async fn end_notice(
        &self,
        id: NoticeId,
        state: NoticeState,
        errcode: Option<i64>,
        now: Millis,
    ) -> StoreResult<bool> {
        ending::end(self, id, state, errcode, now).await
    }

    async fn withdraw_pending(&self, id: NoticeId, errcode: i64, limit: i64, now: Millis) -> StoreResult<i64> {
        ending::withdraw(self, id, errcode, limit, now).await
    }

    async fn ended_with_pending(&self) -> StoreResult<Vec<NoticeId>> {
        ending::with_pending(self).await
    }

    async fn deliveries(
        &self,
        notice: NoticeId,
        states: &[DeliveryState],
        errcode: Option<i64>,
        at: At,
        size: i64,
    ) -> StoreResult<Page<Delivery>> {
        delivery_pages::of_notice(self, notice, states, errcode, at, size).await
    }

    async fn find_deliveries(
        &self,
        notice: NoticeId,
        search: &str,
        states: &[DeliveryState],
        errcode: Option<i64>,
        at: At,
        size: i64,
    ) -> StoreResult<Page<Delivery>> {
        delivery_pages::of_people(self, notice, search, (states, errcode), at, size).await
    }

    async fn attempts(&self, id: DeliveryId) -> StoreResult<Vec<Attempt>> {
        delivery_pages::attempts(self, id).await
    }

    async fn deliveries_to(
        &self,
        subscriber: SubscriberId,
        at: At,
        size: i64,
    ) -> StoreResult<Page<SubscriberDelivery>> {
        delivery_pages::to_subscriber(self, subscriber, at, size).await
    }

    async fn notice_codes(&self, id: NoticeId) -> StoreResult<Vec<CodeCounts>> {
        let rows = query_as(
            "SELECT errcode, state, n FROM notice_counts
             WHERE notice_id = $1 AND state >= 4 AND n > 0
             ORDER BY n DESC, state, errcode",
        )
        .bind(id.0)
        .fetch_all(self.read())
        .await?;
        codes("notice_counts", rows)
    }
}

//! Reading the ledger.

use super::{dialect::Backend, query_as};
use crate::{
    StoreResult,
    page::{Order, Reading, keyed},
    records::LedgerRecord,
};
use model::{
    grant::LedgerEntry,
    ids::SubscriberId,
    page::{At, Page},
};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, subscriber_id, template_id, at, happened_at, kind, change, balance_after, notice_id, note FROM ledger ",
            $rest
        )
    };
}

pub(super) async fn of_subscriber(
    db: &Backend,
    subscriber: SubscriberId,
    at: At,
    size: i64,
) -> StoreResult<Page<LedgerEntry>> {
    let reading = Reading::new(at, size, Order::Falling);
    let rows: Vec<LedgerRecord> = query_as(reading.sql(keyed!(select!("WHERE subscriber_id = $3"), "id")))
        .bind(reading.key())
        .bind(reading.limit())
        .bind(subscriber.0)
        .fetch_all(db.read())
        .await?;
    let rows = rows.into_iter().map(LedgerEntry::try_from).collect::<StoreResult<Vec<_>>>()?;
    Ok(reading.page(rows, |row| row.id))
}

pub(super) async fn after(db: &Backend, id: i64, limit: i64) -> StoreResult<Vec<LedgerEntry>> {
    if last(db).await? <= id {
        return Ok(Vec::new());
    }
    let mut tx = db.begin_following().await?;
    let rows: Vec<LedgerRecord> =
        query_as(select!("WHERE id > $1 ORDER BY id LIMIT $2")).bind(id).bind(limit.max(0)).fetch_all(&mut *tx).await?;
    tx.commit().await?;
    rows.into_iter().map(LedgerEntry::try_from).collect()
}

pub(super) async fn last(db: &Backend) -> StoreResult<i64> {
    Ok(query_as("SELECT COALESCE(max(id), 0) FROM ledger").fetch_one(db.read()).await.map(|(id,)| id)?)
}

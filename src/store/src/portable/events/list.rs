//! Reading stored pushes.

use super::{dialect::Backend, query_as};
use crate::{
    StoreResult,
    page::{Order, Reading, keyed},
    records::StoredEventRecord,
};
use model::{
    callback::StoredEvent,
    ids::MiniProgramId,
    page::{At, Page},
};

/// When the next waiting push is due.
pub(in super::super) const NEXT: &str = "SELECT due_at FROM events WHERE done_at IS NULL ORDER BY due_at, id LIMIT 1";

pub(in super::super) async fn page(
    db: &Backend,
    mini_program: MiniProgramId,
    at: At,
    size: i64,
) -> StoreResult<Page<StoredEvent>> {
    let reading = Reading::new(at, size, Order::Falling);
    let rows: Vec<StoredEventRecord> =
        query_as(reading.sql(keyed!(
            "SELECT id, received_at, body, done_at, unmatched FROM events WHERE mini_program_id = $3",
            "id"
        )))
        .bind(reading.key())
        .bind(reading.limit())
        .bind(mini_program.0)
        .fetch_all(db.read())
        .await?;
    Ok(reading.page(rows.into_iter().map(StoredEvent::from).collect(), |row| row.id))
}

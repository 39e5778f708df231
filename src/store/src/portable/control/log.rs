//! Who did what with a notice.

use super::super::{
    dialect::{Backend, Conn},
    query, query_as,
};
use crate::{StoreResult, records::word, text::text};
use model::{
    Millis,
    control::{Deed, LogLine},
    ids::NoticeId,
};

/// Writes a line.
pub(in super::super) async fn write(
    conn: &mut Conn,
    id: NoticeId,
    deed: Deed,
    by: &str,
    note: &str,
    now: Millis,
) -> StoreResult<()> {
    query("INSERT INTO notice_log (notice_id, at, by_whom, what, note) VALUES ($1, $2, $3, $4, $5)")
        .bind(id.0)
        .bind(now)
        .bind(text(by))
        .bind(deed.code())
        .bind(text(note))
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn read(db: &Backend, id: NoticeId) -> StoreResult<Vec<LogLine>> {
    let rows: Vec<(i64, String, String, String)> = query_as(
        "SELECT at, by_whom, what, note FROM notice_log WHERE notice_id = $1 ORDER BY notice_id DESC, id DESC LIMIT 200",
    )
    .bind(id.0)
    .fetch_all(db.read())
    .await?;
    let line = |(at, by, what, note): (i64, String, String, String)| {
        Ok(LogLine { at, by, deed: word("notice_log", "what", &what, Deed::parse)?, note })
    };
    rows.into_iter().rev().map(line).collect()
}

//! Notices made from another one.

use super::super::{
    dialect::{Backend, Conn},
    query, query_as,
};
use crate::{
    StoreResult,
    records::{json, to_json, word},
    text::text,
};
use model::{
    Millis,
    control::{FollowKind, FollowUp},
    ids::NoticeId,
    notice::{Audience, NoticeState},
};

pub(super) async fn up(
    db: &Backend,
    of: NoticeId,
    words: &str,
    audience: &Audience,
    by: &str,
    now: Millis,
) -> StoreResult<Option<NoticeId>> {
    let mut tx = db.begin().await?;
    // Two presses go one after the other: the second finds what the first made.
    query(concat!("SELECT 1 FROM notices n WHERE n.id = $1", for_update!("n"))).bind(of.0).execute(&mut *tx).await?;
    let found: Option<(i64,)> = query_as(
        "SELECT n.id FROM follow_ups f JOIN notices n ON n.id = f.notice_id
         WHERE f.of_notice = $1 AND f.slice = $2 AND n.state = 'draft'
         ORDER BY n.id DESC LIMIT 1",
    )
    .bind(of.0)
    .bind(text(words))
    .fetch_optional(&mut *tx)
    .await?;
    if let Some((id,)) = found {
        // Whoever changed its audience meant another one; it is what was pressed for again.
        query("UPDATE notices SET audience = $2, duplicates = 0 WHERE id = $1 AND state = 'draft'")
            .bind(id)
            .bind(to_json(audience)?)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        return Ok(Some(NoticeId(id)));
    }
    let Some(made) = copy(&mut tx, of, &to_json(audience)?, by, now).await? else { return Ok(None) };
    query("INSERT INTO follow_ups (of_notice, notice_id, slice) VALUES ($1, $2, $3)")
        .bind(of.0)
        .bind(made.0)
        .bind(text(words))
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(Some(made))
}

/// A draft of the same mini program, template and content; the audience as JSON.
pub(super) async fn copy(
    conn: &mut Conn,
    id: NoticeId,
    audience: &str,
    by: &str,
    now: Millis,
) -> StoreResult<Option<NoticeId>> {
    let made: Option<(i64,)> = query_as(
        "INSERT INTO notices (mini_program_id, template_id, state, duplicates, created_by, created_at, content, audience,
                              urgent)
         SELECT mini_program_id, template_id, 'draft', 0, $2, $3, content, $4, urgent FROM notices WHERE id = $1
         RETURNING id",
    )
    .bind(id.0)
    .bind(text(by))
    .bind(now)
    .bind(text(audience))
    .fetch_optional(conn)
    .await?;
    Ok(made.map(|(id,)| NoticeId(id)))
}

pub(super) async fn of(db: &Backend, id: NoticeId) -> StoreResult<Vec<FollowUp>> {
    let rows: Vec<(i64, i64, String, String)> = query_as(
        "SELECT f.of_notice, f.notice_id, f.slice, COALESCE(n.hold, n.state)
         FROM follow_ups f JOIN notices n ON n.id = f.notice_id
         WHERE f.of_notice = $1 OR f.notice_id = $1
         ORDER BY f.notice_id",
    )
    .bind(id.0)
    .fetch_all(db.read())
    .await?;
    let row = |(of, notice, slice, state): (i64, i64, String, String)| {
        let kind: FollowKind = json("follow_ups", "slice", &slice)?;
        let state = word("notices", "state", &state, NoticeState::parse)?;
        Ok(FollowUp { of: NoticeId(of), notice: NoticeId(notice), state, kind })
    };
    rows.into_iter().map(row).collect()
}

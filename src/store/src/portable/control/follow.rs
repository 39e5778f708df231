//! Notices made from another one.

use super::super::{
    dialect::{self, Backend, Conn},
    notices::forget_recipients,
    preflight, query, query_as,
};
use crate::{
    CopyOf, StoreResult,
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
        set_audience(&mut tx, NoticeId(id), audience).await?;
        forget_recipients(&mut tx, NoticeId(id)).await?;
        copy_values(&mut tx, of, NoticeId(id), audience).await?;
        tx.commit().await?;
        return Ok(Some(NoticeId(id)));
    }
    let Some(made) = copy(&mut tx, of, &to_json(audience)?, by, now).await? else { return Ok(None) };
    copy_values(&mut tx, of, made, audience).await?;
    query("INSERT INTO follow_ups (of_notice, notice_id, slice) VALUES ($1, $2, $3)")
        .bind(of.0)
        .bind(made.0)
        .bind(text(words))
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(Some(made))
}

pub(super) async fn duplicate(
    db: &Backend,
    id: NoticeId,
    people: CopyOf<'_>,
    by: &str,
    now: Millis,
) -> StoreResult<Option<NoticeId>> {
    let mut tx = db.begin().await?;
    let audience = match people {
        CopyOf::Others(audience) | CopyOf::Same(audience) => audience,
        CopyOf::Everybody => &Audience::Nobody,
    };
    let Some(made) = copy(&mut tx, id, &to_json(audience)?, by, now).await? else { return Ok(None) };
    match people {
        CopyOf::Others(_) => {}
        CopyOf::Same(audience) => copy_values(&mut tx, id, made, audience).await?,
        CopyOf::Everybody => {
            let size = match copy_list(&mut tx, id, made).await? {
                0 => copy_people(&mut tx, id, made).await?,
                size => size,
            };
            set_audience(&mut tx, made, &Audience::Listed { size }).await?;
        }
    }
    tx.commit().await?;
    Ok(Some(made))
}

async fn set_audience(conn: &mut Conn, id: NoticeId, audience: &Audience) -> StoreResult<()> {
    query("UPDATE notices SET audience = $2, duplicates = 0 WHERE id = $1 AND state = 'draft'")
        .bind(id.0)
        .bind(to_json(audience)?)
        .execute(conn)
        .await?;
    Ok(())
}

/// The values of those recipients to whom the copy goes: of a slice only those in it.
async fn copy_values(conn: &mut Conn, from: NoticeId, to: NoticeId, audience: &Audience) -> StoreResult<()> {
    match audience {
        Audience::Results { notice, slice } => {
            query(concat!(
                "INSERT INTO recipients (notice_id, openid, line, data, problem)
                 SELECT $3, x.openid, x.line, x.data, x.problem
                 FROM (",
                result_people!(),
                ") p JOIN subscribers s ON s.id = p.id JOIN recipients x ON x.notice_id = $2 AND x.openid = s.openid
                 WHERE x.data IS NOT NULL
                 ORDER BY x.openid
                 ON CONFLICT DO NOTHING"
            ))
            .bind(dialect::rows(&preflight::ends(notice.0, slice)))
            .bind(from.0)
            .bind(to.0)
            .execute(conn)
            .await?;
        }
        Audience::Listed { .. } => _ = copy_list(conn, from, to).await?,
        _ => {}
    }
    Ok(())
}

/// The whole list.
async fn copy_list(conn: &mut Conn, from: NoticeId, to: NoticeId) -> StoreResult<i64> {
    let done = query(
        "INSERT INTO recipients (notice_id, openid, line, data, problem)
         SELECT $2, openid, line, data, problem FROM recipients WHERE notice_id = $1 ORDER BY openid",
    )
    .bind(from.0)
    .bind(to.0)
    .execute(conn)
    .await?;
    Ok(i64::try_from(done.rows_affected()).unwrap_or(i64::MAX))
}

/// Everybody of a notice that has no list: those who wait, those being sent to, and those whose delivery has ended.
async fn copy_people(conn: &mut Conn, from: NoticeId, to: NoticeId) -> StoreResult<i64> {
    let done = query(
        "INSERT INTO recipients (notice_id, openid)
         SELECT $2, s.openid
         FROM (SELECT subscriber_id FROM deliveries WHERE notice_id = $1
               UNION SELECT subscriber_id FROM queue WHERE notice_id = $1
               UNION SELECT subscriber_id FROM sending WHERE notice_id = $1) d
         JOIN subscribers s ON s.id = d.subscriber_id
         ORDER BY s.openid",
    )
    .bind(from.0)
    .bind(to.0)
    .execute(conn)
    .await?;
    Ok(i64::try_from(done.rows_affected()).unwrap_or(i64::MAX))
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

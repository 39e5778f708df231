//! The people behind the numbers, page by page.

use super::{
    super::{dialect::Conn, query_as},
    DraftRecord, List, cap,
};
use crate::StoreResult;
use model::{Millis, ids::NoticeId};

/// Those who would be sent to, beyond a subscriber. `$3` the template, `$6` and `$7` the cap, as confirmation takes them.
macro_rules! reached {
    ($people:expr) => {
        concat!(
            "WITH ",
            $people,
            " SELECT p.id, p.openid FROM people p JOIN grants g ON g.template_id = $3 AND g.subscriber_id = p.id
             WHERE p.bad = 0 AND g.balance - g.reserved >= 1 AND p.id > $4 AND NOT ",
            capped!("p.id", "$6", "$7"),
            " ORDER BY p.id LIMIT $5"
        )
    };
}

/// Openids of a class, beyond one.
macro_rules! slice {
    ($people:expr) => {
        concat!(
            "WITH ",
            $people,
            " SELECT p.openid FROM people p LEFT JOIN grants g ON g.template_id = $3 AND g.subscriber_id = p.id WHERE ",
            class!(),
            " = $4 AND p.openid > $7 ORDER BY p.openid LIMIT $8"
        )
    };
}

/// Openids of a class of a draft's audience, by rising openid beyond one.
pub(in super::super) async fn slice(
    conn: &mut Conn,
    id: NoticeId,
    class: &str,
    (after, limit): (&str, i64),
    now: Millis,
) -> StoreResult<Vec<String>> {
    let draft: Option<DraftRecord> = query_as(draft!("")).bind(id.0).fetch_optional(&mut *conn).await?;
    let Some(draft) = draft else { return Ok(Vec::new()) };
    let (most, since) = cap(&draft, &draft.audience()?, now);
    let list = List::of(conn, id, &draft, now).await?;
    let sql = match list {
        List::Nobody => return Ok(Vec::new()),
        List::Everybody => slice!(everybody!()),
        List::Chosen(_) => slice!(chosen!()),
        List::Pasted(_) => slice!(pasted!()),
        List::Listed(_) => slice!(listed!()),
        List::Results(_) => slice!(results!()),
    };
    let rows: Vec<(String,)> = query_as(sql)
        .bind(list.first())
        .bind(draft.mini_program_id)
        .bind(draft.template_id)
        .bind(class.to_owned())
        .bind(most)
        .bind(since)
        .bind(after.to_owned())
        .bind(limit.max(1))
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|(openid,)| openid).collect())
}

/// Those of a draft's audience who would be sent to, by rising id beyond one.
pub(in super::super) async fn reachable(
    conn: &mut Conn,
    id: NoticeId,
    (after, limit): (i64, i64),
    now: Millis,
) -> StoreResult<Vec<(i64, String)>> {
    let draft: Option<DraftRecord> = query_as(draft!("")).bind(id.0).fetch_optional(&mut *conn).await?;
    let Some(draft) = draft else { return Ok(Vec::new()) };
    let (most, since) = cap(&draft, &draft.audience()?, now);
    let list = List::of(conn, id, &draft, now).await?;
    let sql = match list {
        List::Nobody => return Ok(Vec::new()),
        List::Everybody if most == 0 => {
            return Ok(query_as(
                "SELECT s.id, s.openid FROM grants g JOIN subscribers s ON s.id = g.subscriber_id
                 WHERE g.template_id = $1 AND g.balance - g.reserved >= 1 AND g.subscriber_id > $2
                 ORDER BY g.subscriber_id LIMIT $3",
            )
            .bind(draft.template_id)
            .bind(after)
            .bind(limit.max(1))
            .fetch_all(conn)
            .await?);
        }
        List::Everybody => reached!(everybody!()),
        List::Chosen(_) => reached!(chosen!()),
        List::Pasted(_) => reached!(pasted!()),
        List::Listed(_) => reached!(listed!()),
        List::Results(_) => reached!(results!()),
    };
    Ok(query_as(sql)
        .bind(list.first())
        .bind(draft.mini_program_id)
        .bind(draft.template_id)
        .bind(after)
        .bind(limit.max(1))
        .bind(most)
        .bind(since)
        .fetch_all(conn)
        .await?)
}

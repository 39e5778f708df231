//! Who would get a draft now.

use super::{
    dialect::{self, Backend, Conn},
    query_as, recipients, search,
};
use crate::{
    StoreResult,
    records::{DraftRecord, to_json},
    text::text,
};
use model::{
    ids::NoticeId,
    notice::{Audience, Preflight},
};

/// `people`: those chosen who belong to the mini program, each once. `$1` the list, `$2` the mini program.
macro_rules! chosen {
    () => {
        concat!(
            "people AS (SELECT s.id, s.openid, 0 AS bad FROM subscribers s WHERE s.mini_program_id = $2 AND s.id IN \
             (SELECT CAST(value AS BIGINT) FROM ",
            list!(),
            " AS l))"
        )
    };
}

/// `people`: the openids of a list, each once, with their subscriber where we know one.
macro_rules! pasted {
    () => {
        concat!(
            "people AS (SELECT s.id, l.openid, 0 AS bad FROM (SELECT DISTINCT value AS openid FROM ",
            list!(),
            " AS v) l LEFT JOIN subscribers s ON s.mini_program_id = $2 AND s.openid = l.openid)"
        )
    };
}

/// `people`: recipients that are stored by themselves; `$1` their notice.
macro_rules! listed {
    () => {
        "people AS (SELECT s.id, r.openid, CASE WHEN r.problem IS NULL THEN 0 ELSE 1 END AS bad
         FROM recipients r LEFT JOIN subscribers s ON s.mini_program_id = $2 AND s.openid = r.openid
         WHERE r.notice_id = CAST($1 AS BIGINT))"
    };
}

/// What would become of each of the people. A long-term grant reserves nothing, so one rule does for both kinds.
macro_rules! class {
    () => {
        "CASE WHEN p.bad = 1 THEN 'invalid'
              WHEN p.id IS NULL THEN 'unknown'
              WHEN g.balance - g.reserved >= 1 THEN 'send'
              WHEN g.balance = 0 AND g.refused = 1 THEN 'refused'
              ELSE 'no_grant' END"
    };
}

/// Counts by class; and some openids of a class. `$3` the template.
macro_rules! counts {
    ($people:expr) => {
        concat!(
            "WITH ",
            $people,
            " SELECT class, count(*) FROM (SELECT ",
            class!(),
            " AS class FROM people p LEFT JOIN grants g ON g.template_id = $3 AND g.subscriber_id = p.id) x GROUP BY class"
        )
    };
}
macro_rules! sample {
    ($people:expr) => {
        concat!(
            "WITH ",
            $people,
            " SELECT p.openid FROM people p LEFT JOIN grants g ON g.template_id = $3 AND g.subscriber_id = p.id WHERE ",
            class!(),
            " = $4 LIMIT $5"
        )
    };
}

#[expect(clippy::cast_possible_wrap, reason = "a few")]
const SAMPLE: i64 = Preflight::SAMPLE as i64;

/// A draft and what it needs to be confirmed.
macro_rules! draft {
    ($rest:expr) => {
        concat!(
            "SELECT n.mini_program_id, n.template_id, n.duplicates, n.audience, t.kind
             FROM notices n JOIN templates t ON t.id = n.template_id
             WHERE n.id = $1 AND n.state = 'draft'",
            $rest
        )
    };
}

/// Those who would be sent to, beyond a subscriber. `$3` the template.
macro_rules! reached {
    ($people:expr) => {
        concat!(
            "WITH ",
            $people,
            " SELECT p.id, p.openid FROM people p JOIN grants g ON g.template_id = $3 AND g.subscriber_id = p.id
             WHERE p.bad = 0 AND g.balance - g.reserved >= 1 AND p.id > $4 ORDER BY p.id LIMIT $5"
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
            " = $4 AND p.openid > $5 ORDER BY p.openid LIMIT $6"
        )
    };
}

/// Openids of a class of a draft's audience, by rising openid beyond one.
pub(super) async fn slice(
    conn: &mut Conn,
    id: NoticeId,
    class: &str,
    after: &str,
    limit: i64,
) -> StoreResult<Vec<String>> {
    let draft: Option<DraftRecord> = query_as(draft!("")).bind(id.0).fetch_optional(&mut *conn).await?;
    let Some(draft) = draft else { return Ok(Vec::new()) };
    let (list, sql) = match List::of(conn, id, &draft).await? {
        List::Nobody | List::Everybody => return Ok(Vec::new()),
        List::Chosen(list) => (list, slice!(chosen!())),
        List::Pasted(list) => (list, slice!(pasted!())),
        List::Listed(list) => (list, slice!(listed!())),
    };
    let rows: Vec<(String,)> = query_as(sql)
        .bind(list)
        .bind(draft.mini_program_id)
        .bind(draft.template_id)
        .bind(class.to_owned())
        .bind(after.to_owned())
        .bind(limit.max(1))
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|(openid,)| openid).collect())
}

/// Those of a draft's audience who would be sent to, by rising id beyond one.
pub(super) async fn reachable(
    conn: &mut Conn,
    id: NoticeId,
    after: i64,
    limit: i64,
) -> StoreResult<Vec<(i64, String)>> {
    let draft: Option<DraftRecord> = query_as(draft!("")).bind(id.0).fetch_optional(&mut *conn).await?;
    let Some(draft) = draft else { return Ok(Vec::new()) };
    let (list, sql) = match List::of(conn, id, &draft).await? {
        List::Nobody => return Ok(Vec::new()),
        List::Everybody => {
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
        List::Chosen(list) => (list, reached!(chosen!())),
        List::Pasted(list) => (list, reached!(pasted!())),
        List::Listed(list) => (list, reached!(listed!())),
    };
    Ok(query_as(sql)
        .bind(list)
        .bind(draft.mini_program_id)
        .bind(draft.template_id)
        .bind(after)
        .bind(limit.max(1))
        .fetch_all(conn)
        .await?)
}

/// An audience as the statements take it.
pub(super) enum List {
    Nobody,
    /// Everybody with a grant that is not promised.
    Everybody,
    /// Ids of subscribers, as JSON.
    Chosen(String),
    /// Openids, as JSON.
    Pasted(String),
    /// Recipients that are stored by themselves, under this notice.
    Listed(String),
}

impl List {
    pub(super) async fn of(conn: &mut Conn, notice: NoticeId, draft: &DraftRecord) -> StoreResult<Self> {
        let audience = draft.audience()?;
        Ok(match &audience {
            Audience::Nobody => Self::Nobody,
            Audience::EverybodyWithGrant => Self::Everybody,
            Audience::Chosen(ids) => Self::Chosen(to_json(ids)?),
            Audience::Openids(openids) => {
                Self::Pasted(to_json(&openids.iter().map(|openid| text(openid)).collect::<Vec<_>>())?)
            }
            Audience::Filtered(filter) => Self::Chosen(search::everybody(conn, draft.mini_program_id, filter).await?),
            Audience::Listed { .. } => Self::Listed(notice.0.to_string()),
        })
    }
}

/// A draft, locked until the transaction ends; `None` when it is none (any more).
pub(super) async fn hold_draft(conn: &mut Conn, id: NoticeId) -> StoreResult<Option<DraftRecord>> {
    Ok(query_as(draft!(for_update!("n"))).bind(id.0).fetch_optional(conn).await?)
}

pub(super) async fn of_draft(db: &Backend, id: NoticeId) -> StoreResult<Option<Preflight>> {
    let mut tx = db.begin_snapshot().await?;
    dialect::plan_for_many(&mut tx).await?;
    let draft: Option<DraftRecord> = query_as(draft!("")).bind(id.0).fetch_optional(&mut *tx).await?;
    let Some(draft) = draft else { return Ok(None) };
    check(&mut tx, id, &draft).await.map(Some)
}

/// Splits the audience of a draft.
async fn check(conn: &mut Conn, id: NoticeId, draft: &DraftRecord) -> StoreResult<Preflight> {
    let mut preflight = Preflight { duplicates: draft.duplicates, ..Preflight::default() };
    let (list, counts, sample) = match List::of(conn, id, draft).await? {
        List::Nobody => return Ok(preflight),
        List::Everybody => {
            let (n,) = query_as("SELECT count(*) FROM grants WHERE template_id = $1 AND balance - reserved >= 1")
                .bind(draft.template_id)
                .fetch_one(conn)
                .await?;
            preflight.will_send = n;
            return Ok(preflight);
        }
        List::Chosen(list) => (list, counts!(chosen!()), sample!(chosen!())),
        List::Pasted(list) => (list, counts!(pasted!()), sample!(pasted!())),
        List::Listed(list) => (list, counts!(listed!()), sample!(listed!())),
    };
    let classes: Vec<(String, i64)> =
        query_as(counts).bind(&list).bind(draft.mini_program_id).bind(draft.template_id).fetch_all(&mut *conn).await?;
    for (class, n) in classes {
        let (count, openids) = match class.as_str() {
            "unknown" => (&mut preflight.unknown, &mut preflight.unknown_sample),
            "refused" => (&mut preflight.refused, &mut preflight.refused_sample),
            "no_grant" => (&mut preflight.no_grant, &mut preflight.no_grant_sample),
            "invalid" => {
                preflight.invalid = n;
                preflight.invalid_sample = recipients::bad(&mut *conn, id, SAMPLE).await?;
                continue;
            }
            _ => {
                preflight.will_send = n;
                continue;
            }
        };
        *count = n;
        let rows: Vec<(String,)> = query_as(sample)
            .bind(&list)
            .bind(draft.mini_program_id)
            .bind(draft.template_id)
            .bind(class)
            .bind(SAMPLE)
            .fetch_all(&mut *conn)
            .await?;
        openids.extend(rows.into_iter().map(|(openid,)| openid));
    }
    Ok(preflight)
}

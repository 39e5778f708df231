//! Who would get a draft now.

use super::{
    dialect::{self, Backend, Conn, Db, Rows},
    query_as, recipients, search,
};
use crate::{
    NewDraft, StoreResult,
    records::{DraftRecord, to_json},
    text::text,
};
use model::{
    Millis,
    delivery::DeliveryState,
    ids::NoticeId,
    notice::{Audience, Preflight, ResultSlice},
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

/// `people`: those of an earlier notice whose deliveries ended so. `$1` rows of notice, state, code, whether any code will
/// do, and whether those are left out who were sent a message by a notice that followed it up.
macro_rules! results {
    () => {
        concat!(
            "people AS (SELECT s.id, s.openid, l.bad FROM (",
            result_people!(),
            ") l JOIN subscribers s ON s.id = l.id AND s.mini_program_id = $2)"
        )
    };
}

/// `people`: everybody with a grant that is not promised. `$1` is not looked at.
macro_rules! everybody {
    () => {
        concat!(
            "people AS (SELECT s.id, s.openid, l.bad FROM (",
            granted_people!(),
            ") l JOIN subscribers s ON s.id = l.id AND s.mini_program_id = $2)"
        )
    };
}

/// What would become of each of the people. A long-term grant reserves nothing, so one rule does for both kinds. `$5` and
/// `$6`: the cap and since when it counts, 0 for none.
macro_rules! class {
    () => {
        concat!(
            "CASE WHEN p.bad = 1 THEN 'invalid'
              WHEN p.id IS NULL THEN 'unknown'
              WHEN g.balance - g.reserved >= 1 THEN CASE WHEN ",
            capped!("p.id", "$5", "$6"),
            " THEN 'too_often' ELSE 'send' END
              WHEN g.balance = 0 AND g.refused = 1 THEN 'refused'
              ELSE 'no_grant' END"
        )
    };
}

/// Counts by class; and some openids of a class. `$3` the template, `$4` the class.
macro_rules! counts {
    ($people:expr) => {
        concat!(
            "WITH ",
            $people,
            " SELECT class, count(*) FROM (SELECT ",
            class!(),
            " AS class FROM people p LEFT JOIN grants g ON g.template_id = $3 AND g.subscriber_id = p.id) x
             WHERE class <> $4 GROUP BY class"
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
            " = $4 LIMIT $7"
        )
    };
}

#[expect(clippy::cast_possible_wrap, reason = "a few")]
const SAMPLE: i64 = Preflight::SAMPLE as i64;

/// A draft and what it needs to be confirmed.
macro_rules! draft {
    ($rest:expr) => {
        concat!(
            "SELECT n.mini_program_id, n.template_id, n.duplicates, n.audience, t.kind, n.urgent, r.cap_n, r.cap_days, r.approve_above
             FROM notices n JOIN templates t ON t.id = n.template_id
             LEFT JOIN send_rules r ON r.mini_program_id = n.mini_program_id
             WHERE n.id = $1 AND n.state = 'draft'",
            $rest
        )
    };
}

mod slices;

pub(super) use slices::{reachable, slice};

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
    /// How deliveries of an earlier notice ended.
    Results(Rows),
}

/// What is bound as `$1`.
#[derive(Clone)]
pub(super) enum First {
    Text(String),
    Rows(Rows),
}

impl<'q> sqlx::Encode<'q, Db> for First {
    fn encode_by_ref(
        &self,
        buffer: &mut <Db as sqlx::Database>::ArgumentBuffer,
    ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
        match self {
            Self::Text(text) => <String as sqlx::Encode<'q, Db>>::encode_by_ref(text, buffer),
            Self::Rows(rows) => <Rows as sqlx::Encode<'q, Db>>::encode_by_ref(rows, buffer),
        }
    }

    fn produces(&self) -> Option<<Db as sqlx::Database>::TypeInfo> {
        Some(match self {
            Self::Text(_) => <String as sqlx::Type<Db>>::type_info(),
            Self::Rows(_) => <Rows as sqlx::Type<Db>>::type_info(),
        })
    }
}

impl sqlx::Type<Db> for First {
    fn type_info() -> <Db as sqlx::Database>::TypeInfo {
        <String as sqlx::Type<Db>>::type_info()
    }
}

impl List {
    /// Days in a filter are counted back from `now`: the draft keeps them as they were chosen.
    pub(super) async fn of(conn: &mut Conn, notice: NoticeId, draft: &DraftRecord, now: Millis) -> StoreResult<Self> {
        let audience = draft.audience()?;
        Ok(match &audience {
            Audience::Nobody => Self::Nobody,
            Audience::EverybodyWithGrant => Self::Everybody,
            Audience::Chosen(ids) => Self::Chosen(to_json(ids)?),
            Audience::Openids(openids) => {
                Self::Pasted(to_json(&openids.iter().map(|openid| text(openid)).collect::<Vec<_>>())?)
            }
            Audience::Filtered(filter) => {
                Self::Chosen(search::everybody(conn, draft.mini_program_id, &filter.as_of(now)).await?)
            }
            Audience::Listed { .. } => Self::Listed(notice.0.to_string()),
            Audience::Results { notice, slice } => Self::Results(dialect::rows(&ends(notice.0, slice))),
        })
    }

    /// What is bound as `$1`.
    pub(super) fn first(&self) -> First {
        match self {
            Self::Nobody | Self::Everybody => First::Text(String::new()),
            Self::Chosen(json) | Self::Pasted(json) | Self::Listed(json) => First::Text(json.clone()),
            Self::Results(rows) => First::Rows(rows.clone()),
        }
    }
}

pub(super) fn ends(notice: i64, slice: &ResultSlice) -> Vec<[i64; 5]> {
    let row = |(state, errcode): &(DeliveryState, Option<i64>)| {
        let any = i64::from(errcode.is_none());
        [notice, state.number(), errcode.unwrap_or_default(), any, i64::from(slice.once)]
    };
    slice.ends.iter().map(row).collect()
}

/// The cap that counts for a draft: how many messages, and since when. 0: none.
pub(super) fn cap(draft: &DraftRecord, audience: &Audience, now: Millis) -> (i64, Millis) {
    match draft.cap_n.zip(draft.cap_days) {
        Some((n, days)) if heeds(draft, audience) => (n, now - days * 86_400_000),
        _ => (0, 0),
    }
}

/// Whether quiet hours and the cap count: it is not urgent and meant for more than one person.
pub(super) fn heeds(draft: &DraftRecord, audience: &Audience) -> bool {
    let one = match audience {
        Audience::Chosen(ids) => ids.len() == 1,
        Audience::Openids(openids) => openids.len() == 1,
        Audience::Listed { size } => *size == 1,
        _ => false,
    };
    draft.urgent == 0 && !one
}

/// A draft, locked until the transaction ends; `None` when it is none (any more).
pub(super) async fn hold_draft(conn: &mut Conn, id: NoticeId) -> StoreResult<Option<DraftRecord>> {
    Ok(query_as(draft!(for_update!("n"))).bind(id.0).fetch_optional(conn).await?)
}

pub(super) async fn of_draft(db: &Backend, id: NoticeId, now: Millis) -> StoreResult<Option<Preflight>> {
    let mut tx = db.begin_snapshot().await?;
    dialect::plan_for_many(&mut tx).await?;
    let draft: Option<DraftRecord> = query_as(draft!("")).bind(id.0).fetch_optional(&mut *tx).await?;
    let Some(draft) = draft else { return Ok(None) };
    check(&mut tx, id, &draft, now).await.map(Some)
}

/// The same for a draft that is not stored.
pub(super) async fn of_nothing_stored(db: &Backend, draft: NewDraft<'_>, now: Millis) -> StoreResult<Preflight> {
    let mut tx = db.begin_snapshot().await?;
    dialect::plan_for_many(&mut tx).await?;
    let cap: Option<(Option<i64>, Option<i64>)> =
        query_as("SELECT cap_n, cap_days FROM send_rules WHERE mini_program_id = $1")
            .bind(draft.mini_program.0)
            .fetch_optional(&mut *tx)
            .await?;
    let (cap_n, cap_days) = cap.unwrap_or_default();
    let draft = DraftRecord {
        mini_program_id: draft.mini_program.0,
        template_id: draft.template.0,
        duplicates: draft.duplicates,
        audience: to_json(draft.audience)?,
        kind: String::new(),
        urgent: i64::from(draft.urgent),
        cap_n,
        cap_days,
        approve_above: None,
    };
    // There is no notice yet, and an audience of its own rows could not be asked about.
    check(&mut tx, NoticeId(0), &draft, now).await
}

/// Splits the audience of a draft.
async fn check(conn: &mut Conn, id: NoticeId, draft: &DraftRecord, now: Millis) -> StoreResult<Preflight> {
    let mut preflight = Preflight { duplicates: draft.duplicates, ..Preflight::default() };
    let audience = draft.audience()?;
    let (most, since) = cap(draft, &audience, now);
    let list = List::of(conn, id, draft, now).await?;
    let (counts, sample) = match list {
        List::Nobody => return Ok(preflight),
        List::Everybody if most == 0 => {
            let (n,) = query_as("SELECT count(*) FROM grants WHERE template_id = $1 AND balance - reserved >= 1")
                .bind(draft.template_id)
                .fetch_one(conn)
                .await?;
            preflight.will_send = n;
            return Ok(preflight);
        }
        List::Everybody => (counts!(everybody!()), sample!(everybody!())),
        List::Chosen(_) => (counts!(chosen!()), sample!(chosen!())),
        List::Pasted(_) => (counts!(pasted!()), sample!(pasted!())),
        List::Listed(_) => (counts!(listed!()), sample!(listed!())),
        List::Results(_) => (counts!(results!()), sample!(results!())),
    };
    let classes: Vec<(String, i64)> = query_as(counts)
        .bind(list.first())
        .bind(draft.mini_program_id)
        .bind(draft.template_id)
        .bind("")
        .bind(most)
        .bind(since)
        .fetch_all(&mut *conn)
        .await?;
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
            "too_often" => (&mut preflight.too_often, &mut preflight.too_often_sample),
            _ => {
                preflight.will_send = n;
                continue;
            }
        };
        *count = n;
        let rows: Vec<(String,)> = query_as(sample)
            .bind(list.first())
            .bind(draft.mini_program_id)
            .bind(draft.template_id)
            .bind(class)
            .bind(most)
            .bind(since)
            .bind(SAMPLE)
            .fetch_all(&mut *conn)
            .await?;
        openids.extend(rows.into_iter().map(|(openid,)| openid));
    }
    Ok(preflight)
}

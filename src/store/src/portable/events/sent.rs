//! Sent events: what became of a send at last.

use super::{
    Fate, Push,
    counts::Changes,
    dialect::{self, Conn},
    is_over,
    lookup::{self, Ids},
    matching::{Candidate, Found, find},
    query, query_as,
};
use crate::{
    StoreResult,
    records::{CandidateRecord, state},
};
use model::{
    Millis,
    callback::{EventBody, SentItem},
    delivery::DeliveryState,
};
use std::collections::{HashMap, HashSet};

/// An event is of one of a person's newest deliveries; whoever finds nothing there looks at more the next time. Each of
/// them costs a look at another place of the big table.
const NEWEST: i64 = 16;
const NEWEST_LATER: i64 = 512;

/// The newest deliveries of people, `$2` of each, as far as events may belong to them.
pub(in super::super) const CANDIDATES: &str = concat!(
    "SELECT d.notice_id, d.subscriber_id, n.template_id, d.state, d.errcode, d.msgid, d.started_at, d.updated_at
     FROM (SELECT r_subscriber,
                  COALESCE((SELECT x.notice_id FROM deliveries x",
    indexed_by!("deliveries_timeline"),
    " WHERE x.subscriber_id = r_subscriber ORDER BY x.notice_id DESC LIMIT 1 OFFSET $2), 0) AS first_notice
           FROM ",
    rows!(1: 1 "r_subscriber"),
    " AS r) p
     JOIN deliveries d",
    indexed_by!("deliveries_timeline"),
    " ON d.subscriber_id = p.r_subscriber AND d.notice_id >= p.first_notice
     JOIN notices n ON n.id = d.notice_id
     WHERE d.state IN (2, 5) OR d.msgid IS NOT NULL"
);

/// What is being sent to people.
const UNDER_WAY: &str = concat!(
    "SELECT s.notice_id, s.subscriber_id, s.template_id, CAST(1 AS BIGINT) AS state, s.errcode,
            CAST(NULL AS BIGINT) AS msgid, CAST(NULL AS BIGINT) AS started_at, CAST(0 AS BIGINT) AS updated_at
     FROM ",
    rows!(1: 1 "r_subscriber"),
    " AS r JOIN sending s ON s.subscriber_id = r_subscriber"
);

/// Ends deliveries that are still as they were found.
pub(in super::super) const END: &str = concat!(
    "UPDATE deliveries SET state = r_state, errcode = r_errcode, lease = NULL, updated_at = $2 FROM ",
    rows!(5: 1 "r_notice", 2 "r_subscriber", 3 "r_was", 4 "r_state", 5 "r_errcode"),
    " AS r WHERE notice_id = r_notice AND subscriber_id = r_subscriber AND state = r_was"
);

/// The same, held: an answer that comes late, or another event, may have changed them in between.
const HOLD: &str = concat!(
    "SELECT d.notice_id, d.subscriber_id FROM ",
    rows!(5: 1 "r_notice", 2 "r_subscriber", 3 "r_was"),
    " AS r JOIN deliveries d ON d.notice_id = r_notice AND d.subscriber_id = r_subscriber AND d.state = r_was
     ORDER BY d.notice_id, d.subscriber_id",
    for_update!("d")
);

/// Notice, subscriber, state and error code of what an event ended.
type Ended = Vec<[i64; 4]>;

/// Candidates by subscriber.
type People = HashMap<i64, Vec<Candidate>>;

/// An event with what it changes: places among the candidates of its person, with the error code.
struct Matched {
    push: i64,
    subscriber: i64,
    changes: Vec<(usize, i64)>,
    fate: Fate,
}

/// What becomes of the sent events among pushes, and what to count of it.
pub(super) async fn work(
    conn: &mut Conn,
    pushes: &[Push],
    templates: &Ids,
    now: Millis,
) -> StoreResult<(HashMap<i64, Fate>, Changes, Ended)> {
    let mut events: Vec<(&Push, &[SentItem])> = pushes.iter().filter_map(sent_items).collect();
    if events.is_empty() {
        return Ok((HashMap::new(), Changes::default(), Ended::new()));
    }
    // In the order in which they happened, as far as that can be told.
    events.sort_by_key(|(push, _)| (push.at, push.id));
    let ids = lookup::subscribers(conn, events.iter().map(|(push, _)| *push)).await?;
    let person = |push: &Push| lookup::id(&ids, push.mini_program, &push.event.openid);
    let mut people = People::new();
    for (newest, again) in [(NEWEST, false), (NEWEST_LATER, true)] {
        let of = events.iter().filter(|(push, _)| (push.tries > 0) == again).filter_map(|(push, _)| person(push));
        look(conn, &mut people, of.collect(), newest).await?;
    }
    let mut matched = Vec::with_capacity(events.len());
    for (push, items) in events {
        let subscriber = person(push).unwrap_or_default();
        let candidates = people.entry(subscriber).or_default();
        let (changes, fate) = fit(push, items, templates, candidates, now);
        matched.push(Matched { push: push.id, subscriber, changes, fate });
    }
    let (changes, ended) = end(conn, &mut matched, &people, now).await?;
    Ok((matched.into_iter().map(|m| (m.push, m.fate)).collect(), changes, ended))
}

fn sent_items(push: &Push) -> Option<(&Push, &[SentItem])> {
    if let EventBody::Sent(items) = &push.event.body { Some((push, items)) } else { None }
}

async fn look(conn: &mut Conn, people: &mut People, of: HashSet<i64>, newest: i64) -> StoreResult<()> {
    if of.is_empty() {
        return Ok(());
    }
    let ids: Vec<[i64; 1]> = of.iter().map(|id| [*id]).collect();
    // First what is being sent: what ends in between is then seen twice, as under way too, and the event waits.
    let mut rows: Vec<CandidateRecord> = query_as(UNDER_WAY).bind(dialect::rows(&ids)).fetch_all(&mut *conn).await?;
    let ended: Vec<CandidateRecord> =
        query_as(CANDIDATES).bind(dialect::rows(&ids)).bind(newest - 1).fetch_all(conn).await?;
    rows.extend(ended);
    of.iter().for_each(|id| _ = people.insert(*id, Vec::new()));
    for r in rows {
        people.entry(r.subscriber_id).or_default().push(Candidate {
            notice: r.notice_id,
            subscriber: r.subscriber_id,
            template: r.template_id,
            state: state("deliveries", r.state)?,
            errcode: r.errcode,
            msgid: r.msgid,
            started_at: r.started_at,
            updated_at: r.updated_at,
            is_taken: false,
        });
    }
    Ok(())
}

/// Finds the deliveries of an event. All of its items fit, or it is put off as a whole, or its time is over.
fn fit(
    push: &Push,
    items: &[SentItem],
    templates: &Ids,
    candidates: &mut [Candidate],
    now: Millis,
) -> (Vec<(usize, i64)>, Fate) {
    let (mut changes, mut fate) = (Vec::new(), Fate::Done);
    for item in items {
        let template = lookup::id(templates, push.mini_program, &item.pri_tmpl_id);
        match find(candidates, item, template, push.at) {
            Found::Delivery(place) => {
                candidates[place].is_taken = true;
                changes.push((place, item.errcode));
            }
            Found::Known => {}
            Found::Nothing if !is_over(push.received_at, now) => {
                changes.iter().for_each(|(place, _)| candidates[*place].is_taken = false);
                return (Vec::new(), Fate::PutOff);
            }
            Found::Nothing | Found::Foreign => fate = Fate::Unmatched,
        }
    }
    (changes, fate)
}

/// Changes the deliveries, and puts off the events whose delivery has changed under our eyes.
async fn end(conn: &mut Conn, matched: &mut [Matched], people: &People, now: Millis) -> StoreResult<(Changes, Ended)> {
    let mut rows = rows_of(matched, people);
    if dialect::ROW_LOCKS && !rows.is_empty() {
        let held: Vec<(i64, i64)> = query_as(HOLD).bind(dialect::rows(&rows)).fetch_all(&mut *conn).await?;
        let held: HashSet<(i64, i64)> = held.into_iter().collect();
        for event in matched.iter_mut() {
            let candidates = people.get(&event.subscriber).map_or(&[][..], Vec::as_slice);
            if event.changes.iter().any(|(place, _)| !held.contains(&(candidates[*place].notice, event.subscriber))) {
                (event.changes, event.fate) = (Vec::new(), Fate::PutOff);
            }
        }
        rows = rows_of(matched, people);
    }
    let mut changes = Changes::default();
    let ended = rows.iter().map(|[notice, subscriber, _, state, errcode]| [*notice, *subscriber, *state, *errcode]);
    let ended: Ended = ended.collect();
    if rows.is_empty() {
        return Ok((changes, ended));
    }
    query(END).bind(dialect::rows(&rows)).bind(now).execute(conn).await?;
    for event in matched.iter() {
        for (place, errcode) in &event.changes {
            let Some(was) = people.get(&event.subscriber).and_then(|rows| rows.get(*place)) else { continue };
            changes.add(was.notice, was.state, was.errcode, -1);
            changes.add(was.notice, end_of(*errcode), *errcode, 1);
        }
    }
    Ok((changes, ended))
}

/// The rows of [`END`], in the order of their keys: everybody locks in that order.
fn rows_of(matched: &[Matched], people: &People) -> Vec<[i64; 5]> {
    let mut rows = Vec::with_capacity(matched.len());
    for event in matched {
        let candidates = people.get(&event.subscriber).map_or(&[][..], Vec::as_slice);
        rows.extend(event.changes.iter().map(|(place, errcode)| {
            let was = &candidates[*place];
            [was.notice, was.subscriber, was.state.number(), end_of(*errcode).number(), *errcode]
        }));
    }
    rows.sort_unstable();
    rows
}

fn end_of(errcode: i64) -> DeliveryState {
    if errcode == 0 { DeliveryState::Delivered } else { DeliveryState::Failed }
}

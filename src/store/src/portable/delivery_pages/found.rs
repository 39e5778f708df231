//! Deliveries of a notice to people whom a search finds. The people are found first, by the indexes of the list of
//! subscribers, then their rows by key: a million deliveries are not looked through for a few.

use super::{
    super::{
        dialect::{self, Backend},
        query_as,
    },
    in_order, of_notice, set_of,
};
use crate::{
    StoreResult,
    page::{Order, Reading},
    records::DeliveryRecord,
    text::{folded, text},
};
use model::{
    delivery::{Delivery, DeliveryState},
    ids::NoticeId,
    page::{At, Page},
};

/// Of more people than this a page is soon met by walking along the deliveries.
const MOST: i64 = 5_000;
/// Rows of one step of that walk.
const STEP: i64 = 2_000;

/// People of a mini program whose openid begins so.
const BY_OPENID: &str =
    "SELECT id FROM subscribers WHERE mini_program_id = $1 AND openid >= $2 AND openid < $3 LIMIT $4";
/// People whose remark holds this.
const BY_REMARK: &str = concat!(
    "SELECT id FROM subscribers WHERE mini_program_id = $1 AND remark_key <> '' AND ",
    position!(),
    "(remark_key, $2) > 0 LIMIT $3"
);

/// Rows of the people `$1`: of the states `$2`, with the code `$4` unless that is null.
pub(in super::super) const ENDED_OF: &str = ended!(
    "",
    concat!(
        " AND d.subscriber_id IN (SELECT r_subscriber FROM ",
        rows!(1: 1 "r_subscriber"),
        " AS r) AND ($2 >> CAST(d.state AS INTEGER)) & 1 = 1 AND (CAST($4 AS BIGINT) IS NULL OR d.errcode = $4)"
    )
);
pub(in super::super) const QUEUED_OF: &str = concat!(
    queued!(),
    " AND $2 <> 0 AND d.subscriber_id IN (SELECT r_subscriber FROM ",
    rows!(1: 1 "r_subscriber"),
    " AS r)"
);
const SENDING_OF: &str = concat!(
    sending!(),
    " AND $2 <> 0 AND d.subscriber_id IN (SELECT r_subscriber FROM ",
    rows!(1: 1 "r_subscriber"),
    " AS r)"
);

pub(in super::super) async fn of_people(
    db: &Backend,
    notice: NoticeId,
    search: &str,
    (states, errcode): (&[DeliveryState], Option<i64>),
    at: At,
    size: i64,
) -> StoreResult<Page<Delivery>> {
    let search = text(search.trim()).into_owned();
    if search.is_empty() {
        return of_notice(db, notice, states, errcode, at, size).await;
    }
    let reading = Reading::new(at, size, Order::Rising);
    match people(db, notice, &search).await? {
        Some(people) => {
            let beyond = |id: &i64| if reading.rising() { *id > reading.key() } else { *id < reading.key() };
            let people: Vec<[i64; 1]> = people.into_iter().filter(beyond).map(|id| [id]).collect();
            by_people(db, notice, &people, (states, errcode), reading).await
        }
        None => walk(db, notice, &search, (states, errcode), reading).await,
    }
}

/// Whom the search finds in the notice's mini program; `None`: too many to name.
async fn people(db: &Backend, notice: NoticeId, search: &str) -> StoreResult<Option<Vec<i64>>> {
    let program: Option<(i64,)> =
        query_as("SELECT mini_program_id FROM notices WHERE id = $1").bind(notice.0).fetch_optional(db.read()).await?;
    let Some((program,)) = program else { return Ok(Some(Vec::new())) };
    let mut found: Vec<(i64,)> = query_as(BY_OPENID)
        .bind(program)
        .bind(search)
        .bind(format!("{search}\u{10ffff}"))
        .bind(MOST + 1)
        .fetch_all(db.read())
        .await?;
    let remarked: Vec<(i64,)> =
        query_as(BY_REMARK).bind(program).bind(folded(search)).bind(MOST + 1).fetch_all(db.read()).await?;
    found.extend(remarked);
    let few = found.len() <= usize::try_from(MOST).unwrap_or(usize::MAX);
    Ok(few.then(|| found.into_iter().map(|(id,)| id).collect()))
}

async fn by_people(
    db: &Backend,
    notice: NoticeId,
    people: &[[i64; 1]],
    (states, errcode): (&[DeliveryState], Option<i64>),
    reading: Reading,
) -> StoreResult<Page<Delivery>> {
    let wanted = if states.is_empty() { &DeliveryState::ALL[..] } else { states };
    // Rows move from table to table: all of them as they stood at one moment.
    let mut tx = db.begin_snapshot().await?;
    let mut rows: Vec<DeliveryRecord> = Vec::new();
    for (sql, of) in
        [(ENDED_OF, None), (QUEUED_OF, Some(DeliveryState::Pending)), (SENDING_OF, Some(DeliveryState::Sending))]
    {
        if of.is_some_and(|state| !wanted.contains(&state)) {
            continue;
        }
        let more: Vec<DeliveryRecord> = query_as(sql)
            .bind(dialect::rows(people))
            .bind(set_of(wanted))
            .bind(notice.0)
            .bind(errcode)
            .fetch_all(&mut *tx)
            .await?;
        rows.extend(more);
    }
    let rows = in_order(rows, reading).into_iter().map(Delivery::try_from).collect::<StoreResult<Vec<_>>>()?;
    Ok(reading.page(rows, |row| row.id.subscriber.0))
}

/// Many begin so, all people of a mini program perhaps: the next of them are near.
async fn walk(
    db: &Backend,
    notice: NoticeId,
    search: &str,
    (states, errcode): (&[DeliveryState], Option<i64>),
    reading: Reading,
) -> StoreResult<Page<Delivery>> {
    let part = folded(search);
    let fits = |row: &Delivery| row.openid.starts_with(search) || folded(&row.remark).contains(&*part);
    let limit = usize::try_from(reading.limit()).unwrap_or(usize::MAX);
    let (mut rows, mut at) = (Vec::new(), Some(reading.beginning()));
    while let (Some(from), true) = (at, rows.len() < limit) {
        let step = of_notice(db, notice, states, errcode, from, STEP).await?;
        let mut some: Vec<Delivery> = step.rows;
        at = if reading.rising() { step.after.map(At::After) } else { step.before.map(At::Before) };
        if !reading.rising() {
            some.reverse();
        }
        rows.extend(some.into_iter().filter(|row| fits(row)));
    }
    rows.truncate(limit);
    Ok(reading.page(rows, |row| row.id.subscriber.0))
}

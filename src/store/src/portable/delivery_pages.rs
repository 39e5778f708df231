//! Pages of deliveries, and the attempts of one.

use super::{
    dialect::{Backend, Conn},
    query_as,
};
use crate::{
    StoreResult,
    page::{Keyed, Order, Reading, keyed},
    records::{AttemptRecord, DeliveryRecord, TimelineRecord},
};
use model::{
    delivery::{Attempt, Delivery, DeliveryState, SubscriberDelivery},
    ids::{DeliveryId, NoticeId, SubscriberId},
    page::{At, Page},
};

/// What has ended. The last call's texts stand in `attempts`, if there are any.
macro_rules! ended {
    ($from:expr, $where:expr) => {
        concat!(
            "SELECT d.notice_id, d.subscriber_id, s.openid, s.remark, d.state, d.errcode, a.rid, a.errmsg, d.attempts, \
             COALESCE(n.due_at, 0) AS due_at, d.updated_at FROM deliveries d",
            $from,
            " JOIN notices n ON n.id = d.notice_id JOIN subscribers s ON s.id = d.subscriber_id \
             LEFT JOIN attempts a ON a.notice_id = d.notice_id AND a.subscriber_id = d.subscriber_id \
             AND a.number = d.attempts WHERE d.notice_id = $3",
            $where
        )
    };
}

/// What has not: in the queue or being sent.
macro_rules! waiting {
    ($table:literal, $index:expr, $state:literal, $due:literal) => {
        concat!(
            "SELECT d.notice_id, d.subscriber_id, s.openid, s.remark, CAST(",
            $state,
            " AS BIGINT) AS state, COALESCE(d.errcode, 0) AS errcode, a.rid, a.errmsg, COALESCE(d.attempts, 0) AS attempts, ",
            $due,
            " AS due_at, COALESCE(a.started_at + a.duration_ms, n.due_at, 0) AS updated_at FROM ",
            $table,
            " d",
            $index,
            " JOIN notices n ON n.id = d.notice_id JOIN subscribers s ON s.id = d.subscriber_id \
             LEFT JOIN attempts a ON a.notice_id = d.notice_id AND a.subscriber_id = d.subscriber_id \
             AND a.number = COALESCE(d.attempts, 0) \
             WHERE d.notice_id = $3 AND (CAST($4 AS BIGINT) IS NULL OR COALESCE(d.errcode, 0) = $4)"
        )
    };
}

/// Everything that has ended, in the order of the table itself.
pub(super) const ALL: Keyed = keyed!(ended!("", ""), "d.subscriber_id");
/// Some states (a bit set in `$4`), where they are not rare.
pub(super) const STATES: Keyed = keyed!(ended!("", " AND ($4 >> CAST(d.state AS INTEGER)) & 1 = 1"), "d.subscriber_id");
/// The same, of what carries no error code: success.
pub(super) const CLEAN: Keyed =
    keyed!(ended!("", " AND ($4 >> CAST(d.state AS INTEGER)) & 1 = 1 AND d.errcode = 0"), "d.subscriber_id");
/// One state and one error code, by the index of errors.
pub(super) const ENDED: Keyed = keyed!(
    ended!(indexed_by!("deliveries_errors"), " AND d.errcode <> 0 AND d.errcode = $4 AND d.state = $5"),
    "d.subscriber_id"
);
/// What is in the queue.
macro_rules! queued {
    () => {
        waiting!(
            "queue",
            indexed_by!("queue_by_notice"),
            "0",
            "CASE WHEN d.turn >= 1152921504606846976 THEN d.turn - 1152921504606846976 ELSE COALESCE(n.due_at, 0) END"
        )
    };
}
/// What is being sent.
macro_rules! sending {
    () => {
        waiting!("sending", "", "1", "COALESCE(n.due_at, 0)")
    };
}
pub(super) const QUEUED: Keyed = keyed!(queued!(), "d.subscriber_id");
const SENDING: Keyed = keyed!(sending!(), "d.subscriber_id");

pub(super) mod found;

pub(super) use found::of_people;

pub(super) async fn of_notice(
    db: &Backend,
    notice: NoticeId,
    states: &[DeliveryState],
    errcode: Option<i64>,
    at: At,
    size: i64,
) -> StoreResult<Page<Delivery>> {
    let reading = Reading::new(at, size, Order::Rising);
    let wanted = if states.is_empty() { &DeliveryState::ALL[..] } else { states };
    // Rows move from table to table: all of them as they stood at one moment.
    let mut tx = db.begin_snapshot().await?;
    let mut rows = ended(&mut tx, notice, states, wanted, errcode, reading).await?;
    for (state, keyed) in [(DeliveryState::Pending, QUEUED), (DeliveryState::Sending, SENDING)] {
        if wanted.contains(&state) {
            rows.extend(read(&mut tx, keyed, notice, &[errcode], reading).await?);
        }
    }
    let rows = in_order(rows, reading).into_iter().map(Delivery::try_from).collect::<StoreResult<Vec<_>>>()?;
    Ok(reading.page(rows, |row| row.id.subscriber.0))
}

async fn ended(
    conn: &mut Conn,
    notice: NoticeId,
    states: &[DeliveryState],
    wanted: &[DeliveryState],
    errcode: Option<i64>,
    reading: Reading,
) -> StoreResult<Vec<DeliveryRecord>> {
    if !wanted.iter().any(|state| state.number() >= DeliveryState::Sent.number()) {
        return Ok(Vec::new());
    }
    match errcode {
        Some(0) => read(conn, CLEAN, notice, &[Some(set_of(wanted))], reading).await,
        Some(errcode) => {
            let pairs = met(conn, notice, wanted, Some(errcode)).await?;
            by_error(conn, notice, &pairs, reading).await
        }
        None if states.is_empty() => read(conn, ALL, notice, &[], reading).await,
        None if !states.iter().any(|state| matches!(state, DeliveryState::Sent | DeliveryState::Delivered)) => {
            let pairs = met(conn, notice, states, None).await?;
            by_error(conn, notice, &pairs, reading).await
        }
        None => read(conn, STATES, notice, &[Some(set_of(wanted))], reading).await,
    }
}

/// The pairs of code and state that deliveries have ended with. One that nothing ended with would be looked for among all
/// rows of its code.
async fn met(
    conn: &mut Conn,
    notice: NoticeId,
    wanted: &[DeliveryState],
    errcode: Option<i64>,
) -> StoreResult<Vec<(i64, i64)>> {
    let pairs: Vec<(i64, i64)> =
        query_as("SELECT errcode, state FROM notice_counts WHERE notice_id = $1 AND state >= 2 AND n > 0")
            .bind(notice.0)
            .fetch_all(conn)
            .await?;
    let is_wanted = |(code, state): &(i64, i64)| {
        errcode.is_none_or(|wanted| wanted == *code) && wanted.iter().any(|w| w.number() == *state)
    };
    Ok(pairs.into_iter().filter(is_wanted).collect())
}

/// The first rows of several lists that are each in order.
fn in_order(mut rows: Vec<DeliveryRecord>, reading: Reading) -> Vec<DeliveryRecord> {
    rows.sort_by_key(|row| if reading.rising() { row.subscriber_id } else { -row.subscriber_id });
    rows.dedup_by_key(|row| row.subscriber_id);
    rows.truncate(usize::try_from(reading.limit()).unwrap_or(usize::MAX));
    rows
}

fn set_of(states: &[DeliveryState]) -> i64 {
    states.iter().fold(0, |set, state| set | 1 << state.number())
}

/// Each pair of error code and state is a list of its own in the index, already in order; a page is the first rows of
/// all of them together. However rare the error in however big a notice, nothing else is read.
async fn by_error(
    conn: &mut Conn,
    notice: NoticeId,
    pairs: &[(i64, i64)],
    reading: Reading,
) -> StoreResult<Vec<DeliveryRecord>> {
    let mut rows = Vec::new();
    for (errcode, state) in pairs {
        rows.extend(read(conn, ENDED, notice, &[Some(*errcode), Some(*state)], reading).await?);
    }
    Ok(in_order(rows, reading))
}

async fn read(
    conn: &mut Conn,
    keyed: Keyed,
    notice: NoticeId,
    more: &[Option<i64>],
    reading: Reading,
) -> StoreResult<Vec<DeliveryRecord>> {
    let mut list = query_as(reading.sql(keyed)).bind(reading.key()).bind(reading.limit()).bind(notice.0);
    for value in more {
        list = list.bind(*value);
    }
    Ok(list.fetch_all(conn).await?)
}

pub(super) async fn attempts(db: &Backend, id: DeliveryId) -> StoreResult<Vec<Attempt>> {
    let rows: Vec<AttemptRecord> = query_as(
        "SELECT number, started_at, duration_ms, errcode, rid, errmsg
         FROM attempts WHERE notice_id = $1 AND subscriber_id = $2
         UNION ALL
         SELECT attempts, started_at, duration_ms, CAST(0 AS BIGINT), NULL, NULL
         FROM deliveries WHERE notice_id = $1 AND subscriber_id = $2 AND started_at IS NOT NULL
         ORDER BY 1",
    )
    .bind(id.notice.0)
    .bind(id.subscriber.0)
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().map(Attempt::from).collect())
}

pub(super) async fn to_subscriber(
    db: &Backend,
    subscriber: SubscriberId,
    at: At,
    size: i64,
) -> StoreResult<Page<SubscriberDelivery>> {
    let reading = Reading::new(at, size, Order::Falling);
    let mut tx = db.begin_snapshot().await?;
    let mut rows = Vec::new();
    for keyed in [TIMELINE, TIMELINE_QUEUED, TIMELINE_SENDING] {
        let more: Vec<TimelineRecord> = query_as(reading.sql(keyed))
            .bind(reading.key())
            .bind(reading.limit())
            .bind(subscriber.0)
            .fetch_all(&mut *tx)
            .await?;
        rows.extend(more);
    }
    rows.sort_by_key(|row| if reading.rising() { row.notice_id } else { -row.notice_id });
    rows.truncate(usize::try_from(reading.limit()).unwrap_or(usize::MAX));
    let rows = rows.into_iter().map(SubscriberDelivery::try_from).collect::<StoreResult<Vec<_>>>()?;
    Ok(reading.page(rows, |row| row.notice.0))
}

const TIMELINE: Keyed = keyed!(
    "SELECT d.notice_id, d.subscriber_id, t.title, d.state, d.errcode, d.updated_at
     FROM deliveries d JOIN notices n ON n.id = d.notice_id JOIN templates t ON t.id = n.template_id
     WHERE d.subscriber_id = $3",
    "d.notice_id"
);
/// There is no index of the queue by person: few notices are open at a time, and the person is looked for in each.
const TIMELINE_QUEUED: Keyed = keyed!(
    "SELECT n.id AS notice_id, q.subscriber_id, t.title, CAST(0 AS BIGINT) AS state, COALESCE(q.errcode, 0) AS errcode,
            COALESCE(n.due_at, 0) AS updated_at
     FROM subscribers s
     JOIN notices n ON n.mini_program_id = s.mini_program_id AND n.confirmed_at IS NOT NULL AND n.finished_at IS NULL
     JOIN queue q ON q.notice_id = n.id AND q.subscriber_id = s.id
     JOIN templates t ON t.id = n.template_id
     WHERE s.id = $3",
    "n.id"
);
const TIMELINE_SENDING: Keyed = keyed!(
    "SELECT d.notice_id, d.subscriber_id, t.title, CAST(1 AS BIGINT) AS state, d.errcode,
            COALESCE(n.due_at, 0) AS updated_at
     FROM sending d JOIN notices n ON n.id = d.notice_id JOIN templates t ON t.id = d.template_id
     WHERE d.subscriber_id = $3",
    "d.notice_id"
);

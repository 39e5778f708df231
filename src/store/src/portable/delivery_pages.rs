//! Pages of deliveries, and the attempts of one.

use super::{dialect::Backend, query_as};
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

macro_rules! select {
    ($from:expr, $where:expr) => {
        concat!(
            "SELECT d.notice_id, d.subscriber_id, s.openid, s.remark, d.state, d.errcode, a.rid, a.errmsg, d.attempts, \
             d.due_at, d.updated_at FROM deliveries d",
            $from,
            " JOIN subscribers s ON s.id = d.subscriber_id \
             LEFT JOIN attempts a ON a.notice_id = d.notice_id AND a.subscriber_id = d.subscriber_id \
             AND a.number = d.attempts WHERE d.notice_id = $3",
            $where
        )
    };
}

/// Everything, in the order of the table itself.
pub(super) const ALL: Keyed = keyed!(select!("", ""), "d.subscriber_id");
/// Some states (a bit set in `$4`), where they are not rare.
pub(super) const STATES: Keyed =
    keyed!(select!("", " AND ($4 >> CAST(d.state AS INTEGER)) & 1 = 1"), "d.subscriber_id");
/// The same, of what carries no error code: success, and what was never tried.
pub(super) const CLEAN: Keyed =
    keyed!(select!("", " AND ($4 >> CAST(d.state AS INTEGER)) & 1 = 1 AND d.errcode = 0"), "d.subscriber_id");
/// One state and one error code, by the index of errors.
pub(super) const ENDED: Keyed = keyed!(
    select!(indexed_by!("deliveries_errors"), " AND d.errcode <> 0 AND d.errcode = $4 AND d.state = $5"),
    "d.subscriber_id"
);

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
    let rows = match errcode {
        Some(0) => read(db, CLEAN, notice, &[set_of(wanted)], reading).await?,
        Some(errcode) => {
            let pairs: Vec<_> = wanted.iter().map(|state| (errcode, state.number())).collect();
            by_error(db, notice, &pairs, reading).await?
        }
        None if states.is_empty() => read(db, ALL, notice, &[], reading).await?,
        None if states.iter().all(|state| state.number() >= DeliveryState::Failed.number()) => {
            let pairs: Vec<(i64, i64)> =
                query_as("SELECT errcode, state FROM notice_counts WHERE notice_id = $1 AND state >= 4 AND n > 0")
                    .bind(notice.0)
                    .fetch_all(db.read())
                    .await?;
            let chosen: Vec<_> =
                pairs.into_iter().filter(|(_, n)| states.iter().any(|state| state.number() == *n)).collect();
            by_error(db, notice, &chosen, reading).await?
        }
        None => read(db, STATES, notice, &[set_of(wanted)], reading).await?,
    };
    let rows = rows.into_iter().map(Delivery::try_from).collect::<StoreResult<Vec<_>>>()?;
    Ok(reading.page(rows, |row| row.id.subscriber.0))
}

fn set_of(states: &[DeliveryState]) -> i64 {
    states.iter().fold(0, |set, state| set | 1 << state.number())
}

/// Each pair of error code and state is a list of its own in the index, already in order; a page is the first rows of
/// all of them together. However rare the error in however big a notice, nothing else is read.
async fn by_error(
    db: &Backend,
    notice: NoticeId,
    pairs: &[(i64, i64)],
    reading: Reading,
) -> StoreResult<Vec<DeliveryRecord>> {
    let mut rows = Vec::new();
    for (errcode, state) in pairs {
        rows.extend(read(db, ENDED, notice, &[*errcode, *state], reading).await?);
    }
    rows.sort_by_key(|row| if reading.rising() { row.subscriber_id } else { -row.subscriber_id });
    rows.dedup_by_key(|row| row.subscriber_id);
    rows.truncate(usize::try_from(reading.limit()).unwrap_or(usize::MAX));
    Ok(rows)
}

async fn read(
    db: &Backend,
    keyed: Keyed,
    notice: NoticeId,
    more: &[i64],
    reading: Reading,
) -> StoreResult<Vec<DeliveryRecord>> {
    let mut list = query_as(reading.sql(keyed)).bind(reading.key()).bind(reading.limit()).bind(notice.0);
    for value in more {
        list = list.bind(*value);
    }
    Ok(list.fetch_all(db.read()).await?)
}

pub(super) async fn attempts(db: &Backend, id: DeliveryId) -> StoreResult<Vec<Attempt>> {
    let rows: Vec<AttemptRecord> = query_as(
        "SELECT number, started_at, duration_ms, errcode, rid, errmsg
         FROM attempts WHERE notice_id = $1 AND subscriber_id = $2 ORDER BY number",
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
    let rows: Vec<TimelineRecord> = query_as(reading.sql(keyed!(
        "SELECT d.notice_id, d.subscriber_id, t.title, d.state, d.errcode, d.updated_at
         FROM deliveries d JOIN templates t ON t.id = d.template_id
         WHERE d.subscriber_id = $3",
        "d.notice_id"
    )))
    .bind(reading.key())
    .bind(reading.limit())
    .bind(subscriber.0)
    .fetch_all(db.read())
    .await?;
    let rows = rows.into_iter().map(SubscriberDelivery::try_from).collect::<StoreResult<Vec<_>>>()?;
    Ok(reading.page(rows, |row| row.notice.0))
}

//! Notices that are stopped or cancelled, and the clearing of their queue.

use super::{
    claim::TAKE,
    counts::Changes,
    dialect::{self, Backend},
    ended::{self, Ended},
    query, query_as,
    settle::{Settlement, Use, settle},
    webhooks,
};
use crate::{StoreResult, records};
use model::{
    Millis,
    delivery::DeliveryState,
    ids::NoticeId,
    notice::{Audience, NoticeState},
};

pub(super) async fn end(
    db: &Backend,
    id: NoticeId,
    state: NoticeState,
    errcode: Option<i64>,
    now: Millis,
) -> StoreResult<bool> {
    let mut tx = db.begin().await?;
    // One that did not begin yet still knows to whom it was ordered.
    let done = query(
        "UPDATE notices SET state = $2, stop_errcode = $3, hold = NULL, audience = $4
         WHERE id = $1 AND state = 'running'",
    )
    .bind(id.0)
    .bind(state.code())
    .bind(errcode)
    .bind(records::to_json(&Audience::Nobody)?)
    .execute(&mut *tx)
    .await?
    .rows_affected()
        > 0;
    if done {
        // Where nothing is pending or sending the end has come at once; adding nothing makes that be looked at.
        let mut changes = Changes::default();
        changes.add(id.0, DeliveryState::Pending, 0, 0);
        changes.write_and_finish(&mut tx, now).await?;
    }
    tx.commit().await?;
    Ok(done)
}

/// Pending deliveries of the notice `$1`, if it was ended; at most `$2`.
pub(super) const WITHDRAWN: &str = concat!(
    "SELECT q.subscriber_id, q.attempts, n.template_id FROM notices n JOIN queue q",
    indexed_by!("queue_by_notice"),
    " ON q.notice_id = n.id WHERE n.id = $1 AND n.state IN ('stopped', 'cancelled') LIMIT $2",
    skip_locked!("q")
);

pub(super) async fn withdraw(db: &Backend, id: NoticeId, errcode: i64, limit: i64, now: Millis) -> StoreResult<i64> {
    let mut tx = db.begin().await?;
    let picked: Vec<(i64, Option<i64>, i64)> =
        query_as(WITHDRAWN).bind(id.0).bind(limit.max(0)).fetch_all(&mut *tx).await?;
    if picked.is_empty() {
        return Ok(0);
    }
    let keys: Vec<[i64; 2]> = picked.iter().map(|(subscriber, ..)| [id.0, *subscriber]).collect();
    query_as::<(i64, i64)>(TAKE).bind(dialect::rows(&keys)).fetch_all(&mut *tx).await?;
    let cancelled = |(subscriber, attempts, _): &(i64, Option<i64>, i64)| Ended {
        notice: id.0,
        subscriber: *subscriber,
        state: DeliveryState::Cancelled,
        errcode,
        attempts: attempts.unwrap_or_default(),
        started_at: None,
        duration_ms: None,
        msgid: None,
        lease: None,
    };
    ended::insert(&mut tx, picked.iter().map(cancelled).collect(), now).await?;
    let given_back: Vec<Settlement> = picked
        .iter()
        .map(|&(subscriber, _, template)| Settlement {
            template,
            subscriber,
            notice: id.0,
            usage: Use::GivenBack,
            started_at: now,
            late: false,
        })
        .collect();
    settle(&mut tx, &given_back, now).await?;
    let cancelled = DeliveryState::Cancelled.number();
    let ended: Vec<_> = picked.iter().map(|(subscriber, ..)| [id.0, *subscriber, cancelled, errcode]).collect();
    // A console without an engine withdraws too.
    webhooks::note_anyway(&mut tx, &ended, now).await?;
    let n = i64::try_from(picked.len()).unwrap_or(i64::MAX);
    let mut changes = Changes::default();
    changes.add(id.0, DeliveryState::Pending, 0, -n);
    changes.add(id.0, DeliveryState::Cancelled, errcode, n);
    changes.write_and_finish(&mut tx, now).await?;
    tx.commit().await?;
    Ok(n)
}

/// Whether something of a notice is still in the queue; what is being sent is counted with it, so the queue is asked.
pub(super) async fn with_pending(db: &Backend) -> StoreResult<Vec<NoticeId>> {
    let rows: Vec<(i64,)> = query_as(
        "SELECT n.id FROM notices n
         WHERE n.confirmed_at IS NOT NULL AND n.finished_at IS NULL AND n.state IN ('stopped', 'cancelled')
           AND EXISTS (SELECT 1 FROM queue q WHERE q.notice_id = n.id)
         ORDER BY n.id",
    )
    .fetch_all(db.read())
    .await?;
    Ok(rows.into_iter().map(|(id,)| NoticeId(id)).collect())
}

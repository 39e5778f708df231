//! Storing what became of leased deliveries, a batch in one transaction.

use super::{
    OWN_CODES,
    counts::Changes,
    dialect::{self, Backend, Conn},
    query, query_as,
    settle::{Settlement, Use, settle, templates},
};
use crate::{DeliveryResult, Outcome, StoreResult, records::NewAttempt, text::text};
use model::{Millis, delivery::DeliveryState, ids::DeliveryId};
use std::collections::HashMap;

pub(super) async fn record(db: &Backend, results: &[DeliveryResult], now: Millis) -> StoreResult<u64> {
    let rounds = rounds(results);
    if rounds.is_empty() {
        return Ok(0);
    }
    let mut tx = db.begin().await?;
    let mut batch = Batch::default();
    for mut open in rounds {
        batch.end_leased(&mut tx, &mut open, now).await?;
        batch.mend_unknown(&mut tx, &mut open, now).await?;
    }
    if batch.counted == 0 {
        return Ok(0);
    }
    if !batch.attempts.is_empty() {
        dialect::insert_attempts(&mut tx, &batch.attempts).await?;
    }
    if !batch.late.is_empty() {
        // All templates at once, in their order, before any grant is held.
        let all = [batch.settlements.as_slice(), &batch.late].concat();
        dialect::lock_grants(&mut tx, &templates(&all), false).await?;
    }
    settle(&mut tx, &batch.settlements, now).await?;
    settle(&mut tx, &batch.late, now).await?;
    batch.changes.write_and_finish(&mut tx, now).await?;
    tx.commit().await?;
    Ok(batch.counted)
}

/// What the rows that took a result ask for.
#[derive(Default)]
struct Batch<'a> {
    counted: u64,
    attempts: Vec<NewAttempt<'a>>,
    settlements: Vec<Settlement>,
    /// Of deliveries that had become unknown. Apart, because their subscriber may stand above as well.
    late: Vec<Settlement>,
    changes: Changes,
}

/// Takes results where the lease still holds; `$1` are rows as [`as_row`] makes them.
pub(super) const END_LEASED: &str = concat!(
    "UPDATE deliveries
             SET state = r_state,
                 -- A delivery that is given back keeps the code of its last try.
                 errcode = CASE r_keeps_errcode WHEN 1 THEN errcode ELSE r_errcode END,
                 due_at = CASE r_state WHEN 0 THEN r_due_at ELSE due_at END,
                 attempts = CASE WHEN attempts < r_number THEN r_number ELSE attempts END,
                 msgid = CASE r_has_msgid WHEN 1 THEN r_msgid END,
                 -- Kept only by unknown, for a late answer.
                 lease = CASE r_state WHEN 5 THEN lease END,
                 lease_until = NULL,
                 updated_at = $2
             FROM ",
    rows!(10: 1 "r_notice", 2 "r_subscriber", 3 "r_lease", 4 "r_state", 5 "r_errcode", 6 "r_keeps_errcode",
                  7 "r_due_at", 8 "r_number", 9 "r_has_msgid", 10 "r_msgid"),
    " AS r
             WHERE ",
    still!(1),
    " AND lease = r_lease RETURNING notice_id, subscriber_id, template_id"
);

/// Results by delivery, so that a row that took one says which.
type Open<'a> = HashMap<DeliveryId, &'a DeliveryResult>;

/// One round, unless a batch holds results of one delivery under different leases (only one of them can count).
fn rounds(results: &[DeliveryResult]) -> Vec<Open<'_>> {
    let mut rounds: Vec<Open<'_>> = Vec::with_capacity(1);
    for result in results {
        match rounds.iter_mut().find(|round| !round.contains_key(&result.id)) {
            Some(round) => _ = round.insert(result.id, result),
            None => rounds.push(HashMap::from([(result.id, result)])),
        }
    }
    rounds
}

impl<'a> Batch<'a> {
    /// Rows still leased under the lease of their result.
    async fn end_leased(&mut self, conn: &mut Conn, open: &mut Open<'a>, now: Millis) -> StoreResult<()> {
        let rows: Vec<[i64; 10]> = open.values().map(|result| as_row(result)).collect();
        let changed: Vec<(i64, i64, i64)> =
            query_as(END_LEASED).bind(dialect::rows(&rows)).bind(now).fetch_all(conn).await?;
        for (notice, subscriber, template) in changed {
            let Some(result) = take(open, notice, subscriber) else { continue };
            let (state, errcode) = end_of(&result.outcome);
            self.count(result, DeliveryState::Sending, 0, state, errcode);
            self.settlements.extend(settlement(result, template, false, now));
        }
        Ok(())
    }

    /// A late answer for a row that has become unknown under its lease. The grant was counted as spent then.
    async fn mend_unknown(&mut self, conn: &mut Conn, open: &mut Open<'a>, now: Millis) -> StoreResult<()> {
        let late: Vec<[i64; 3]> = open
            .values()
            .filter(|result| matches!(result.outcome, Outcome::Sent { .. } | Outcome::Failed { .. }))
            .map(|result| [result.id.notice.0, result.id.subscriber.0, result.lease])
            .collect();
        if late.is_empty() {
            return Ok(());
        }
        let unknown: Vec<(i64, i64, i64, i64)> = query_as(concat!(
            "SELECT d.notice_id, d.subscriber_id, d.template_id, d.errcode FROM ",
            rows!(3: 1 "r_notice", 2 "r_subscriber", 3 "r_lease"),
            " AS r JOIN deliveries d ON d.notice_id = r_notice AND d.subscriber_id = r_subscriber
             WHERE d.state = 5 AND d.lease = r_lease
             -- The platform's sent events change such rows too, in this order.
             ORDER BY d.notice_id, d.subscriber_id",
            for_update!("d")
        ))
        .bind(dialect::rows(&late))
        .fetch_all(&mut *conn)
        .await?;
        let mut rows = Vec::with_capacity(unknown.len());
        for (notice, subscriber, template, errcode) in unknown {
            let Some(result) = take(open, notice, subscriber) else { continue };
            let (state, code) = end_of(&result.outcome);
            self.count(result, DeliveryState::Unknown, errcode, state, code);
            self.late.extend(settlement(result, template, true, now));
            rows.push(as_row(result));
        }
        mend(conn, &rows, now).await
    }

    fn count(&mut self, result: &'a DeliveryResult, from: DeliveryState, code: i64, to: DeliveryState, errcode: i64) {
        let (notice, subscriber) = (result.id.notice.0, result.id.subscriber.0);
        self.counted += 1;
        self.changes.add(notice, from, code, -1);
        self.changes.add(notice, to, errcode, 1);
        self.attempts.extend(result.attempt.as_ref().map(|a| {
            let (rid, errmsg) = (a.rid.as_deref().map(text), a.errmsg.as_deref().map(text));
            (notice, subscriber, a.number, a.started_at, a.duration_ms, a.errcode, rid, errmsg)
        }));
    }
}

async fn mend(conn: &mut Conn, rows: &[[i64; 10]], now: Millis) -> StoreResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    query(concat!(
        "UPDATE deliveries
         SET state = r_state, errcode = r_errcode, lease = NULL, updated_at = $2,
             attempts = CASE WHEN attempts < r_number THEN r_number ELSE attempts END,
             msgid = CASE r_has_msgid WHEN 1 THEN r_msgid END
         FROM ",
        rows!(10: 1 "r_notice", 2 "r_subscriber", 4 "r_state", 5 "r_errcode", 8 "r_number", 9 "r_has_msgid",
                  10 "r_msgid"),
        " AS r
         WHERE ",
        still!(5)
    ))
    .bind(dialect::rows(rows))
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

fn take<'a>(open: &mut Open<'a>, notice: i64, subscriber: i64) -> Option<&'a DeliveryResult> {
    use model::ids::{NoticeId, SubscriberId};
    open.remove(&DeliveryId { notice: NoticeId(notice), subscriber: SubscriberId(subscriber) })
}

/// The columns of `end_leased`, in their order.
fn as_row(result: &DeliveryResult) -> [i64; 10] {
    let (state, errcode) = end_of(&result.outcome);
    let due_at = match result.outcome {
        Outcome::Retry { due_at, .. } | Outcome::Released { due_at } => due_at,
        _ => 0,
    };
    let msgid = if let Outcome::Sent { msgid } = result.outcome { msgid } else { None };
    [
        result.id.notice.0,
        result.id.subscriber.0,
        result.lease,
        state.number(),
        errcode,
        i64::from(matches!(result.outcome, Outcome::Released { .. })),
        due_at,
        result.attempt.as_ref().map_or(0, |attempt| attempt.number),
        i64::from(msgid.is_some()),
        msgid.unwrap_or_default(),
    ]
}

fn end_of(outcome: &Outcome) -> (DeliveryState, i64) {
    match *outcome {
        Outcome::Sent { .. } => (DeliveryState::Sent, 0),
        Outcome::Failed { errcode, .. } => (DeliveryState::Failed, errcode),
        Outcome::Unknown { errcode } => (DeliveryState::Unknown, errcode),
        Outcome::Retry { errcode, .. } => (DeliveryState::Pending, errcode),
        Outcome::Released { .. } => (DeliveryState::Pending, 0),
        Outcome::Skipped(reason) => (DeliveryState::Skipped, reason.number()),
    }
}

/// What a result does to the grant; `None`: it stays as it is.
fn settlement(result: &DeliveryResult, template: i64, late: bool, now: Millis) -> Option<Settlement> {
    let usage = match result.outcome {
        // A late one was spent when its outcome became unknown.
        Outcome::Sent { .. } | Outcome::Unknown { .. } => (!late).then_some(Use::Spent),
        Outcome::Failed { no_grant: true, .. } => Some(Use::Contradicted),
        Outcome::Failed { errcode, .. } if late || errcode > OWN_CODES => Some(Use::Refused),
        Outcome::Failed { .. } | Outcome::Skipped(_) => Some(Use::GivenBack),
        Outcome::Retry { .. } | Outcome::Released { .. } => None,
    }?;
    Some(Settlement {
        template,
        subscriber: result.id.subscriber.0,
        notice: result.id.notice.0,
        usage,
        started_at: result.attempt.as_ref().map_or(now, |attempt| attempt.started_at),
        late,
    })
}

//! Storing what became of leased deliveries, a batch in one transaction.

use super::{
    OWN_CODES,
    counts::Changes,
    dialect::{self, Backend, Conn},
    ended::{self, Ended},
    query, query_as,
    settle::{Settlement, Use, settle, templates},
    webhooks,
};
use crate::{
    DeliveryResult, Outcome, StoreResult,
    records::{NewAttempt, SendingRecord},
    text::text,
};
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
    webhooks::note(db, &mut tx, &batch.ended, now).await?;
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
    /// Notice, subscriber, state and error code of what is over.
    ended: Vec<[i64; 4]>,
}

/// Rows that are still leased under the lease of their result.
pub(super) const LEASED: &str = concat!(
    "SELECT s.subscriber_id, s.mini_program_id, s.notice_id, s.template_id, s.attempts, s.errcode, s.lease FROM ",
    rows!(3: 1 "r_subscriber", 2 "r_notice", 3 "r_lease"),
    " AS r JOIN sending s ON s.subscriber_id = r_subscriber
     WHERE s.notice_id = r_notice AND s.lease = r_lease",
    // Everybody locks in this order.
    locked!("s", "s.subscriber_id")
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
        let rows: Vec<[i64; 3]> = open.values().map(|r| [r.id.subscriber.0, r.id.notice.0, r.lease]).collect();
        let leased: Vec<SendingRecord> = query_as(LEASED).bind(dialect::rows(&rows)).fetch_all(&mut *conn).await?;
        ended::let_go(conn, &leased).await?;
        let (mut over, mut again) = (Vec::with_capacity(leased.len()), Vec::new());
        for row in &leased {
            let Some(result) = take(open, row.notice_id, row.subscriber_id) else { continue };
            match result.outcome {
                Outcome::Retry { due_at, errcode } => {
                    again.push((row, number(result).max(row.attempts), errcode, due_at));
                }
                // A delivery that is given back keeps the code of its last try.
                Outcome::Released { due_at } => again.push((row, row.attempts, row.errcode, due_at)),
                _ => over.push(end(result, row.attempts)),
            }
            let (state, errcode) = end_of(&result.outcome);
            self.count(result, DeliveryState::Pending, 0, state, errcode);
            self.settlements.extend(settlement(result, row.template_id, false, now));
        }
        ended::insert(conn, over, now).await?;
        ended::put_back(conn, &again).await
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
            "SELECT d.notice_id, d.subscriber_id, n.template_id, d.errcode FROM ",
            rows!(3: 1 "r_notice", 2 "r_subscriber", 3 "r_lease"),
            " AS r JOIN deliveries d ON d.notice_id = r_notice AND d.subscriber_id = r_subscriber
             JOIN notices n ON n.id = r_notice
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
            rows.push(end(result, 0).row());
        }
        mend(conn, &rows, now).await
    }

    fn count(&mut self, result: &'a DeliveryResult, from: DeliveryState, code: i64, to: DeliveryState, errcode: i64) {
        let (notice, subscriber) = (result.id.notice.0, result.id.subscriber.0);
        self.counted += 1;
        self.changes.add(notice, from, code, -1);
        self.changes.add(notice, to, errcode, 1);
        if to.is_final() {
            self.ended.push([notice, subscriber, to.number(), errcode]);
        }
        if stands_in_delivery(result) {
            return;
        }
        self.attempts.extend(result.attempt.as_ref().map(|a| {
            let (rid, errmsg) = (a.rid.as_deref().map(text), a.errmsg.as_deref().map(text));
            (notice, subscriber, a.number, a.started_at, a.duration_ms, a.errcode, rid, errmsg)
        }));
    }
}

/// What WeChat accepted is told by the delivery itself; a row of its own for each would double the big table.
fn stands_in_delivery(result: &DeliveryResult) -> bool {
    matches!(result.outcome, Outcome::Sent { .. })
        && result.attempt.as_ref().is_some_and(|a| a.errcode == 0 && a.rid.is_none() && a.errmsg.is_none())
}

fn number(result: &DeliveryResult) -> i64 {
    result.attempt.as_ref().map_or(0, |attempt| attempt.number)
}

/// The end of a delivery that was tried so often before.
fn end(result: &DeliveryResult, attempts: i64) -> Ended {
    let (state, errcode) = end_of(&result.outcome);
    let accepted = result.attempt.as_ref().filter(|_| stands_in_delivery(result));
    Ended {
        notice: result.id.notice.0,
        subscriber: result.id.subscriber.0,
        state,
        errcode,
        attempts: number(result).max(attempts),
        started_at: accepted.map(|a| a.started_at),
        duration_ms: accepted.map(|a| a.duration_ms),
        msgid: if let Outcome::Sent { msgid } = result.outcome { msgid } else { None },
        lease: (state == DeliveryState::Unknown).then_some(result.lease),
    }
}

async fn mend(conn: &mut Conn, rows: &[[i64; ended::COLUMNS]], now: Millis) -> StoreResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    query(concat!(
        "UPDATE deliveries
         SET state = r_state, errcode = r_errcode, lease = NULL, updated_at = $2,
             attempts = CASE WHEN attempts < r_attempts THEN r_attempts ELSE attempts END,
             started_at = NULLIF(r_started, 0),
             duration_ms = CASE r_started WHEN 0 THEN NULL ELSE r_duration END,
             msgid = CASE r_has_msgid WHEN 1 THEN r_msgid END
         FROM ",
        ended_rows!(),
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

//! The effect of a batch of pushes, in the transaction that holds them.

use super::{
    Fate, Push, answers,
    dialect::{self, Backend, Conn},
    lookup, next_try, query, sent,
    tally::Tallies,
    webhooks, work,
};
use crate::{
    StoreError, StoreResult, WorkedOff,
    records::{WaitingEventRecord, json},
};
use model::{
    Millis,
    callback::{AnswerItem, CallbackCount, CallbackEvent, EventBody},
};

pub(super) async fn work(
    db: &Backend,
    conn: &mut Conn,
    rows: Vec<WaitingEventRecord>,
    now: Millis,
) -> StoreResult<WorkedOff> {
    let mut worked = WorkedOff::default();
    let mut pushes = Vec::with_capacity(rows.len());
    let mut unreadable: Vec<(i64, Millis, StoreError)> = Vec::new();
    for row in rows {
        let (id, received_at) = (row.id, row.received_at);
        match Push::read(row, now) {
            Ok(push) => pushes.push(push),
            Err(error) => unreadable.push((id, received_at, error)),
        }
    }
    let templates = lookup::templates(conn, &pushes).await?;
    let (mut fates, changes, ended) = sent::work(conn, &pushes, &templates, now).await?;
    answers::work(conn, &pushes, &templates, now).await?;
    webhooks::note(db, conn, &ended, now).await?;
    changes.write(conn).await?;
    let mut tallies = Tallies::default();
    for push in &pushes {
        if *fates.entry(push.id).or_insert(Fate::Done) == Fate::Unmatched {
            tallies.add(push.mini_program, CallbackCount::Unmatched, 1, now, None);
        }
    }
    tallies.write(conn).await?;
    for (id, received_at, error) in &unreadable {
        let one = work::put_off(conn, *id, *received_at, error, now).await?;
        worked.done += one.done;
        worked.put_off += one.put_off;
    }
    let (mut done, mut put_off) = (Vec::new(), Vec::new());
    for push in &pushes {
        match fates.get(&push.id).copied().unwrap_or(Fate::Done) {
            Fate::PutOff => put_off.push([push.id, next_try(push.received_at, push.tries, now)]),
            fate => done.push([push.id, i64::from(fate == Fate::Unmatched)]),
        }
    }
    worked.done += done.len() as u64;
    worked.put_off += put_off.len() as u64;
    mark(conn, &done, &put_off, now).await?;
    Ok(worked)
}

async fn mark(conn: &mut Conn, done: &[[i64; 2]], put_off: &[[i64; 2]], now: Millis) -> StoreResult<()> {
    if !done.is_empty() {
        query(concat!(
            "UPDATE events SET done_at = $2, unmatched = r_unmatched FROM ",
            rows!(2: 1 "r_id", 2 "r_unmatched"),
            " AS r WHERE id = r_id"
        ))
        .bind(dialect::rows(done))
        .bind(now)
        .execute(&mut *conn)
        .await?;
    }
    if !put_off.is_empty() {
        query(concat!(
            "UPDATE events SET tries = tries + 1, due_at = r_due FROM ",
            rows!(2: 1 "r_id", 2 "r_due"),
            " AS r WHERE id = r_id"
        ))
        .bind(dialect::rows(put_off))
        .execute(conn)
        .await?;
    }
    Ok(())
}

impl Push {
    fn read(row: WaitingEventRecord, now: Millis) -> StoreResult<Self> {
        let event: CallbackEvent = json("events", "body", &row.body)?;
        let at = if event.happened_at > 0 { event.happened_at } else { row.received_at };
        Ok(Self {
            id: row.id,
            mini_program: row.mini_program_id,
            received_at: row.received_at,
            tries: row.tries,
            at: at.min(now),
            event,
        })
    }

    /// Answers that it tells of, popup or change.
    pub(super) fn answers(&self) -> &[AnswerItem] {
        match &self.event.body {
            EventBody::Popup(items) | EventBody::Change(items) => items,
            EventBody::Sent(_) | EventBody::Other(_) => &[],
        }
    }
}

//! The past: notices of three months with everything that they left behind, as the engine would have written it.

use std::ops::Range;

use anyhow::Result;
use model::{
    Millis,
    delivery::{SkipReason, own_code},
    ids::{MiniProgramId, NoticeId, TemplateId},
    notice::{Audience, Content},
};

use super::{analyze, indexes};
use crate::{
    database::{Kind, Plain},
    world,
};

/// Large notices, each to a tenth of all deliveries or to everybody.
const LARGE: i64 = 5;
/// Small notices, one to an hour or so.
const SMALL: i64 = 2_000;
/// The past goes back so far.
const DAYS: i64 = 90;
const DAY: Millis = 24 * 3_600_000;
const HOUR: Millis = 3_600_000;
/// Rows in one transaction.
const BATCH: i64 = 500_000;

/// A number from 0 to 999 that a delivery's fate hangs on.
const FATE: &str = "((s.id * 7919 + n.id * 104729) % 1000)";

/// What is to be made.
#[derive(Clone, Debug)]
pub struct History {
    /// The mini program.
    pub program: MiniProgramId,
    /// A long-term template, for the large notices.
    pub long_term: TemplateId,
    /// One-time templates, for the small notices: each for an equal part of the people, who hold one grant of it.
    pub one_time: Vec<TemplateId>,
    /// The subscribers.
    pub people: Range<i64>,
    /// Deliveries altogether, nearly.
    pub deliveries: i64,
    /// Now.
    pub now: Millis,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Notices {
    /// The large ones.
    pub large: Vec<NoticeId>,
    /// All deliveries.
    pub deliveries: i64,
}

/// One notice to be made.
struct Order {
    template: TemplateId,
    people: Range<i64>,
    at: Millis,
    one_time: bool,
}

impl History {
    /// Makes it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn write(&self, db: &mut Plain) -> Result<Notices> {
        let mut again = Vec::new();
        for table in ["deliveries", "ledger"] {
            again.extend(indexes::drop_all(db, table).await?);
        }
        hurry(db, true).await?;
        let mut made = Notices { large: Vec::new(), deliveries: 0 };
        let mut open = 0;
        db.run("BEGIN").await?;
        for order in self.orders() {
            let id = self.add(db, &order).await?;
            made.large.extend((!order.one_time).then_some(id));
            let n = order.people.end - order.people.start;
            made.deliveries += n;
            open += n;
            if open > BATCH {
                db.run("COMMIT").await?;
                db.run("BEGIN").await?;
                open = 0;
            }
        }
        self.count(db).await?;
        db.run("COMMIT").await?;
        for index in again {
            db.run(&index).await?;
        }
        hurry(db, false).await?;
        analyze(db).await?;
        Ok(made)
    }

    /// In the order of their instants.
    fn orders(&self) -> Vec<Order> {
        let everybody = self.people.end - self.people.start;
        let large = (self.deliveries / (LARGE * 2)).clamp(1, everybody);
        let parts = i64::try_from(self.one_time.len()).unwrap_or(1).max(1);
        let part = (everybody / parts).max(1);
        let left = (self.deliveries - LARGE * large).max(0);
        // Fewer where that would leave them without people, and more where a part has not so many.
        let small = SMALL.min(left).max(left / part);
        let size = if small == 0 { 0 } else { (left / small).clamp(1, part) };
        let begin = self.now - DAYS * DAY;
        let mut orders: Vec<_> = (0..LARGE)
            .map(|i| Order {
                template: self.long_term,
                people: self.people.start..self.people.start + large,
                at: begin + (i * 2 + 1) * DAYS * DAY / (LARGE * 2),
                one_time: false,
            })
            .collect();
        orders.extend((0..small).zip(self.one_time.iter().cycle()).map(|(i, &template)| {
            let first = self.people.start + (i % parts) * part;
            let from = first + (i * 104_729) % (part - size + 1);
            Order { template, people: from..from + size, at: begin + i * DAYS * DAY / small, one_time: true }
        }));
        orders.sort_by_key(|order| order.at);
        orders
    }

    async fn add(&self, db: &mut Plain, order: &Order) -> Result<NoticeId> {
        let content = Content { values: world::values(), page: world::PAGE.to_owned(), ..Content::default() };
        let (content, audience) = (serde_json::to_string(&content)?, serde_json::to_string(&Audience::Nobody)?);
        let Order { template, at, .. } = order;
        let id = db
            .number(&format!(
                "INSERT INTO notices (mini_program_id, template_id, state, duplicates, created_by, created_at, confirmed_at,
                                      due_at, hour_at, finished_at, content, audience)
                 VALUES ({}, {template}, 'finished', 0, 'bench', {at}, {at}, {at}, {}, {}, '{content}', '{audience}')
                 RETURNING id",
                self.program,
                at - at.rem_euclid(HOUR),
                at + HOUR / 2,
            ))
            .await?;
        let id = NoticeId(id.unwrap_or_default());
        deliveries(db, id, order).await?;
        attempts(db, id, order).await?;
        if order.one_time {
            ledger(db, id, order).await?;
        }
        db.run(&format!(
            "INSERT INTO notice_counts (notice_id, state, errcode, n)
             SELECT {id}, state, CASE WHEN state >= 4 THEN errcode ELSE 0 END, count(*) FROM deliveries
             WHERE notice_id = {id} GROUP BY state, CASE WHEN state >= 4 THEN errcode ELSE 0 END"
        ))
        .await?;
        Ok(id)
    }

    async fn count(&self, db: &mut Plain) -> Result<()> {
        db.run(&format!(
            "INSERT INTO counters (mini_program_id, hour_at, template_id, state, errcode, n)
             SELECT n.mini_program_id, n.hour_at, n.template_id, c.state, c.errcode, CAST(sum(c.n) AS BIGINT)
             FROM notices n JOIN notice_counts c ON c.notice_id = n.id
             WHERE n.mini_program_id = {}
             GROUP BY n.mini_program_id, n.hour_at, n.template_id, c.state, c.errcode",
            self.program
        ))
        .await
    }
}

/// The people of a notice beside it, with their fates.
fn people(id: NoticeId, order: &Order) -> String {
    format!(
        "(SELECT s.id AS subscriber_id, {FATE} AS fate FROM subscribers s, (SELECT CAST({id} AS BIGINT) AS id) n
          WHERE s.id >= {} AND s.id < {}) p",
        order.people.start, order.people.end
    )
}

/// 94 % sent, a good part of them confirmed; 4.5 % failed, few unknown or skipped.
async fn deliveries(db: &mut Plain, id: NoticeId, order: &Order) -> Result<()> {
    let at = order.at;
    db.run(&format!(
        "INSERT INTO deliveries (notice_id, subscriber_id, state, errcode, attempts, updated_at, started_at, duration_ms,
                                 msgid, lease)
         SELECT {id}, subscriber_id,
                CASE WHEN fate < 880 THEN 2 WHEN fate < 940 THEN 3 WHEN fate < 950 THEN 2 WHEN fate < 995 THEN 4
                     WHEN fate < 998 THEN 5 ELSE 6 END,
                CASE WHEN fate < 950 THEN 0 WHEN fate < 980 THEN 43101 WHEN fate < 995 THEN 40003
                     WHEN fate < 998 THEN {} ELSE {} END,
                CASE WHEN fate >= 998 THEN 0 WHEN fate >= 940 AND fate < 950 THEN 2 ELSE 1 END,
                {at} + 1000 + fate * 7,
                CASE WHEN fate < 950 THEN {at} + fate * 7 END,
                CASE WHEN fate < 950 THEN 20 + fate % 300 END,
                CASE WHEN fate < 950 THEN CAST(2097683633284153344 AS BIGINT) + {at} + subscriber_id * 4096 END,
                NULL
         FROM {} ORDER BY subscriber_id",
        own_code::NO_ANSWER,
        SkipReason::NoGrant.number(),
        people(id, order)
    ))
    .await
}

/// Every call that was no plain success.
async fn attempts(db: &mut Plain, id: NoticeId, order: &Order) -> Result<()> {
    let at = order.at;
    db.run(&format!(
        "INSERT INTO attempts (notice_id, subscriber_id, number, started_at, duration_ms, errcode, rid, errmsg)
         SELECT {id}, subscriber_id, 1, {at} + fate * 7 - 3000, 20 + fate % 300,
                CASE WHEN fate < 950 THEN -1 WHEN fate < 980 THEN 43101 WHEN fate < 995 THEN 40003 ELSE {} END,
                CASE WHEN fate < 995 THEN '6a1b2c3d-4e5f6a7b-0c1d2e3f' END,
                CASE WHEN fate < 950 THEN 'system error' WHEN fate < 980 THEN 'user refuse to accept the msg'
                     WHEN fate < 995 THEN 'invalid openid' ELSE 'no answer' END
         FROM {} WHERE fate >= 940 AND fate < 998 ORDER BY subscriber_id",
        own_code::NO_ANSWER,
        people(id, order)
    ))
    .await
}

/// Each delivery was made possible by an acceptance of its own, on top of the grant that everybody holds.
async fn ledger(db: &mut Plain, id: NoticeId, order: &Order) -> Result<()> {
    let (at, template, people) = (order.at, order.template, people(id, order));
    db.run(&format!(
        "INSERT INTO ledger (subscriber_id, template_id, at, kind, change, balance_after, notice_id, note)
         SELECT subscriber_id, {template}, {at} - 3600000, 'accepted', 1, 2, NULL, '' FROM {people}
         WHERE fate < 998 ORDER BY subscriber_id"
    ))
    .await?;
    db.run(&format!(
        "INSERT INTO ledger (subscriber_id, template_id, at, kind, change, balance_after, notice_id, note)
         SELECT subscriber_id, {template}, {at} + 1000 + fate * 7,
                CASE WHEN fate < 950 OR fate >= 995 THEN 'spent' ELSE 'corrected' END, -1, 1, {id}, ''
         FROM {people} WHERE fate < 998 ORDER BY subscriber_id"
    ))
    .await
}

/// The data can be made again: nothing has to survive a power cut while it is made.
async fn hurry(db: &mut Plain, on: bool) -> Result<()> {
    match (db.kind(), on) {
        (Kind::Sqlite, true) => db.run("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144").await,
        (Kind::Sqlite, false) => db.run("PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)").await,
        (Kind::Postgres, true) => db.run("SET synchronous_commit = off; SET maintenance_work_mem = '256MB'").await,
        (Kind::Postgres, false) => db.run("SET synchronous_commit = on; CHECKPOINT").await,
    }
}

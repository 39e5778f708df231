//! Confirming a draft: the notice and all its deliveries in one transaction, by SQL.

use super::{
    control::{log, recurrences},
    counts::Changes,
    dialect::{self, Backend, Conn},
    imports,
    preflight::{self, List},
    query, query_as, queue,
};
use crate::{Enqueued, Order, StoreResult, Wait, records};
use model::{
    Millis,
    delivery::{DeliveryState, SkipReason},
    ids::NoticeId,
    notice::{Audience, Preflight, StateCounts},
    template::TemplateKind,
};

/// One round of the queue takes so many of a notice: enough that they stand together on a page, few enough that a small
/// notice gets its turn at once.
macro_rules! place {
    ($order:literal, $first:literal) => {
        concat!($first, " + (row_number() OVER (ORDER BY ", $order, ") - 1) / 32")
    };
}

/// Those with a free grant, into the queue, in its order; `$1` is the list of people, `$6` and `$7` the cap.
macro_rules! pending {
    ($people:expr) => {
        concat!(
            "INSERT INTO queue (mini_program_id, turn, notice_id, subscriber_id)
             SELECT $2, ",
            place!("p.id", "$5"),
            ", $4, p.id FROM (",
            $people,
            ") p JOIN grants g ON g.template_id = $3 AND g.subscriber_id = p.id
             WHERE p.bad = 0 AND g.balance - g.reserved >= 1 AND NOT ",
            capped!("p.id", "$6", "$7"),
            " ORDER BY p.id"
        )
    };
}

/// The others, skipped with the reason, in the order of the table's key.
macro_rules! skipped {
    ($people:expr) => {
        concat!(
            "INSERT INTO deliveries (notice_id, subscriber_id, state, errcode, attempts, updated_at)
             SELECT $4, p.id, 6, CASE WHEN p.bad = 1 THEN $11
                                      WHEN g.balance - g.reserved >= 1 THEN $8
                                      WHEN g.balance = 0 AND g.refused = 1 THEN $6 ELSE $7 END, 0, $5
             FROM (",
            $people,
            ") p LEFT JOIN grants g ON g.template_id = $3 AND g.subscriber_id = p.id
             WHERE p.bad = 1 OR g.balance IS NULL OR g.balance - g.reserved < 1 OR ",
            capped!("p.id", "$9", "$10"),
            " ORDER BY p.id"
        )
    };
}

macro_rules! chosen {
    () => {
        concat!(
            "SELECT s.id, 0 AS bad FROM subscribers s WHERE s.mini_program_id = $2 AND s.id IN (SELECT CAST(value AS BIGINT) FROM ",
            list!(),
            " AS l)"
        )
    };
}

macro_rules! pasted {
    () => {
        concat!(
            "SELECT s.id, 0 AS bad FROM subscribers s WHERE s.mini_program_id = $2 AND s.openid IN (SELECT value FROM ",
            list!(),
            " AS l)"
        )
    };
}

/// `$1` is the notice here.
macro_rules! listed {
    () => {
        "SELECT s.id, CASE WHEN r.problem IS NULL THEN 0 ELSE 1 END AS bad FROM recipients r
         JOIN subscribers s ON s.mini_program_id = $2 AND s.openid = r.openid
         WHERE r.notice_id = CAST($1 AS BIGINT)"
    };
}

mod begin;

use begin::{ask, begins, deed, judged};

/// An audience of more than this is not kept for another notice like it.
const KEPT: usize = 65_536;

/// Confirms a draft and sends it from now on.
pub(super) async fn notice(
    db: &Backend,
    id: NoticeId,
    shown: i64,
    hour_at: Millis,
    now: Millis,
) -> StoreResult<Enqueued> {
    let order = Order { id, shown, hour_at, now, wait: Wait::Nothing, by: String::new(), forecast: None, left_out: 0 };
    ordered(db, &order).await
}

/// Confirms a draft, which then waits for what the order says.
pub(super) async fn ordered(db: &Backend, order: &Order) -> StoreResult<Enqueued> {
    let (id, now) = (order.id, order.now);
    let mut tx = db.begin().await?;
    dialect::plan_for_many(&mut tx).await?;
    let Some(draft) = start(&mut tx, order).await? else {
        let known: Option<(i64,)> =
            query_as("SELECT id FROM notices WHERE id = $1").bind(id.0).fetch_optional(&mut *tx).await?;
        return Ok(if known.is_some() { Enqueued::Already } else { Enqueued::Missing });
    };
    let audience = draft.audience()?;
    let target = Target {
        notice: id.0,
        mini_program: draft.mini_program_id,
        template: draft.template_id,
        one_time: draft.kind == TemplateKind::OneTime.code(),
        // Counted back from when it begins: by then somebody's messages may lie far enough behind.
        cap: preflight::cap(&draft, &audience, begins(order)),
        now,
    };
    // Half a list is not sent to, whatever was shown.
    if matches!(audience, Audience::Listed { .. }) && imports::being_read(&mut tx, id).await? {
        tx.rollback().await?;
        return Ok(refused(preflight::of_draft(db, id, now).await?, 0));
    }
    let list = List::of(&mut tx, id, &draft, now).await?;
    let pending = target.insert(&mut tx, &list).await?;
    if pending == 0 || pending > order.shown {
        // Nothing of this was done; the person is told how things stand.
        tx.rollback().await?;
        let preflight = preflight::of_draft(db, id, now).await?;
        return Ok(refused(preflight, pending));
    }
    let wait = match judged(order.wait, draft.approve_above, pending.saturating_sub(order.left_out)) {
        wait if wait == order.wait => wait,
        wait => {
            ask(&mut tx, id, wait, &draft.audience).await?;
            wait
        }
    };
    target.reserve(&mut tx, &list).await?;
    let (counts, changes) = target.count(&mut tx, pending, &list).await?;
    changes.write(&mut tx).await?;
    if !order.by.is_empty() {
        log::write(&mut tx, id, deed(wait), &order.by, "", now).await?;
    }
    recurrences::went(&mut tx, id).await?;
    dialect::announce(&mut tx).await?;
    tx.commit().await?;
    Ok(Enqueued::Done(counts))
}

/// `None`: the other press has confirmed it between our rollback and our look.
fn refused(preflight: Option<Preflight>, pending: i64) -> Enqueued {
    match preflight {
        None => Enqueued::Already,
        Some(preflight) if pending == 0 => Enqueued::Nobody(preflight),
        Some(preflight) => Enqueued::MoreThanShown(preflight),
    }
}

/// Takes the draft: whoever presses a second time waits here and then finds none.
async fn start(conn: &mut Conn, order: &Order) -> StoreResult<Option<records::DraftRecord>> {
    let Some(draft) = preflight::hold_draft(conn, order.id).await? else { return Ok(None) };
    let (hold, due_at, planned) = match order.wait {
        Wait::Nothing => (None, order.now, false),
        Wait::Time { due_at, planned } => (Some("scheduled"), due_at, planned),
        Wait::Approval { planned } => (Some("approval"), planned.unwrap_or(order.now), planned.is_some()),
        Wait::Decision { due_at } => (Some("missed"), due_at, true),
    };
    // It may be megabytes, and from here on the deliveries say who it was; but as long as nothing is sent it may become a
    // draft again.
    let audience = draft.audience()?;
    let left = if hold.is_some() { draft.audience.clone() } else { records::to_json(&Audience::Nobody)? };
    // Rows of its own are not another notice's.
    let is_kept = draft.audience.len() <= KEPT && !matches!(audience, Audience::Listed { .. });
    query(concat!(
        "UPDATE notices
         SET state = 'running', confirmed_at = $2, due_at = $3, hour_at = $4, audience = $5, hold = $6, planned = $7,
             heeds = $8, ordered = $9, forecast = $10,
             personal = CASE WHEN ",
        position!(),
        "(content, '{{') > 0
                               OR EXISTS (SELECT 1 FROM recipients r WHERE r.notice_id = $1 AND r.data IS NOT NULL)
                             THEN 1 ELSE 0 END
         WHERE id = $1"
    ))
    .bind(order.id.0)
    .bind(order.now)
    .bind(due_at)
    .bind(order.hour_at)
    .bind(left)
    .bind(hold)
    .bind(i64::from(planned))
    .bind(i64::from(preflight::heeds(&draft, &audience)))
    .bind(Some(draft.audience.as_str()).filter(|_| is_kept))
    .bind(order.forecast.as_ref().map(records::to_json).transpose()?)
    .execute(conn)
    .await?;
    Ok(Some(draft))
}

/// What is being confirmed.
struct Target {
    notice: i64,
    mini_program: i64,
    template: i64,
    one_time: bool,
    /// How many messages to a person since when; 0: no cap.
    cap: (i64, Millis),
    now: Millis,
}

impl Target {
    /// Everybody into the queue or among the skipped; answers how many are pending.
    async fn insert(&self, conn: &mut Conn, list: &List) -> StoreResult<i64> {
        let (pending, skipped) = match list {
            List::Nobody => return Ok(0),
            List::Everybody if !self.is_capped() => {
                dialect::lock_grants(conn, &[self.template], true).await?;
                return self.insert_everybody(conn).await;
            }
            List::Everybody => (pending!(granted_people!()), skipped!(granted_people!())),
            List::Chosen(_) => (pending!(chosen!()), skipped!(chosen!())),
            List::Pasted(json) => {
                self.add_unknown(conn, json).await?;
                (pending!(pasted!()), skipped!(pasted!()))
            }
            List::Listed(_) => {
                self.add_unknown_recipients(conn).await?;
                (pending!(listed!()), skipped!(listed!()))
            }
            List::Results(_) => (pending!(result_people!()), skipped!(result_people!())),
        };
        dialect::lock_grants(conn, &[self.template], true).await?;
        let round = queue::round(conn, self.mini_program).await?;
        let done = query(pending)
            .bind(list.first())
            .bind(self.mini_program)
            .bind(self.template)
            .bind(self.notice)
            .bind(round)
            .bind(self.cap.0)
            .bind(self.cap.1)
            .execute(&mut *conn)
            .await?;
        query(skipped)
            .bind(list.first())
            .bind(self.mini_program)
            .bind(self.template)
            .bind(self.notice)
            .bind(self.now)
            .bind(SkipReason::Refused.number())
            .bind(SkipReason::NoGrant.number())
            .bind(SkipReason::TooOften.number())
            .bind(self.cap.0)
            .bind(self.cap.1)
            .bind(SkipReason::InvalidData.number())
            .execute(conn)
            .await?;
        Ok(rows(done.rows_affected()))
    }

    fn is_capped(&self) -> bool {
        self.cap.0 > 0
    }

    async fn insert_everybody(&self, conn: &mut Conn) -> StoreResult<i64> {
        let round = queue::round(conn, self.mini_program).await?;
        let done = query(concat!(
            "INSERT INTO queue (mini_program_id, turn, notice_id, subscriber_id)
             SELECT $1, ",
            place!("g.subscriber_id", "$4"),
            ", $2, g.subscriber_id
             FROM grants g
             WHERE g.template_id = $3 AND g.balance - g.reserved >= 1
             ORDER BY g.subscriber_id"
        ))
        .bind(self.mini_program)
        .bind(self.notice)
        .bind(self.template)
        .bind(round)
        .execute(conn)
        .await?;
        Ok(rows(done.rows_affected()))
    }

    /// Makes subscribers of openids that we do not know, in their order, so that two notices cannot wait for each other.
    async fn add_unknown(&self, conn: &mut Conn, json: &str) -> StoreResult<()> {
        query(concat!(
            "INSERT INTO subscribers (mini_program_id, openid, remark, remark_key, created_at)
             SELECT $2, l.openid, '', '', $3
             FROM (SELECT DISTINCT value AS openid FROM ",
            list!(),
            " AS v) l
             WHERE NOT EXISTS (SELECT 1 FROM subscribers s WHERE s.mini_program_id = $2 AND s.openid = l.openid)
             ORDER BY l.openid
             ON CONFLICT (mini_program_id, openid) DO NOTHING"
        ))
        .bind(json)
        .bind(self.mini_program)
        .bind(self.now)
        .execute(conn)
        .await?;
        Ok(())
    }

    /// The same for recipients that are stored by themselves.
    async fn add_unknown_recipients(&self, conn: &mut Conn) -> StoreResult<()> {
        query(
            "INSERT INTO subscribers (mini_program_id, openid, remark, remark_key, created_at)
             SELECT $2, r.openid, '', '', $3
             FROM recipients r
             WHERE r.notice_id = $1
               AND NOT EXISTS (SELECT 1 FROM subscribers s WHERE s.mini_program_id = $2 AND s.openid = r.openid)
             ORDER BY r.openid
             ON CONFLICT (mini_program_id, openid) DO NOTHING",
        )
        .bind(self.notice)
        .bind(self.mini_program)
        .bind(self.now)
        .execute(conn)
        .await?;
        Ok(())
    }

    /// Promises a grant to each pending delivery. Nobody else changes grants of this template meanwhile.
    async fn reserve(&self, conn: &mut Conn, list: &List) -> StoreResult<()> {
        if !self.one_time {
            return Ok(());
        }
        if matches!(list, List::Everybody) && !self.is_capped() {
            query("UPDATE grants SET reserved = reserved + 1 WHERE template_id = $1 AND balance - reserved >= 1")
                .bind(self.template)
                .execute(conn)
                .await?;
            return Ok(());
        }
        query(
            "UPDATE grants SET reserved = reserved + 1
             WHERE template_id = $1
               AND subscriber_id IN (SELECT subscriber_id FROM queue WHERE notice_id = $2)",
        )
        .bind(self.template)
        .bind(self.notice)
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn count(&self, conn: &mut Conn, pending: i64, list: &List) -> StoreResult<(StateCounts, Changes)> {
        let (mut counts, mut changes) = (StateCounts::default(), Changes::default());
        counts.add(DeliveryState::Pending, pending);
        changes.add(self.notice, DeliveryState::Pending, 0, pending);
        if matches!(list, List::Everybody) && !self.is_capped() {
            return Ok((counts, changes));
        }
        let skipped: Vec<(i64, i64)> =
            query_as("SELECT errcode, count(*) FROM deliveries WHERE notice_id = $1 GROUP BY errcode")
                .bind(self.notice)
                .fetch_all(conn)
                .await?;
        for (errcode, n) in skipped {
            counts.add(DeliveryState::Skipped, n);
            changes.add(self.notice, DeliveryState::Skipped, errcode, n);
        }
        Ok((counts, changes))
    }
}

fn rows(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

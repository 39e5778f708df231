//! Confirming a draft: the notice and all its deliveries in one transaction, by SQL.

use super::{
    counts::Changes,
    dialect::{self, Backend, Conn},
    preflight::{self, List},
    query, query_as,
};
use crate::{Enqueued, StoreResult, records};
use model::{
    Millis,
    delivery::{DeliveryState, SkipReason},
    ids::NoticeId,
    notice::{Audience, Preflight, StateCounts},
    template::TemplateKind,
};

/// The columns of a new delivery, with `$1` free for the list of people.
macro_rules! insert {
    ($rest:expr) => {
        concat!(
            "INSERT INTO deliveries (notice_id, mini_program_id, template_id, due_at, updated_at, attempts, \
             subscriber_id, state, errcode) ",
            $rest
        )
    };
}

/// Pending where a grant is free, else skipped with the reason; in the order of the table's key.
macro_rules! for_people {
    ($people:expr) => {
        insert!(concat!(
            "SELECT $4, $2, $3, $5, $5, 0, p.id,
                    CASE WHEN g.balance - g.reserved >= 1 THEN 0 ELSE 6 END,
                    CASE WHEN g.balance - g.reserved >= 1 THEN 0
                         WHEN g.balance = 0 AND g.refused = 1 THEN $6
                         ELSE $7 END
             FROM (",
            $people,
            ") p LEFT JOIN grants g ON g.template_id = $3 AND g.subscriber_id = p.id
             ORDER BY p.id"
        ))
    };
}

pub(super) async fn notice(
    db: &Backend,
    id: NoticeId,
    shown: i64,
    hour_at: Millis,
    now: Millis,
) -> StoreResult<Enqueued> {
    let mut tx = db.begin().await?;
    dialect::plan_for_many(&mut tx).await?;
    let Some(draft) = start(&mut tx, id, hour_at, now).await? else {
        let known: Option<(i64,)> =
            query_as("SELECT id FROM notices WHERE id = $1").bind(id.0).fetch_optional(&mut *tx).await?;
        return Ok(if known.is_some() { Enqueued::Already } else { Enqueued::Missing });
    };
    let order = Order {
        notice: id.0,
        mini_program: draft.mini_program_id,
        template: draft.template_id,
        one_time: draft.kind == TemplateKind::OneTime.code(),
        now,
    };
    let list = List::of(&draft.audience()?)?;
    order.insert(&mut tx, &list).await?;
    let (counts, changes) = order.count(&mut tx).await?;
    let pending = counts.of(DeliveryState::Pending);
    if pending == 0 || pending > shown {
        // Nothing of this was done; the person is told how things stand.
        tx.rollback().await?;
        let preflight = preflight::of_draft(db, id).await?;
        return Ok(refused(preflight, pending));
    }
    order.reserve(&mut tx, &list).await?;
    changes.write(&mut tx).await?;
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
async fn start(
    conn: &mut Conn,
    id: NoticeId,
    hour_at: Millis,
    now: Millis,
) -> StoreResult<Option<records::DraftRecord>> {
    let Some(draft) = preflight::hold_draft(conn, id).await? else { return Ok(None) };
    query(
        "UPDATE notices SET state = 'running', confirmed_at = $2, due_at = $2, hour_at = $3, audience = $4 WHERE id = $1",
    )
    .bind(id.0)
    .bind(now)
    .bind(hour_at)
    // It may be megabytes, and from here on the deliveries say who it was.
    .bind(records::to_json(&Audience::Nobody)?)
    .execute(conn)
    .await?;
    Ok(Some(draft))
}

struct Order {
    notice: i64,
    mini_program: i64,
    template: i64,
    one_time: bool,
    now: Millis,
}

impl Order {
    async fn insert(&self, conn: &mut Conn, list: &List) -> StoreResult<()> {
        let (sql, json) = match list {
            List::Nobody => return Ok(()),
            List::Everybody => {
                dialect::lock_grants(conn, &[self.template], true).await?;
                return self.insert_everybody(conn).await;
            }
            List::Chosen(json) => (
                for_people!(concat!(
                    "SELECT s.id FROM subscribers s WHERE s.mini_program_id = $2 AND s.id IN (SELECT CAST(value AS BIGINT) FROM ",
                    list!(),
                    " AS l)"
                )),
                json,
            ),
            List::Pasted(json) => {
                self.add_unknown(conn, json).await?;
                (
                    for_people!(concat!(
                        "SELECT s.id FROM subscribers s WHERE s.mini_program_id = $2 AND s.openid IN (SELECT value FROM ",
                        list!(),
                        " AS l)"
                    )),
                    json,
                )
            }
        };
        dialect::lock_grants(conn, &[self.template], true).await?;
        query(sql)
            .bind(json)
            .bind(self.mini_program)
            .bind(self.template)
            .bind(self.notice)
            .bind(self.now)
            .bind(SkipReason::Refused.number())
            .bind(SkipReason::NoGrant.number())
            .execute(conn)
            .await?;
        Ok(())
    }

    async fn insert_everybody(&self, conn: &mut Conn) -> StoreResult<()> {
        query(insert!(
            "SELECT $1, $2, $3, $4, $4, 0, g.subscriber_id, 0, 0
             FROM grants g
             WHERE g.template_id = $3 AND g.balance - g.reserved >= 1
             ORDER BY g.subscriber_id"
        ))
        .bind(self.notice)
        .bind(self.mini_program)
        .bind(self.template)
        .bind(self.now)
        .execute(conn)
        .await?;
        Ok(())
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

    /// Promises a grant to each pending delivery. Nobody else changes grants of this template meanwhile.
    async fn reserve(&self, conn: &mut Conn, list: &List) -> StoreResult<()> {
        if !self.one_time {
            return Ok(());
        }
        if let List::Everybody = list {
            query("UPDATE grants SET reserved = reserved + 1 WHERE template_id = $1 AND balance - reserved >= 1")
                .bind(self.template)
                .execute(conn)
                .await?;
            return Ok(());
        }
        query(
            "UPDATE grants SET reserved = reserved + 1
             WHERE template_id = $1
               AND subscriber_id IN (SELECT subscriber_id FROM deliveries WHERE notice_id = $2 AND state = 0)",
        )
        .bind(self.template)
        .bind(self.notice)
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn count(&self, conn: &mut Conn) -> StoreResult<(StateCounts, Changes)> {
        let rows: Vec<(i64, i64, i64)> =
            query_as("SELECT state, errcode, count(*) FROM deliveries WHERE notice_id = $1 GROUP BY state, errcode")
                .bind(self.notice)
                .fetch_all(conn)
                .await?;
        let (mut counts, mut changes) = (StateCounts::default(), Changes::default());
        for (number, errcode, n) in rows {
            let state = records::state("deliveries", number)?;
            counts.add(state, n);
            changes.add(self.notice, state, errcode, n);
        }
        Ok((counts, changes))
    }
}

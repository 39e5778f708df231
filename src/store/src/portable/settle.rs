//! What the end of a delivery does to its grant.

use super::{
    dialect::{self, Conn, Rows},
    grants::{After, kept},
    query, query_as,
};
use crate::StoreResult;
use model::{Millis, template::TemplateKind};
use std::collections::{HashMap, HashSet};

/// What became of the grant behind a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// The message was sent, or may have been.
    Spent,
    /// No call was made: the grant is free again.
    GivenBack,
    /// The platform refused the call for another reason: the grant is free again, and the ledger says why.
    Refused,
    /// The platform says that there is none (43101): what was accepted since the call began is left.
    Contradicted,
}

/// The end of one delivery. At most one of a subscriber and a template in one batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settlement {
    pub template: i64,
    pub subscriber: i64,
    pub notice: i64,
    pub usage: Use,
    /// When the call began; now where there was none.
    pub started_at: Millis,
    /// The delivery had ended as unknown before, its grant counted as spent: nothing is reserved for it any more.
    pub late: bool,
}

/// What a row asks for, as the statements take it.
const NOTHING: i64 = 0;
const SPEND: i64 = 1;
const CORRECT: i64 = 2;
const NOTE_RETURN: i64 = 3;
const RETURN: i64 = 4;

/// What began this much before it was written began then, as far as the ledger is concerned.
const SAME_MS: Millis = 1_000;

/// Changes grants and writes their ledger lines. Where the balance does not change, a line is written of what was sent (an
/// acceptance that comes to light later was used by it) and of refusals.
pub(super) async fn settle(conn: &mut Conn, settlements: &[Settlement], now: Millis) -> StoreResult<()> {
    let templates = templates(settlements);
    if templates.is_empty() {
        return Ok(());
    }
    dialect::lock_grants(conn, &templates, false).await?;
    let one_time = one_time(conn, &templates).await?;
    let is_one_time = |s: &Settlement| one_time.get(&s.template).copied().unwrap_or_default();
    // A long-term grant is neither reserved nor spent.
    let mut settlements: Vec<Settlement> =
        settlements.iter().filter(|s| is_one_time(s) || s.usage == Use::Contradicted).copied().collect();
    if settlements.is_empty() {
        return Ok(());
    }
    settlements.sort_unstable_by_key(|s| (s.template, s.subscriber));
    lock(conn, &settlements).await?;
    let left = left(conn, &settlements, is_one_time).await?;
    let spent = spent_before(conn, &settlements).await?;
    let rows: Vec<[i64; 8]> = settlements
        .iter()
        .map(|s| {
            let reserved = is_one_time(s) && !s.late;
            let happened_at = if now - s.started_at > SAME_MS { s.started_at } else { 0 };
            let left = left.get(&(s.template, s.subscriber)).copied().unwrap_or_default();
            let asks = asks_for(s, &spent);
            // Short where it is not looked at: most rows are of what was sent.
            let started_at = if asks == CORRECT || asks == RETURN { s.started_at } else { 0 };
            [s.template, s.subscriber, s.notice, asks, i64::from(reserved), left, started_at, happened_at]
        })
        .collect();
    let rows = dialect::rows(&rows);
    write_ledger(conn, rows.clone(), now).await?;
    change_grants(conn, rows, now).await
}

/// The templates of settlements, in the order in which they are locked.
pub(super) fn templates(settlements: &[Settlement]) -> Vec<i64> {
    let mut templates: Vec<i64> = settlements.iter().map(|s| s.template).collect();
    templates.sort_unstable();
    templates.dedup();
    templates
}

fn asks_for(s: &Settlement, spent: &HashSet<(i64, i64)>) -> i64 {
    match s.usage {
        Use::Spent => SPEND,
        Use::GivenBack => NOTHING,
        Use::Contradicted => CORRECT,
        Use::Refused if s.late && spent.contains(&(s.notice, s.subscriber)) => RETURN,
        Use::Refused => NOTE_RETURN,
    }
}

async fn one_time(conn: &mut Conn, templates: &[i64]) -> StoreResult<HashMap<i64, bool>> {
    let ids: Vec<[i64; 1]> = templates.iter().map(|id| [*id]).collect();
    let kinds: Vec<(i64, String)> = query_as(concat!(
        "SELECT t.id, t.kind FROM ",
        rows!(1: 1 "r_template"),
        " AS r JOIN templates t ON t.id = r_template"
    ))
    .bind(dialect::rows(&ids))
    .fetch_all(conn)
    .await?;
    Ok(kinds.into_iter().map(|(id, kind)| (id, kind == TemplateKind::OneTime.code())).collect())
}

async fn lock(conn: &mut Conn, settlements: &[Settlement]) -> StoreResult<()> {
    if !dialect::ROW_LOCKS {
        return Ok(());
    }
    let keys: Vec<[i64; 2]> = settlements.iter().map(|s| [s.template, s.subscriber]).collect();
    query(concat!(
        "SELECT 1 FROM ",
        rows!(2: 1 "r_template", 2 "r_subscriber"),
        " AS r JOIN grants ON template_id = r_template AND subscriber_id = r_subscriber
         -- Everybody locks in this order.
         ORDER BY template_id, subscriber_id",
        for_update!("grants")
    ))
    .bind(dialect::rows(&keys))
    .execute(conn)
    .await?;
    Ok(())
}

/// What is left of contradicted grants: a tap while the call was under way must not be lost.
async fn left(
    conn: &mut Conn,
    settlements: &[Settlement],
    is_one_time: impl Fn(&Settlement) -> bool,
) -> StoreResult<HashMap<(i64, i64), i64>> {
    let contradicted: Vec<After> = settlements
        .iter()
        .filter(|s| s.usage == Use::Contradicted)
        .map(|s| After {
            template: s.template,
            subscriber: s.subscriber,
            since: s.started_at,
            notice: s.notice,
            is_one_time: is_one_time(s),
        })
        .collect();
    if contradicted.is_empty() { Ok(HashMap::new()) } else { kept(conn, &contradicted).await }
}

/// (notice, subscriber) of late refusals whose grant was really taken when their outcome was unknown.
async fn spent_before(conn: &mut Conn, settlements: &[Settlement]) -> StoreResult<HashSet<(i64, i64)>> {
    let late: Vec<[i64; 3]> = settlements
        .iter()
        .filter(|s| s.late && s.usage == Use::Refused)
        .map(|s| [s.template, s.subscriber, s.notice])
        .collect();
    if late.is_empty() {
        return Ok(HashSet::new());
    }
    let spent: Vec<(i64, i64)> = query_as(concat!(
        "SELECT l.notice_id, l.subscriber_id FROM ",
        rows!(3: 1 "r_template", 2 "r_subscriber", 3 "r_notice"),
        " AS r JOIN ledger l ON l.subscriber_id = r_subscriber
         WHERE l.template_id = r_template AND l.notice_id = r_notice AND l.kind = 'spent' AND l.change < 0"
    ))
    .bind(dialect::rows(&late))
    .fetch_all(conn)
    .await?;
    Ok(spent.into_iter().collect())
}

/// The rows of a batch.
macro_rules! settled {
    () => {
        rows!(8: 1 "r_template", 2 "r_subscriber", 3 "r_notice", 4 "r_asks", 5 "r_reserved", 6 "r_left", 7 "r_started",
                 8 "r_happened")
    };
}

/// By how much the balance changes. What the platform was emptied of later is not corrected or returned once more.
macro_rules! change {
    () => {
        "CASE r_asks
              WHEN 1 THEN CASE WHEN balance > 0 THEN -1 ELSE 0 END
              WHEN 2 THEN CASE WHEN emptied_at <= r_started AND balance > r_left THEN r_left - balance ELSE 0 END
              WHEN 4 THEN CASE WHEN emptied_at < r_started THEN 1 ELSE 0 END
              ELSE 0 END"
    };
}

async fn write_ledger(conn: &mut Conn, rows: Rows, now: Millis) -> StoreResult<()> {
    query(concat!(
        "INSERT INTO ledger (subscriber_id, template_id, at, happened_at, kind, change, balance_after, notice_id, note)
         SELECT subscriber_id, template_id, $2, NULLIF(r_happened, 0),
                CASE r_asks WHEN 1 THEN 'spent' WHEN 2 THEN 'corrected' ELSE 'returned' END, ",
        change!(),
        ", balance + ",
        change!(),
        ", r_notice, '' FROM ",
        settled!(),
        " AS r JOIN grants ON template_id = r_template AND subscriber_id = r_subscriber
         WHERE r_asks = 1 OR r_asks >= 3 OR ",
        change!(),
        " <> 0"
    ))
    .bind(rows)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

async fn change_grants(conn: &mut Conn, rows: Rows, now: Millis) -> StoreResult<()> {
    query(concat!(
        "UPDATE grants
         SET balance = balance + ",
        change!(),
        ", reserved = CASE WHEN reserved < r_reserved THEN 0 ELSE reserved - r_reserved END,
             emptied_at = CASE WHEN r_asks = 2 AND emptied_at < r_started THEN r_started ELSE emptied_at END,
             updated_at = CASE WHEN updated_at > $2 OR r_asks IN (0, 3) THEN updated_at ELSE $2 END
         FROM ",
        settled!(),
        " AS r
         WHERE template_id = r_template AND subscriber_id = r_subscriber"
    ))
    .bind(rows)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

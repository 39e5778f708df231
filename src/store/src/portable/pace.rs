//! How fast a mini program sends: what a person has set, and slower for a while when WeChat asks for it. One bucket for
//! all processes, because it stands in the database and changes with the claim that draws on it.

use super::{
    dialect::{Backend, Conn},
    query, query_as,
};
use crate::{PaceView, StoreResult};
use model::{Millis, ids::MiniProgramId};

/// Rates are calls in a thousand seconds; budgets are thousandths of a call.
const ONE: i64 = 1_000;
/// No slower than one call a second, or nothing would be learnt.
const SLOWEST: i64 = ONE;
/// Trouble within this is one trouble: the answers to what was under way come together.
const TOGETHER_MS: Millis = 1_000;
/// Faster again by a quarter after so long without trouble.
const CALM_MS: Millis = 10_000;
const DAY_MS: Millis = 86_400_000;
/// From here on nothing is held back any more.
const FREE: i64 = 10_000 * ONE;

/// The bucket as a claim finds it.
#[derive(Debug)]
pub(super) struct Pace {
    mini_program: i64,
    now: Millis,
    /// What WeChat makes of it; what a person has set.
    slowed: Option<i64>,
    set: Option<i64>,
    budget: i64,
    slowed_at: Millis,
    /// Whether it was slowed down when it was read.
    was_slowed: bool,
    /// Calls that may begin before too many are under way.
    room: i64,
    /// Whether these are quiet hours.
    quiet: bool,
    /// At most so many messages to a person since an instant.
    cap: Option<(i64, Millis)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    send_rate: Option<i64>,
    send_at_once: Option<i64>,
    rate: Option<i64>,
    budget: Option<i64>,
    at: Option<i64>,
    slowed_at: Option<i64>,
    quiet: i64,
    cap_n: Option<i64>,
    cap_days: Option<i64>,
}

/// Nothing of a mini program that is paused or unknown. No pause is longer than to the end of the day in China: what seems
/// so is of a clock that has gone back since.
const READ: &str = "SELECT m.send_rate, m.send_at_once, p.rate, p.budget, p.at, p.slowed_at, r.cap_n, r.cap_days,
            CAST(CASE WHEN r.quiet_since <= $2 AND r.quiet_until > $2 THEN 1 ELSE 0 END AS BIGINT) AS quiet
     FROM mini_programs m
     LEFT JOIN paces p ON p.mini_program_id = m.id
     LEFT JOIN send_rules r ON r.mini_program_id = m.id
     WHERE m.id = $1 AND (m.paused_until IS NULL OR m.paused_until <= $2 OR m.paused_until > $2 + 93600000)";

impl Pace {
    /// `None`: nothing may be sent, the mini program is unknown or paused.
    pub(super) async fn of(conn: &mut Conn, mini_program: i64, now: Millis) -> StoreResult<Option<Self>> {
        let row: Option<Row> = query_as(READ).bind(mini_program).bind(now).fetch_optional(&mut *conn).await?;
        let Some(row) = row else { return Ok(None) };
        let room = match row.send_at_once {
            None => i64::MAX,
            Some(most) => most - under_way(conn, mini_program).await?,
        };
        let (slowed, slowed_at) = recovered(row.rate, row.slowed_at.unwrap_or_default(), now);
        let mut pace = Self {
            mini_program,
            now,
            slowed,
            set: row.send_rate.map(|rate| rate.saturating_mul(ONE)),
            budget: 0,
            slowed_at,
            was_slowed: row.rate.is_some(),
            room,
            quiet: row.quiet == 1,
            cap: row.cap_n.zip(row.cap_days).map(|(n, days)| (n, now - days * DAY_MS)),
        };
        pace.budget = pace.refilled(row.budget, row.at);
        Ok(Some(pace))
    }

    /// Calls in a thousand seconds; `None`: as fast as it goes.
    fn rate(&self) -> Option<i64> {
        [self.slowed, self.set].into_iter().flatten().min()
    }

    /// What has come into the bucket since; it holds what may be sent in a second. A clock that went back brings nothing.
    fn refilled(&self, budget: Option<i64>, at: Option<i64>) -> i64 {
        let Some(rate) = self.rate() else { return i64::MAX };
        let full = rate.max(ONE);
        let (Some(budget), Some(at)) = (budget, at) else { return full };
        let passed = (self.now - at).clamp(0, 60_000);
        budget.saturating_add(rate.saturating_mul(passed) / 1_000).clamp(-full, full)
    }

    /// Whether these are quiet hours.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// At most so many messages to a person since an instant.
    pub(super) fn cap(&self) -> Option<(i64, Millis)> {
        self.cap
    }

    /// So many calls may begin now.
    pub(super) fn allows(&self) -> i64 {
        if self.rate().is_none() { self.room } else { (self.budget / ONE).min(self.room) }
    }
}

/// Faster again, a quarter at a time.
fn recovered(rate: Option<i64>, slowed_at: Millis, now: Millis) -> (Option<i64>, Millis) {
    match rate {
        // A clock that went back must not hold it down.
        Some(rate) if now - slowed_at >= CALM_MS || slowed_at > now => {
            let faster = rate.saturating_add(rate / 4);
            (Some(faster).filter(|rate| *rate < FREE), now)
        }
        other => (other, slowed_at),
    }
}

async fn under_way(conn: &mut Conn, mini_program: i64) -> StoreResult<i64> {
    let (n,) =
        query_as("SELECT count(*) FROM sending WHERE mini_program_id = $1").bind(mini_program).fetch_one(conn).await?;
    Ok(n)
}

/// Draws calls from the bucket. Where no limit is in force nothing is written.
pub(super) async fn spend(conn: &mut Conn, pace: Pace, calls: usize) -> StoreResult<()> {
    if pace.rate().is_none() && !pace.was_slowed {
        return Ok(());
    }
    let calls = i64::try_from(calls).unwrap_or(i64::MAX).saturating_mul(ONE);
    let budget = if pace.rate().is_none() { 0 } else { pace.budget.saturating_sub(calls) };
    write(conn, pace.mini_program, pace.slowed, budget, pace.now, pace.slowed_at).await
}

async fn write(
    conn: &mut Conn,
    mini_program: i64,
    rate: Option<i64>,
    budget: i64,
    at: Millis,
    slowed_at: Millis,
) -> StoreResult<()> {
    query(
        "INSERT INTO paces (mini_program_id, rate, budget, at, slowed_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (mini_program_id) DO UPDATE
         SET rate = excluded.rate, budget = excluded.budget, at = excluded.at, slowed_at = excluded.slowed_at",
    )
    .bind(mini_program)
    .bind(rate)
    .bind(budget)
    .bind(at)
    .bind(slowed_at)
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn slow_down(db: &Backend, id: MiniProgramId, calls_a_second: i64, now: Millis) -> StoreResult<bool> {
    let mut tx = db.begin().await?;
    super::dialect::lock_claims(&mut tx, id.0).await?;
    let Some(pace) = Pace::of(&mut tx, id.0, now).await? else { return Ok(false) };
    if pace.slowed.is_some() && (0..TOGETHER_MS).contains(&(now - pace.slowed_at)) {
        return Ok(false);
    }
    let was = [pace.rate(), Some(calls_a_second.saturating_mul(ONE))].into_iter().flatten().min().unwrap_or(FREE);
    let rate = (was / 2).max(SLOWEST);
    write(&mut tx, id.0, Some(rate), pace.budget.min(rate.max(ONE)), now, now).await?;
    tx.commit().await?;
    Ok(true)
}

pub(super) async fn view(db: &Backend, id: MiniProgramId, now: Millis) -> StoreResult<PaceView> {
    let row: Option<Row> = query_as(
        "SELECT m.send_rate, m.send_at_once, p.rate, p.budget, p.at, p.slowed_at, CAST(0 AS BIGINT) AS quiet,
                CAST(NULL AS BIGINT) AS cap_n, CAST(NULL AS BIGINT) AS cap_days
         FROM mini_programs m LEFT JOIN paces p ON p.mini_program_id = m.id WHERE m.id = $1",
    )
    .bind(id.0)
    .fetch_optional(db.read())
    .await?;
    let Some(row) = row else { return Ok(PaceView::default()) };
    let (slowed, _) = recovered(row.rate, row.slowed_at.unwrap_or_default(), now);
    Ok(PaceView { set: row.send_rate, slowed: slowed.map(|rate| (rate / ONE).max(1)), at_once: row.send_at_once })
}

//! kill -9, again and again.

use crate::{
    Crew, Judge, Place, Server, Stage, Temper,
    report::{Row, Told},
};
use anyhow::{Context, Result};
use fastrand::Rng;
use model::delivery::DeliveryState;
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

/// A worker that sends nothing for so long is killed all the same.
const LONGEST_LIFE: Duration = Duration::from_secs(20);
/// A start takes about so long; some are killed within it.
const START_MS: u64 = 400;

/// What is killed, and how often.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The executable.
    pub program: PathBuf,
    /// On PostgreSQL, or else on SQLite.
    pub server: Option<Server>,
    /// Workers at once.
    pub processes: usize,
    /// kill -9 so often.
    pub kills: usize,
    /// People; each gets every notice.
    pub people: usize,
    /// Notices.
    pub notices: usize,
    /// How the workers are set.
    pub temper: Temper,
    /// Chooses victims and moments.
    pub seed: u64,
}

/// Runs it.
///
/// # Errors
/// Something that is not under test does not work, or the sending stalls.
pub async fn run(plan: &Plan) -> Result<Row> {
    let began = Instant::now();
    let place = Place::new(plan.server.as_ref()).await?;
    let stage = Stage::furnish(place, plan.temper, plan.people, plan.notices).await?;
    let told = Told::new("kill -9", &stage, plan.processes, plan.seed);
    let mut crew = Crew::start(vec![stage.worker(plan.program.clone()); plan.processes])?;
    let mut rng = Rng::with_seed(plan.seed);
    let mut kills = 0;
    while kills < plan.kills {
        live(&stage, &mut rng, plan.kills - kills).await?;
        if open(&stage).await? == 0 {
            break;
        }
        crew.replace(rng.usize(..crew.len()))?;
        kills += 1;
    }
    stage.wait_for(stage.deliveries()).await.with_context(|| crew.logs())?;
    crew.stop().await?;
    let mut judge = Judge::new(&stage);
    judge.unknown_allowed = kills * plan.temper.in_hand();
    let mut verdict = judge.look().await?;
    if kills < plan.kills {
        verdict.breaches.push(format!("all was sent after {kills} of {} kills: the drill is too small", plan.kills));
    }
    stage.clear().await?;
    Ok(told.row(format!("{kills} kills"), verdict, began))
}

/// Lets the workers live until the next kill: so that all kills fit into the deliveries that are left, at a moment that
/// is now in the start, now in the middle of a claim, a call or a batch of results.
async fn live(stage: &Stage, rng: &mut Rng, kills_left: usize) -> Result<()> {
    if rng.u8(..4) == 0 {
        tokio::time::sleep(Duration::from_millis(rng.u64(..START_MS))).await;
        return Ok(());
    }
    // Each kill takes some with it that become unknown.
    let share = (open(stage).await? / (kills_left + 1)).saturating_sub(stage.temper.concurrency).max(1);
    let until = stage.accepted() + rng.usize(1..=share * 2);
    let born = Instant::now();
    while stage.accepted() < until && born.elapsed() < LONGEST_LIFE && open_here(stage) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    tokio::time::sleep(Duration::from_micros(rng.u64(..stage.temper.latency_ms * 2_000))).await;
    Ok(())
}

fn open_here(stage: &Stage) -> bool {
    stage.accepted() < stage.deliveries()
}

/// Deliveries that have not ended.
async fn open(stage: &Stage) -> Result<usize> {
    let counts = stage.counts().await?;
    Ok(usize::try_from(counts.of(DeliveryState::Pending) + counts.of(DeliveryState::Sending))?)
}

//! PostgreSQL crashing and starting again, and the way to it cut off, while workers send.

use crate::{
    Crew, Judge, Place, Server, Stage, Temper,
    proxy::{Proxy, Weather},
    report::{Row, Told},
};
use anyhow::{Context, Result};
use fastrand::Rng;
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

/// What is broken, and how often.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The executable.
    pub program: PathBuf,
    /// The server.
    pub server: Server,
    /// Workers at once.
    pub processes: usize,
    /// So many outages.
    pub times: usize,
    /// People; each gets every notice.
    pub people: usize,
    /// Notices.
    pub notices: usize,
    /// Chooses the moments.
    pub seed: u64,
}

/// Leases outlast every outage of these drills, so that nothing may become unknown.
const TEMPER: Temper = Temper { concurrency: 16, timeout_secs: 2, lease_secs: 60, latency_ms: 40 };
/// The longest outage, in milliseconds.
const LONGEST_MS: u64 = 2_500;

/// Ends the server as a crash does, and starts it again.
///
/// # Errors
/// Something that is not under test does not work, or the sending stalls.
pub async fn restart(plan: &Plan) -> Result<Row> {
    let began = Instant::now();
    let stage = furnish(plan).await?;
    let told = Told::new("server crashes", &stage, plan.processes, plan.seed);
    let mut crew = Crew::start(vec![stage.worker(plan.program.clone()); plan.processes])?;
    let mut rng = Rng::with_seed(plan.seed);
    let mut times = 0;
    while times < plan.times && send_some(&stage, &mut rng, plan.times - times).await {
        tokio::task::block_in_place(|| plan.server.crash())?;
        tokio::time::sleep(Duration::from_millis(rng.u64(..LONGEST_MS))).await;
        tokio::task::block_in_place(|| plan.server.start())?;
        times += 1;
    }
    crew.check()?;
    finish(plan, stage, crew, times).await.map(|verdict| told.row(format!("{times} crashes"), verdict, began))
}

/// Cuts the workers off: connections break at once, or nothing passes for a while and then goes on or breaks.
///
/// # Errors
/// Something that is not under test does not work, or the sending stalls.
pub async fn cut(plan: &Plan) -> Result<Row> {
    let began = Instant::now();
    let stage = furnish(plan).await?;
    let told = Told::new("network cut", &stage, plan.processes, plan.seed);
    let proxy = Proxy::before(&stage.place.url).await?;
    let call = stage.worker(plan.program.clone()).with("DATABASE_URL", &proxy.url);
    let mut crew = Crew::start(vec![call; plan.processes])?;
    let mut rng = Rng::with_seed(plan.seed);
    let mut times = 0;
    while times < plan.times && send_some(&stage, &mut rng, plan.times - times).await {
        let still = Duration::from_millis(rng.u64(..LONGEST_MS));
        match rng.u8(..4) {
            0 => rest(&proxy, &[(Weather::Cut, Duration::from_millis(1))]).await,
            1 => rest(&proxy, &[(Weather::Cut, still)]).await,
            2 => rest(&proxy, &[(Weather::Still, still)]).await,
            _ => rest(&proxy, &[(Weather::Still, still), (Weather::Cut, Duration::from_millis(50))]).await,
        }
        times += 1;
    }
    crew.check()?;
    finish(plan, stage, crew, times).await.map(|verdict| told.row(format!("{times} cuts"), verdict, began))
}

async fn furnish(plan: &Plan) -> Result<Stage> {
    Stage::furnish(Place::on(&plan.server).await?, TEMPER, plan.people, plan.notices).await
}

/// Lets some be sent, so that all outages fit into what is left; whether something is left. Asks the platform, because the
/// database may be away.
async fn send_some(stage: &Stage, rng: &mut Rng, times_left: usize) -> bool {
    let left = stage.deliveries().saturating_sub(stage.accepted());
    let until = stage.accepted() + rng.usize(1..=(left / (times_left + 1)).max(1) * 2);
    let since = Instant::now();
    while stage.accepted() < until.min(stage.deliveries()) && since.elapsed() < Duration::from_secs(20) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    tokio::time::sleep(Duration::from_micros(rng.u64(..80_000))).await;
    stage.accepted() < stage.deliveries()
}

async fn rest(proxy: &Proxy, weather: &[(Weather, Duration)]) {
    for (weather, time) in weather {
        proxy.set(*weather);
        tokio::time::sleep(*time).await;
    }
    proxy.set(Weather::Fine);
}

async fn finish(plan: &Plan, stage: Stage, crew: Crew, times: usize) -> Result<crate::Verdict> {
    stage.wait_for(stage.deliveries()).await.with_context(|| crew.logs())?;
    crew.stop().await?;
    let mut verdict = Judge::new(&stage).look().await?;
    if times < plan.times {
        verdict.breaches.push(format!("all was sent after {times} of {}: the drill is too small", plan.times));
    }
    stage.clear().await?;
    Ok(verdict)
}

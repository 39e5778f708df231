//! The clock is moved while workers send: forward, back, for one of them or for all.

use crate::{
    Crew, Judge, Place, Server, Stage, Temper,
    report::{Row, Told},
};
use anyhow::{Context, Result};
use fastrand::Rng;
use simulator::{Action, Fault, Match};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How far and how often.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The executable.
    pub program: PathBuf,
    /// On PostgreSQL, or else on SQLite.
    pub server: Option<Server>,
    /// Where libfaketime is, if not in one of its usual places.
    pub faketime: Option<PathBuf>,
    /// Workers at once.
    pub processes: usize,
    /// So often.
    pub times: usize,
    /// People; each gets every notice.
    pub people: usize,
    /// Notices.
    pub notices: usize,
    /// Chooses moments and distances.
    pub seed: u64,
}

const TEMPER: Temper = Temper { concurrency: 16, timeout_secs: 2, lease_secs: 30, latency_ms: 40 };
/// Where the clock is put, in seconds from the right time.
const OFFSETS: [i64; 8] = [0, 5, -5, 40, -40, 3_600, -3_600, 86_400];
/// So many of the calls are refused by a gateway, so that there are tries that wait. (-1 would slow the sending down.)
const REFUSED: f64 = 0.05;
const PLACES: [&str; 4] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib64/faketime/libfaketime.so.1",
    "/usr/lib/faketime/libfaketime.so.1",
];

/// Runs it; skipped by name where there is no libfaketime.
///
/// # Errors
/// Something that is not under test does not work, or the sending stalls.
pub async fn run(plan: &Plan) -> Result<Row> {
    let began = Instant::now();
    let usual = || PLACES.iter().map(PathBuf::from).find(|path| path.is_file());
    let Some(library) = plan.faketime.clone().or_else(usual) else {
        let database = if plan.server.is_some() { "postgres" } else { "sqlite" };
        return Ok(Row::skipped("clock moved", database, "libfaketime is not installed"));
    };
    let stage = Stage::furnish(Place::new(plan.server.as_ref()).await?, TEMPER, plan.people, plan.notices).await?;
    let told = Told::new("clock moved", &stage, plan.processes, plan.seed);
    let some = Match { probability: Some(REFUSED), seed: plan.seed, ..Match::sends() };
    let refusal = Action::Status { status: 429, retry_after_secs: Some(1), accept: false };
    stage.simulator.script([Fault::new(some, refusal)]);
    let clocks = Clocks::new(plan.processes)?;
    let calls = (0..plan.processes).map(|n| {
        let call = stage.worker(plan.program.clone()).with("LD_PRELOAD", library.display().to_string());
        clocks.settings(n).into_iter().fold(call, |call, (name, value)| call.with(name, value))
    });
    let mut crew = Crew::start(calls.collect())?;
    let mut rng = Rng::with_seed(plan.seed);
    let mut times = 0;
    while times < plan.times && stage.accepted() < stage.deliveries() {
        tokio::time::sleep(Duration::from_millis(rng.u64(100..700))).await;
        clocks.turn(&mut rng)?;
        crew.check()?;
        times += 1;
    }
    clocks.right()?;
    let right = Instant::now();
    stage.wait_for(stage.deliveries()).await.with_context(|| crew.logs())?;
    let rest = right.elapsed().as_secs();
    crew.stop().await?;
    let mut judge = Judge::new(&stage);
    // A jump ends leases of calls under way. Their answers still count, except those that ask for another try.
    // A worker whose clock is ahead ends the leases of the others, and somebody's next call may begin while the one before is
    // under way; the platform says so (43108), and it is made later.
    judge.overlaps_allowed = true;
    judge.unknown_allowed = times * TEMPER.in_hand() * plan.processes;
    let mut verdict = judge.look().await?;
    if times < plan.times {
        verdict.breaches.push(format!("all was sent after {times} of {}: the drill is too small", plan.times));
    }
    stage.clear().await?;
    Ok(told.row(format!("{times} jumps; the rest took {rest} s"), verdict, began))
}

/// The clock of each worker, as a file that says how wrong it is.
#[derive(Debug)]
struct Clocks {
    folder: TempDir,
    processes: usize,
}

impl Clocks {
    fn new(processes: usize) -> Result<Self> {
        let clocks = Self { folder: TempDir::with_prefix("yanshu-drill-clock-")?, processes };
        clocks.right()?;
        Ok(clocks)
    }

    fn file(&self, n: usize) -> PathBuf {
        self.folder.path().join(format!("clock-{n}"))
    }

    fn settings(&self, n: usize) -> Vec<(&'static str, String)> {
        vec![
            ("FAKETIME_TIMESTAMP_FILE", self.file(n).display().to_string()),
            // Looked at each time, so that it moves while the process runs.
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            // Clocks that are set wrong do not disturb the one that only counts on.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("DONT_FAKE_MONOTONIC", "1".to_owned()),
            ("NO_FAKE_STAT", "1".to_owned()),
        ]
    }

    fn right(&self) -> Result<()> {
        (0..self.processes).try_for_each(|n| set(&self.file(n), 0))
    }

    /// Puts one clock or all to another time.
    fn turn(&self, rng: &mut Rng) -> Result<()> {
        let offset = rng.choice(OFFSETS).unwrap_or(0);
        let one = rng.usize(..self.processes + 1);
        let chosen = (0..self.processes).filter(|n| *n == one || one == self.processes);
        chosen.into_iter().try_for_each(|n| set(&self.file(n), offset))
    }
}

/// At once and whole, since a worker may read it at any moment.
fn set(file: &Path, offset: i64) -> Result<()> {
    let new = file.with_extension("new");
    fs::write(&new, format!("{offset:+}s\n"))?;
    Ok(fs::rename(new, file)?)
}

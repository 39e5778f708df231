//! The platform hangs, answers garbage, closes connections before and after the request was read, and is overloaded.

use crate::{
    Crew, Judge, Place, Server, Stage, Temper,
    report::{Row, Told},
    stage::APPID,
};
use anyhow::{Context, Result};
use fastrand::Rng;
use simulator::{Action, Fault, Match};
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

/// On what, and how much.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The executable.
    pub program: PathBuf,
    /// On PostgreSQL, or else on SQLite.
    pub server: Option<Server>,
    /// Workers at once.
    pub processes: usize,
    /// People; each gets every notice.
    pub people: usize,
    /// Notices.
    pub notices: usize,
    /// Whether 45011 is among the trouble: it makes a mini program rest for a minute.
    pub with_rest: bool,
    /// Chooses which calls are hit.
    pub seed: u64,
}

const TEMPER: Temper = Temper { concurrency: 32, timeout_secs: 1, lease_secs: 30, latency_ms: 20 };
/// One in so many people has turned the template off: 43101.
const ONE_IN: usize = 40;
/// The longest rest after 45011, and the longest wait between tries.
const PATIENCE: Duration = Duration::from_secs(200);
/// Each kind of trouble lasts until so many calls came, but not longer than this.
const LONGEST: Duration = Duration::from_secs(6);

/// Runs it.
///
/// # Errors
/// Something that is not under test does not work, or the sending stalls.
pub async fn run(plan: &Plan) -> Result<Row> {
    let began = Instant::now();
    let stage = Stage::furnish(Place::new(plan.server.as_ref()).await?, TEMPER, plan.people, plan.notices).await?;
    let told = Told::new("platform misbehaves", &stage, plan.processes, plan.seed);
    stage.revoke((0..plan.people).filter(|n| n % ONE_IN == 7))?;
    let mut crew = Crew::start(vec![stage.worker(plan.program.clone()); plan.processes])?;
    let mut rng = Rng::with_seed(plan.seed);
    let troubles = troubles(&mut rng, plan.with_rest);
    let (all, share) = (troubles.len(), stage.deliveries() / (troubles.len() + 1));
    for trouble in troubles {
        stage.simulator.clear_faults();
        stage.simulator.script(trouble);
        last(&stage, share).await;
        crew.check()?;
    }
    stage.simulator.clear_faults();
    stage.wait_patiently(stage.deliveries(), PATIENCE).await.with_context(|| crew.logs())?;
    crew.stop().await?;
    // Whoever waits for an answer in vain hangs up, and the platform may learn of it after the next call has come.
    let judge = Judge { overlaps_allowed: true, only_in_doubt: true, ..Judge::new(&stage) };
    let mut verdict = judge.look().await?;
    let refused = plan.people.div_ceil(ONE_IN);
    if verdict.failed < refused / 2 {
        verdict.breaches.push(format!("{} failed, although {refused} people refuse", verdict.failed));
    }
    if verdict.unknown == 0 {
        verdict.breaches.push("nothing was left in doubt: the drill proves nothing".to_owned());
    }
    stage.clear().await?;
    Ok(told.row(format!("{all} kinds of trouble"), verdict, began))
}

/// Lets a trouble last for a share of the calls.
async fn last(stage: &Stage, share: usize) {
    let until = stage.simulator.call_count() + u64::try_from(share).unwrap_or(u64::MAX);
    let began = Instant::now();
    while stage.simulator.call_count() < until && began.elapsed() < LONGEST {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// One after another.
fn troubles(rng: &mut Rng, with_rest: bool) -> Vec<Vec<Fault>> {
    let mut all = vec![hangs(rng), closes(rng), garbage(rng), overload(rng)];
    if with_rest {
        all.insert(2, vec![Fault::new(Match::sends().first(40), Action::errcode(45011))]);
    }
    all
}

fn some(rng: &mut Rng, chance: f64) -> Match {
    Match { probability: Some(chance), seed: rng.u64(..), ..Match::sends() }
}

fn hangs(rng: &mut Rng) -> Vec<Fault> {
    let one = |rng: &mut Rng, accept| Fault::new(some(rng, 0.01), Action::Hang { accept });
    vec![one(rng, false), one(rng, true)]
}

fn closes(rng: &mut Rng) -> Vec<Fault> {
    let read = Match { appid: Some(APPID.to_owned()), ..some(rng, 0.04) };
    vec![
        Fault::new(some(rng, 0.04), Action::DropBefore),
        Fault::new(read, Action::DropBefore),
        Fault::new(some(rng, 0.04), Action::DropAfter),
    ]
}

fn garbage(rng: &mut Rng) -> Vec<Fault> {
    let bodies = ["not json", "{}", "[]", "{\"errcode\":null}", "{\"errcode\":\"ok\"}", "\u{feff}{"];
    let mut faults = Vec::new();
    for accept in [false, true] {
        for body in bodies {
            faults.push(Fault::new(some(rng, 0.01), Action::Body { body: body.to_owned(), accept }));
        }
        faults.push(Fault::new(some(rng, 0.01), Action::Html { status: 502, accept }));
        faults.push(Fault::new(some(rng, 0.01), Action::Html { status: 200, accept }));
        faults.push(Fault::new(some(rng, 0.01), Action::Empty { accept }));
        faults.push(Fault::new(some(rng, 0.01), Action::Truncated { accept }));
        faults.push(Fault::new(some(rng, 0.01), Action::Status { status: 500, retry_after_secs: None, accept }));
        faults.push(Fault::new(some(rng, 0.01), Action::Status { status: 504, retry_after_secs: None, accept }));
    }
    faults
}

/// Busy, and a gateway that refuses; both say that nothing was sent.
fn overload(rng: &mut Rng) -> Vec<Fault> {
    let refuses = |status| Action::Status { status, retry_after_secs: Some(1), accept: false };
    vec![
        Fault::new(some(rng, 0.5), Action::errcode(-1)),
        Fault::new(some(rng, 0.05), refuses(429)),
        Fault::new(some(rng, 0.05), refuses(503)),
    ]
}

//! Schedules: several simulated workers over a real store, driven one transaction at a time by a seeded generator.
//!
//! Claims, calls, results in any order and stored twice, claims whose answer was lost, crashes, leases that end, recoveries,
//! withdrawals, a clock that goes back. After every step the store must show exactly what the [`shadow`] says, so that no
//! transition happens that the words of the design do not allow; at the end everybody has been dealt with and nobody was
//! accepted twice. A seed replays its schedule.

mod failure;
mod finish;
mod life;
mod shadow;
mod steps;
mod workers;
mod world;

use crate::{Place, Server};
use anyhow::{Context, Result};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

pub use failure::Failure;
use life::Life;
use world::World;

/// Schedules on one database before another is made: the proof of the books reads everything.
const PER_DATABASE: u64 = 400;
/// The books are proven after so many.
const PER_PROOF: u64 = 40;
/// More failures than this tell nothing new.
const ENOUGH: usize = 3;

/// Seeds that found something once, or would have: they run before all others.
///
/// Found by breaking the store on purpose: 3 claims that do not look at who is busy, 1006 late answers that ignore the lease,
/// 1020 recovery that spends no grant.
pub const KEPT: [u64; 3] = [3, 1_006, 1_020];

/// What became of many schedules.
#[derive(Debug, Default)]
pub struct Outcome {
    /// How many ran.
    pub schedules: u64,
    /// Steps of all of them.
    pub steps: u64,
    /// How often each step was taken.
    pub taken: BTreeMap<&'static str, u64>,
    /// How long it took.
    pub took: Duration,
    /// The first that failed.
    pub failures: Vec<Failure>,
}

/// Runs the kept seeds and then `count` seeds from `first`, on so many threads with a database each.
///
/// # Errors
/// A database cannot be made or answers with an error. A schedule that fails is no error but stands in the outcome.
pub fn run(server: Option<&Server>, first: u64, count: u64, threads: usize) -> Result<Outcome> {
    let began = Instant::now();
    let seeds: Arc<Vec<u64>> = Arc::new(KEPT.into_iter().chain(first..first + count).collect());
    let next = Arc::new(AtomicU64::new(0));
    let outcome = Arc::new(Mutex::new(Outcome::default()));
    std::thread::scope(|scope| -> Result<()> {
        let hands: Vec<_> = (0..threads.max(1))
            .map(|_| {
                let (seeds, next, outcome) = (seeds.clone(), next.clone(), outcome.clone());
                scope.spawn(move || -> Result<()> {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                    runtime.block_on(work(server, &seeds, &next, &outcome))
                })
            })
            .collect();
        for hand in hands {
            hand.join().map_err(|_| anyhow::anyhow!("a thread of schedules panicked"))??;
        }
        Ok(())
    })?;
    let mut outcome = Arc::into_inner(outcome)
        .context("a thread is still there")?
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    outcome.took = began.elapsed();
    Ok(outcome)
}

/// Takes portions of seeds until there are none, or enough failures.
async fn work(server: Option<&Server>, seeds: &[u64], next: &AtomicU64, outcome: &Mutex<Outcome>) -> Result<()> {
    while outcome.lock().unwrap_or_else(PoisonError::into_inner).failures.len() < ENOUGH {
        let from = usize::try_from(next.fetch_add(PER_DATABASE, Ordering::Relaxed))?;
        if from >= seeds.len() {
            break;
        }
        let portion = &seeds[from..seeds.len().min(from + usize::try_from(PER_DATABASE)?)];
        let done = portion_of(server, portion).await?;
        outcome.lock().unwrap_or_else(PoisonError::into_inner).add(done);
    }
    Ok(())
}

async fn portion_of(server: Option<&Server>, seeds: &[u64]) -> Result<Outcome> {
    let place = Place::quick(server).await?;
    let mut world = World::open(&place).await?;
    let mut outcome = Outcome::default();
    for some in seeds.chunks(usize::try_from(PER_PROOF)?) {
        for seed in some {
            if let Err(failure) = one(&mut world, *seed, &mut outcome).await {
                outcome.failures.push(failure);
                break;
            }
        }
        if !outcome.failures.is_empty() {
            break;
        }
        let wrong = world.store.check_books().await?;
        if !wrong.is_empty() {
            let failure = whose(server, some).await?.unwrap_or_else(|| Failure::of_many(some, &wrong));
            outcome.failures.push(failure);
            break;
        }
    }
    world.store.close().await;
    place.clear().await?;
    Ok(outcome)
}

async fn one(world: &mut World, seed: u64, outcome: &mut Outcome) -> Result<(), Failure> {
    let mut life = Life::begin(world, seed);
    let result = life.live().await;
    outcome.schedules += 1;
    for (step, n) in &life.taken {
        outcome.steps += n;
        *outcome.taken.entry(step).or_default() += n;
    }
    result
}

/// Finds the schedule after which the books are wrong, each on a database of its own.
async fn whose(server: Option<&Server>, seeds: &[u64]) -> Result<Option<Failure>> {
    for seed in seeds {
        let failure = alone(server, *seed).await?;
        if failure.is_some() {
            return Ok(failure);
        }
    }
    Ok(None)
}

/// Runs one seed on a database of its own and proves the books after it.
///
/// # Errors
/// The database cannot be made or answers with an error.
pub async fn alone(server: Option<&Server>, seed: u64) -> Result<Option<Failure>> {
    let place = Place::quick(server).await?;
    let mut world = World::open(&place).await?;
    let result = one(&mut world, seed, &mut Outcome::default()).await;
    let wrong = world.store.check_books().await?;
    world.store.close().await;
    place.clear().await?;
    Ok(match result {
        Err(failure) => Some(failure),
        Ok(()) if wrong.is_empty() => None,
        Ok(()) => Some(Failure::of_many(&[seed], &wrong)),
    })
}

impl Outcome {
    fn add(&mut self, other: Self) {
        self.schedules += other.schedules;
        self.steps += other.steps;
        self.failures.extend(other.failures);
        for (step, n) in other.taken {
            *self.taken.entry(step).or_default() += n;
        }
    }
}

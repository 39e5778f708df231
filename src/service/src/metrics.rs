//! The numbers of `/metrics`. What this process counted itself is always there; what the database knows is asked for at
//! most every five seconds, and left out while it does not answer.

mod families;

use crate::{Services, UseError, UseResult, vitals::Queue};
use families::Scrape;
use model::{Millis, ids::MiniProgramId};
use prometheus_client::{encoding::text, registry::Registry};
use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use tokio::{sync::Mutex, time::Instant};

/// So long an answer of the database is good for.
const FRESH: Duration = Duration::from_secs(5);
/// Waiting pushes are counted up to here.
const MOST_EVENTS: i64 = 100_000;

/// What the database knows of one mini program.
#[derive(Debug, Default)]
struct Standing {
    waiting: i64,
    /// How long the oldest due delivery waits.
    oldest_due_ms: Millis,
    paused: bool,
    /// The most calls a second, as set or as WeChat's trouble has slowed it down.
    most_per_second: Option<i64>,
    /// When the token was obtained, and when it ends.
    token: Option<(Millis, Millis)>,
}

/// What the database knows.
#[derive(Debug, Default)]
struct Stored {
    programs: BTreeMap<MiniProgramId, Standing>,
    waiting_events: i64,
    workers: i64,
}

/// The last answer of the database; `None` in it: it did not answer.
#[derive(Debug, Default)]
pub(crate) struct Gauges(Mutex<Option<(Instant, Option<Arc<Stored>>)>>);

impl Services {
    /// All numbers of this process and what waits, in the text format of OpenMetrics.
    ///
    /// # Errors
    /// `Internal` when the text cannot be written, which does not happen.
    pub async fn metrics(&self) -> UseResult<String> {
        let stored = self.stored().await;
        let now = self.now();
        let scrape = Scrape::new(&self.meter, self.store.pool(), stored, now);
        let mut registry = Registry::default();
        registry.register_collector(Box::new(scrape));
        let mut out = String::with_capacity(16 * 1024);
        text::encode(&mut out, &registry).map_err(|_| UseError::Internal("the metrics could not be written"))?;
        Ok(out)
    }

    /// One question at a time: scrapers that come together share its answer.
    async fn stored(&self) -> Option<Arc<Stored>> {
        let mut known = self.gauges.0.lock().await;
        if let Some((at, stored)) = &*known
            && at.elapsed() < FRESH
        {
            return stored.clone();
        }
        let stored = match self.look_up().await {
            Ok(stored) => Some(Arc::new(stored)),
            Err(error) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "numbers for the metrics cannot be had");
                None
            }
        };
        *known = Some((Instant::now(), stored.clone()));
        stored
    }

    async fn look_up(&self) -> UseResult<Stored> {
        let health = self.engine_health().await?;
        let queues: BTreeMap<MiniProgramId, Queue> = health.queues.iter().map(|q| (q.mini_program, *q)).collect();
        let mut programs = BTreeMap::new();
        for program in self.store.mini_programs().await? {
            let token = self.store.token(program.id).await?.filter(|token| token.sealed.is_some());
            let queue = queues.get(&program.id);
            let pace = self.store.pace(program.id, health.at).await?;
            let standing = Standing {
                waiting: queue.map_or(0, |queue| queue.waiting),
                oldest_due_ms: queue.and_then(|queue| queue.due_since).map_or(0, |since| (health.at - since).max(0)),
                paused: program.paused_until.is_some_and(|until| until > health.at),
                most_per_second: [pace.set, pace.slowed].into_iter().flatten().min(),
                token: token.map(|token| (token.obtained_at, token.expires_at)),
            };
            programs.insert(program.id, standing);
        }
        Ok(Stored {
            programs,
            waiting_events: self.store.waiting_events(MOST_EVENTS).await?,
            workers: i64::try_from(health.workers.len()).unwrap_or(i64::MAX),
        })
    }

    /// Whether a delivery engine runs in this process.
    #[must_use]
    pub fn sends(&self) -> bool {
        self.meter.running.load(Relaxed)
    }
}

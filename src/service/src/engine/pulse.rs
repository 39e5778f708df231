//! Tells the database every few seconds that this process sends, and how: that is how the console knows of workers.

mod window;

use super::meter::Meter;
use crate::Services;
use model::worker::{BEAT_EVERY_MS, Beat, Warning, Worker};
use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use window::History;

/// The version of the program.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
const EVERY: Duration = Duration::from_millis(BEAT_EVERY_MS.unsigned_abs());
/// A stop does not wait longer than this for the database to forget the process; it would be noticed as silent anyway.
const LEAVING: Duration = Duration::from_secs(3);
/// Every so many beats the others' versions are looked at.
const LOOK_AROUND: u32 = 12;

/// The running pulse.
#[derive(Debug)]
pub(super) struct Pulse {
    gone: CancellationToken,
    task: JoinHandle<()>,
}

impl Pulse {
    /// Beats at once, then every five seconds; says that the process is draining as soon as `stop` is cancelled.
    pub(super) fn start(services: Arc<Services>, stop: CancellationToken) -> Self {
        let gone = CancellationToken::new();
        let heart = Heart::new(services);
        let task = tokio::spawn(heart.run(stop, gone.clone()));
        Self { gone, task }
    }

    /// The last beat: the process is not listed any more.
    pub(super) async fn stop(self) {
        self.gone.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the pulse did not stop cleanly");
        }
    }
}

#[derive(Debug)]
struct Heart {
    services: Arc<Services>,
    id: i64,
    host: String,
    began: Instant,
    history: History,
    beats: u32,
    /// Beats in a row that the database did not take.
    failures: u32,
    versions: BTreeSet<String>,
}

impl Heart {
    fn new(services: Arc<Services>) -> Self {
        let id = services.keys.random_lease().unwrap_or_else(|_| fastrand::i64(1..i64::MAX));
        let host = gethostname::gethostname().to_string_lossy().into_owned();
        let history = History::new(&services.meter, Instant::now());
        let versions = BTreeSet::from([VERSION.to_owned()]);
        Self { services, id, host, began: Instant::now(), history, beats: 0, failures: 0, versions }
    }

    async fn run(mut self, stop: CancellationToken, gone: CancellationToken) {
        self.meter().running.store(true, Relaxed);
        while !gone.is_cancelled() {
            let draining = stop.is_cancelled();
            self.meter().draining.store(draining, Relaxed);
            self.beat(draining).await;
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = stop.cancelled(), if !draining => {}
                () = gone.cancelled() => {}
            }
        }
        self.meter().running.store(false, Relaxed);
        self.meter().draining.store(false, Relaxed);
        if !matches!(tokio::time::timeout(LEAVING, self.services.store.leave(self.id)).await, Ok(Ok(()))) {
            tracing::warn!("the list of processes that send still shows this one: the database did not answer");
        }
    }

    fn meter(&self) -> &Meter {
        &self.services.meter
    }

    async fn beat(&mut self, draining: bool) {
        self.history.look(&self.services.meter, Instant::now());
        let now = self.services.now();
        let up = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        let beat = Beat {
            id: self.id,
            host: self.host.clone(),
            pid: i64::from(std::process::id()),
            version: VERSION.to_owned(),
            // By the steady clock: what counts is for how long, whatever the other was set to meanwhile.
            started_at: now.saturating_sub(up),
            draining,
            under_way: self.meter().programs().iter().map(|(_, program)| program.under_way.load(Relaxed)).sum(),
            warnings: self.services.own_warnings().to_vec(),
            ..self.history.figures()
        };
        match self.services.store.beat(&beat, now).await {
            Ok(()) => self.failures = 0,
            Err(error) => {
                // Once at the beginning and then once a minute.
                if self.failures.is_multiple_of(LOOK_AROUND) {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the heartbeat was not taken");
                }
                self.failures += 1;
            }
        }
        if self.beats.is_multiple_of(LOOK_AROUND) {
            self.look_around().await;
        }
        self.beats += 1;
    }

    /// Says so once when others of another version come.
    async fn look_around(&mut self) {
        let now = self.services.now();
        let Ok(workers) = self.services.store.workers(now).await else { return };
        let versions = versions(workers.iter().filter(|worker| worker.is_alive(now)));
        if versions.len() > 1 && versions != self.versions {
            let warning = Warning::VersionsDiffer { versions: versions.iter().cloned().collect() };
            tracing::warn!("{}: {}", warning.about(), warning.text(model::Lang::En));
        }
        self.versions = versions;
    }
}

/// The versions of some processes and of this one.
pub(crate) fn versions<'a>(workers: impl Iterator<Item = &'a Worker>) -> BTreeSet<String> {
    workers.map(|worker| worker.beat.version.clone()).chain([VERSION.to_owned()]).collect()
}

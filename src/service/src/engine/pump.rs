//! One mini program's pump: claims as many deliveries as calls may begin, and lets them run.

use super::{
    EngineSettings,
    call::{Job, Prepared, Route, Signal},
    meter::ProgramMeter,
    speed::Speed,
    writer::Finished,
};
use crate::{Services, tokens::TokenError};
use model::{
    Millis,
    ids::{MiniProgramId, NoticeId},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use store::{Claim, Claimed, DeliveryResult, Outcome};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long a pump that is held back by the pace stays, if nothing more may be claimed.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often it looks while it is held back: often enough that calls do not come in bursts.
const LOOK: std::ops::RangeInclusive<i64> = 20..=500;

/// Contents of notices that are being sent; cleared when it grows past this.
const MOST_PREPARED: usize = 256;

/// What one mini program's sending shares between pumps and calls.
#[derive(Debug)]
pub(super) struct Lane {
    services: Arc<Services>,
    settings: EngineSettings,
    program: MiniProgramId,
    /// Calls that may begin.
    permits: Arc<Semaphore>,
    /// What may be under way or not yet stored, and so what can become unknown: twice as much as calls, so that these go on
    /// while results are being written.
    places: Arc<Semaphore>,
    meter: Arc<ProgramMeter>,
    prepared: Mutex<HashMap<NoticeId, Arc<Prepared>>>,
    results: mpsc::Sender<Finished>,
    calls: TaskTracker,
    stop: CancellationToken,
    /// Nothing is claimed before this instant, after WeChat could not be reached or refused a token.
    rest: Mutex<Rest>,
    speed: Mutex<Speed>,
}

/// The longest rest after WeChat could not be reached.
const LONGEST_REST_MS: Millis = 60_000;

#[derive(Debug, Default)]
struct Rest {
    until: Millis,
    failures: u32,
}

impl Lane {
    pub(super) fn new(
        services: Arc<Services>,
        settings: EngineSettings,
        program: MiniProgramId,
        results: mpsc::Sender<Finished>,
        calls: TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let permits = Arc::new(Semaphore::new(settings.concurrency));
        let places = Arc::new(Semaphore::new(settings.concurrency * 2));
        let meter = services.meter.program(program);
        Self {
            services,
            settings,
            program,
            permits,
            places,
            meter,
            prepared: Mutex::default(),
            results,
            calls,
            stop,
            rest: Mutex::default(),
            speed: Mutex::default(),
        }
    }

    /// Claims and calls until nothing is due or something makes it rest.
    pub(super) async fn pump(self: Arc<Self>) {
        let mut claimed_at = Instant::now();
        while !self.stop.is_cancelled() && !self.rests() {
            match self.round().await {
                Ok(0) => {
                    let Some(wait) = self.held_back().await.filter(|_| claimed_at.elapsed() < PATIENCE) else { return };
                    tokio::time::sleep(wait).await;
                }
                Ok(_) => {
                    claimed_at = Instant::now();
                    self.room().await;
                }
                Err(()) => {
                    // Lost claims are given back in `round`; give the database a moment.
                    tokio::time::sleep(Duration::from_millis(500)).await;
                    return;
                }
            }
        }
    }

    /// Whether nothing may be claimed yet. No rest is longer than a minute: one that seems so was meant by a clock that has
    /// gone back since.
    fn rests(&self) -> bool {
        let left = self.lock_rest().until - self.services.now();
        left > 0 && left <= LONGEST_REST_MS
    }

    /// How soon to look again, where the mini program's pace is what holds it back.
    async fn held_back(&self) -> Option<Duration> {
        let pace = self.services.store.pace(self.program, self.services.now()).await.ok().filter(|p| p.is_limited())?;
        let rate = [pace.set, pace.slowed].into_iter().flatten().min();
        let ms = rate.map_or(50, |rate| 1_000 / rate.max(1)).clamp(*LOOK.start(), *LOOK.end());
        Some(Duration::from_millis(ms.unsigned_abs()))
    }

    /// Waits until enough calls ended that a claim is worth its transaction.
    async fn room(&self) {
        let enough = u32::try_from(self.settings.concurrency / 4).unwrap_or(1).max(1);
        tokio::select! {
            _ = async { (self.permits.acquire_many(enough).await, self.places.acquire_many(enough).await) } => {}
            () = self.stop.cancelled() => {}
        }
    }

    async fn round(self: &Arc<Self>) -> Result<usize, ()> {
        let route = match self.services.tokens.get(self.program).await {
            Ok(token) => Route::new(token),
            Err(error) => {
                self.no_token(&error);
                return Ok(0);
            }
        };
        let Some((mut permits, mut places)) = self.free() else { return Ok(1) };
        let limit = i64::try_from(permits.num_permits()).unwrap_or(1);
        let (lease, claimed) = self.claim(limit).await?;
        let n = claimed.len();
        let mut claimed = claimed.into_iter();
        while let Some(delivery) = claimed.next() {
            let Ok(prepared) = self.prepare(&delivery).await else {
                self.not_begun(lease, std::iter::once(delivery).chain(claimed), places).await;
                return Err(());
            };
            let (Some(permit), Some(place)) = (permits.split(1), places.split(1)) else { break };
            let job =
                Job { program: self.program, claimed: delivery, lease, prepared, route: route.clone(), permit, place };
            let lane = self.clone();
            // Boxed, because a task's future is moved several times on its way in and out.
            self.calls.spawn(Box::pin(async move { lane.call(job).await }));
        }
        Ok(n)
    }

    /// No call was made for these, and the process stops: they go back, for their leases would make them unknown. Calls of the
    /// same claim may be under way, so the lease itself is not given back.
    async fn not_begun(
        &self,
        lease: i64,
        deliveries: impl Iterator<Item = Claimed> + Send,
        mut places: OwnedSemaphorePermit,
    ) {
        for delivery in deliveries {
            let Some(place) = places.split(1) else { break };
            let outcome = Outcome::Released { due_at: self.services.now() };
            let result = DeliveryResult { id: delivery.id, lease, attempt: None, outcome };
            if self.results.send(Finished { result, stop: None, place }).await.is_err() {
                tracing::error!("deliveries could not be given back: the writer had stopped");
                return;
            }
        }
    }

    /// As many permits as places, at least one.
    fn free(&self) -> Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)> {
        let free = self.permits.available_permits().min(self.places.available_permits());
        let free = u32::try_from(free).ok().filter(|n| *n > 0)?;
        let permits = self.permits.clone().try_acquire_many_owned(free).ok()?;
        Some((permits, self.places.clone().try_acquire_many_owned(free).ok()?))
    }

    async fn claim(&self, limit: i64) -> Result<(i64, Vec<Claimed>), ()> {
        let lease = self.services.keys.random_lease().map_err(|_| ())?;
        let now = self.services.now();
        let claim =
            Claim { mini_program: self.program, limit, now, lease_until: now + self.settings.lease_ms(), lease };
        let began = Instant::now();
        match self.services.store.claim_due(claim).await {
            Ok(claimed) => {
                self.services.meter.claimed(claimed.len(), began.elapsed());
                Ok((lease, claimed))
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "deliveries cannot be claimed");
                self.give_back(lease);
                Err(())
            }
        }
    }

    /// The claim may have been committed although its answer was lost: none of it was called, so all of it goes back.
    fn give_back(&self, lease: i64) {
        let services = self.services.clone();
        self.calls.spawn(async move {
            for _ in 0..600 {
                match services.store.release_claim(lease, services.now()).await {
                    Ok(released) => {
                        if released > 0 {
                            tracing::info!(released, "gave back deliveries of a claim whose answer was lost");
                        }
                        return;
                    }
                    Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
                }
            }
        });
    }

    async fn prepare(&self, delivery: &Claimed) -> Result<Arc<Prepared>, ()> {
        let notice = delivery.id.notice;
        if let Some(prepared) = self.lock_prepared().get(&notice) {
            return Ok(prepared.clone());
        }
        loop {
            match self.load(notice).await {
                Ok(prepared) => {
                    let prepared = Arc::new(prepared);
                    let mut all = self.lock_prepared();
                    if all.len() >= MOST_PREPARED {
                        all.clear();
                    }
                    all.insert(notice, prepared.clone());
                    return Ok(prepared);
                }
                Err(error) => {
                    // The claim is ours and no call was made: wait for the database rather than lose the lease.
                    tracing::warn!(
                        notice.id = notice.0,
                        error = &error as &dyn std::error::Error,
                        "a notice cannot be loaded"
                    );
                    if self.stop.is_cancelled() {
                        return Err(());
                    }
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        }
    }

    async fn load(&self, notice: NoticeId) -> Result<Prepared, crate::UseError> {
        let view = self.services.notice(notice).await?;
        Ok(Prepared {
            pri_tmpl_id: view.template.settings.pri_tmpl_id,
            page: view.notice.content.page,
            program_state: view.notice.content.program_state.code(),
            message_lang: view.notice.content.message_lang.code(),
            fields: view.template.settings.fields,
            values: view.notice.content.values,
        })
    }

    async fn call(&self, job: Job) {
        let (under_way, began) = (self.meter.begin(), Instant::now());
        let (finished, signal) = job.run(&self.services).await;
        self.meter.finished(&finished.result.outcome, finished.result.attempt.as_ref().map(|_| began.elapsed()));
        drop(under_way);
        match signal {
            Signal::Answered | Signal::TokenDropped | Signal::Busy | Signal::TooFast => self.lock_rest().failures = 0,
            Signal::NotReached => self.rest_a_little(),
            Signal::Paused => {}
        }
        if signal != Signal::NotReached {
            self.mind_the_pace(signal).await;
        }
        // The writer outlives every lane; if it were gone the lease would show the delivery as unknown.
        if self.results.send(finished).await.is_err() {
            tracing::error!("a result came after the writer had stopped");
        }
    }

    async fn mind_the_pace(&self, signal: Signal) {
        let now = self.services.now();
        let is_too_fast = signal == Signal::TooFast;
        let is_busy = is_too_fast || signal == Signal::Busy;
        let speed = self.speed.lock().unwrap_or_else(PoisonError::into_inner).answered(is_busy, is_too_fast, now);
        let Some(calls) = speed else { return };
        match self.services.store.slow_down(self.program, calls, now).await {
            Ok(true) => tracing::info!(mini_program.id = self.program.0, calls, "WeChat is busy: half as fast for now"),
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the pace could not be slowed down");
            }
        }
    }

    /// 1 s, 2 s, 4 s, … at most a minute, while the platform cannot be reached.
    fn rest_a_little(&self) {
        let now = self.services.now();
        let mut rest = self.lock_rest();
        if rest.until <= now || rest.until > now + LONGEST_REST_MS {
            let ms = (1_000_i64 << rest.failures.min(6)).min(LONGEST_REST_MS);
            rest.failures += 1;
            rest.until = now + ms / 2 + fastrand::i64(0..=ms / 2);
            tracing::warn!(mini_program.id = self.program.0, rest_ms = rest.until - now, "WeChat cannot be reached");
        }
    }

    fn no_token(&self, error: &TokenError) {
        let now = self.services.now();
        let until = match error {
            TokenError::Resting { retry_at, .. } => (*retry_at).min(now + 5_000),
            TokenError::Store(_) => now,
            _ => now + 2_000,
        };
        tracing::debug!(mini_program.id = self.program.0, error = error as &dyn std::error::Error, "no access token");
        let mut rest = self.lock_rest();
        rest.until = rest.until.max(until);
    }

    fn lock_rest(&self) -> std::sync::MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_prepared(&self) -> std::sync::MutexGuard<'_, HashMap<NoticeId, Arc<Prepared>>> {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

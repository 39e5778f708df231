//! Packs and sends, as long as there is an endpoint. Any number of processes may: messages are leased in the database.

use crate::{Services, UseResult};
use model::Millis;
use std::{sync::Arc, time::Duration};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

/// How often to look.
const POLL: Duration = Duration::from_secs(1);
/// Calls of one endpoint under way at once, over all processes: a slow one holds up itself only.
const AT_ONCE: i64 = 4;
/// Calls under way in this process.
const MOST_CALLS: usize = 64;
/// A lease lasts so long; a call at most 10 s.
const LEASE_MS: Millis = 60_000;
/// Messages are kept so long …
const KEPT_MS: Millis = 30 * 24 * 3_600_000;
/// … and those that were taken so long: of a notice for a million people they are 150 MB.
const TAKEN_KEPT_MS: Millis = 3 * 24 * 3_600_000;
/// Removed in one transaction.
const STEP: i64 = 1_000;

/// The running worker.
#[derive(Debug)]
pub struct WebhookWorker {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl WebhookWorker {
    /// Starts it.
    #[must_use]
    pub fn start(services: Arc<Services>) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(services, stop.clone()));
        Self { stop, task }
    }

    /// Stops after the calls under way.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the webhook worker did not stop cleanly");
        }
    }
}

async fn run(services: Arc<Services>, stop: CancellationToken) {
    let mut calls = JoinSet::new();
    while !stop.is_cancelled() {
        match services.tell_some(&mut calls).await {
            // There may be more.
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "webhooks could not be sent"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = services.hooks.wake.notified() => {}
            Some(_) = calls.join_next() => {}
            () = tokio::time::sleep(POLL) => {}
        }
        while calls.try_join_next().is_some() {}
    }
    while calls.join_next().await.is_some() {}
}

impl Services {
    /// One look: packs what happened and begins calls that are due. `true`: there may be more at once.
    async fn tell_some(self: &Arc<Self>, calls: &mut JoinSet<()>) -> UseResult<bool> {
        let endpoints = self.store.endpoints_on().await?;
        if endpoints.is_empty() {
            return Ok(false);
        }
        let packed = self.pack_some(&endpoints).await?;
        for endpoint in endpoints {
            if calls.len() >= MOST_CALLS {
                return Ok(false);
            }
            let (lease, now) = (self.keys.random_lease()?, self.now());
            for message in self.store.claim_webhooks(endpoint.id, lease, AT_ONCE, now, now + LEASE_MS).await? {
                let services = self.clone();
                calls.spawn(async move {
                    if let Err(error) = services.call_webhook(endpoint.id, lease, message).await {
                        // The lease ends by itself, and the call is made again.
                        tracing::warn!(error = &error as &dyn std::error::Error, "a webhook's result was not stored");
                    }
                });
            }
        }
        Ok(packed > 0)
    }

    /// Removes what is old of the webhooks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tidy_webhooks(&self) -> UseResult<()> {
        let now = self.now();
        while self.store.prune_webhooks(now - KEPT_MS, now - TAKEN_KEPT_MS, STEP).await? > 0 {}
        Ok(())
    }
}

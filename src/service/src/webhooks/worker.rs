//! Packs and sends, as long as there is an endpoint. Any number of processes may: messages are leased in the database.

use crate::{Services, UseResult};
use model::{Millis, ids::EndpointId, webhook::Endpoint};
use std::{sync::Arc, time::Duration};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

/// How often to look.
const POLL: Duration = Duration::from_secs(1);
/// Calls of one endpoint under way at once, over all processes: a slow one holds up itself only.
const AT_ONCE: i64 = 4;
/// The same of one whose last call failed: enough to learn that it is back.
const AT_ONCE_FAILING: i64 = 1;
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
    let mut next = EndpointId(0);
    while !stop.is_cancelled() {
        match services.tell_some(&mut calls, &mut next).await {
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

/// Puts the endpoint with this number, or the next one, in front of the others, which keep their order.
fn start_with(endpoints: &mut [Endpoint], next: EndpointId) {
    let first = endpoints.iter().position(|endpoint| endpoint.id >= next).unwrap_or_default();
    endpoints.rotate_left(first);
}

impl Services {
    /// One look: packs what happened and begins calls that are due, from endpoint `next` on. `true`: there may be more at
    /// once.
    async fn tell_some(self: &Arc<Self>, calls: &mut JoinSet<()>, next: &mut EndpointId) -> UseResult<bool> {
        let mut endpoints = self.store.endpoints_on().await?;
        if endpoints.is_empty() {
            return Ok(false);
        }
        let packed = self.pack_some(&endpoints).await?;
        start_with(&mut endpoints, *next);
        for endpoint in endpoints {
            if calls.len() >= MOST_CALLS {
                // Whose turn it is when there is room again.
                *next = endpoint.id;
                return Ok(false);
            }
            let (lease, now) = (self.keys.random_lease()?, self.now());
            let at_once = if endpoint.failing_since.is_some() { AT_ONCE_FAILING } else { AT_ONCE };
            for message in self.store.claim_webhooks(endpoint.id, lease, at_once, now, now + LEASE_MS).await? {
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

#[cfg(test)]
mod tests {
    use super::*;
    use model::ids::MiniProgramId;

    fn endpoint(id: i64) -> Endpoint {
        Endpoint {
            id: EndpointId(id),
            mini_program: MiniProgramId(1),
            url: String::new(),
            wants: 7,
            created_by: String::new(),
            created_at: 0,
            failing_since: None,
            disabled: None,
        }
    }

    #[test]
    fn whoever_had_to_wait_for_room_is_the_first_to_get_some() {
        let order = |next| {
            let mut endpoints: Vec<_> = [2, 5, 9].map(endpoint).into();
            start_with(&mut endpoints, EndpointId(next));
            endpoints.iter().map(|endpoint| endpoint.id.0).collect::<Vec<_>>()
        };
        assert_eq!(order(0), [2, 5, 9]);
        assert_eq!(order(5), [5, 9, 2]);
        // It was removed meanwhile: the one after it.
        assert_eq!(order(6), [9, 2, 5]);
        assert_eq!(order(10), [2, 5, 9]);
        start_with(&mut [], EndpointId(3));
    }
}

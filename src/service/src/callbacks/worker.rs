//! Gives stored pushes their effect, and does the chores of the ledger.

use crate::{Services, UseResult};
use model::{Millis, template::TemplateKind};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Events in one transaction.
const BATCH: i64 = 256;
/// How often to look for pushes that another process stored.
const POLL: Duration = Duration::from_secs(1);
/// How often old events are removed and acceptances expire.
const CHORES: Duration = Duration::from_secs(600);
/// Events, unpaired taps and report ids are kept this long.
const KEPT_MS: Millis = 7 * 24 * 3_600_000;
/// Rows removed, or subscribers looked at, in one transaction.
const STEP: i64 = 2_000;
const DAY_MS: Millis = 24 * 3_600_000;

/// The running worker.
#[derive(Debug)]
pub struct EventWorker {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl EventWorker {
    /// Starts it.
    #[must_use]
    pub fn start(services: Arc<Services>) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(services, stop.clone()));
        Self { stop, task }
    }

    /// Stops after the transaction under way.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the event worker did not stop cleanly");
        }
    }
}

async fn run(services: Arc<Services>, stop: CancellationToken) {
    let mut tidied: Option<tokio::time::Instant> = None;
    while !stop.is_cancelled() {
        match services.work_off_some().await {
            // There may be more: a stop must not wait for all of it.
            Ok(1..) => continue,
            Ok(0) => {}
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "pushes could not be worked off");
            }
        }
        if tidied.is_none_or(|at| at.elapsed() >= CHORES) {
            if let Err(error) = services.tidy_ledger().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "the ledger's chores failed");
            }
            tidied = Some(tokio::time::Instant::now());
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = services.events.notified() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

impl Services {
    /// Gives every stored push that is due its effect.
    ///
    /// # Errors
    /// When the database fails; nothing is lost.
    pub async fn work_off_events(&self) -> UseResult<()> {
        while self.work_off_some().await? > 0 {}
        Ok(())
    }

    /// One transaction of it; answers how many pushes it looked at, 0 when none is due.
    async fn work_off_some(&self) -> UseResult<u64> {
        let worked = self.store.work_off_events(BATCH, self.now()).await?;
        Ok(worked.done + worked.put_off)
    }

    /// Removes what is old of the callback and lets acceptances expire where a template says so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tidy_ledger(&self) -> UseResult<()> {
        while self.store.prune_events(self.now() - KEPT_MS, STEP).await? > 0 {}
        for program in self.store.mini_programs().await? {
            for template in self.store.registered_templates(program.id).await? {
                if let (Some(days), TemplateKind::OneTime) = (template.settings.validity_days, template.settings.kind) {
                    self.expire(template.id, self.now() - days * DAY_MS).await?;
                }
            }
        }
        Ok(())
    }

    async fn expire(&self, template: model::ids::TemplateId, since: Millis) -> UseResult<()> {
        let (mut after, mut changed) = (None, 0);
        loop {
            let step = self.store.expire_grants(template, since, after, STEP, self.now()).await?;
            changed += step.changed;
            after = step.after;
            if after.is_none() {
                break;
            }
        }
        if changed > 0 {
            tracing::info!(template.id = template.0, subscribers = changed, "acceptances expired");
        }
        Ok(())
    }
}

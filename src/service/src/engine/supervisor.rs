//! Starts pumps where something is due, recovers what a dead process left behind, and stops in order.

use super::{EngineSettings, pump::Lane, writer};
use crate::Services;
use model::ids::MiniProgramId;
use std::{collections::HashMap, sync::Arc, time::Duration};
use store::StoreResult;
use tokio::{sync::mpsc, task::JoinHandle, time::Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How often to look for leases that ended.
const RECOVER_EVERY: Duration = Duration::from_secs(2);

struct Running {
    lane: Arc<Lane>,
    pump: Option<JoinHandle<()>>,
}

/// Runs until told to stop; returns when calls under way have ended and their results are stored.
pub(super) async fn run(services: Arc<Services>, settings: EngineSettings, stop: CancellationToken) {
    let (results, finished) = mpsc::channel(4_096);
    let writer = tokio::spawn(writer::run(services.clone(), finished));
    let calls = TaskTracker::new();
    let mut lanes: HashMap<MiniProgramId, Running> = HashMap::new();
    let mut recovered: Option<Instant> = None;
    while !stop.is_cancelled() {
        if recovered.is_none_or(|at| at.elapsed() >= RECOVER_EVERY) {
            log_failure("recovery", recover(&services).await);
            recovered = Some(Instant::now());
        }
        if let Err(error) = services.keep_time().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "what is due could not be begun");
        }
        match services.store.pending_mini_programs(services.now()).await {
            Ok(pending) => {
                for (program, due_at) in pending {
                    if due_at <= services.now() {
                        let running = lanes.entry(program).or_insert_with(|| Running {
                            lane: Arc::new(Lane::new(
                                services.clone(),
                                settings.clone(),
                                program,
                                results.clone(),
                                calls.clone(),
                                stop.clone(),
                            )),
                            pump: None,
                        });
                        running.start();
                    }
                }
            }
            Err(error) => log_failure("look for work", Err(error)),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = services.wake.notified() => {}
            () = tokio::time::sleep(settings.poll) => {}
        }
    }
    wind_down(lanes, calls, results, writer, settings.drain).await;
}

impl Running {
    fn start(&mut self) {
        if self.pump.as_ref().is_none_or(JoinHandle::is_finished) {
            self.pump = Some(tokio::spawn(self.lane.clone().pump()));
        }
    }
}

/// No new claims; calls under way end by their own time-out; then the writer stores what is left.
async fn wind_down(
    lanes: HashMap<MiniProgramId, Running>,
    calls: TaskTracker,
    results: mpsc::Sender<writer::Finished>,
    writer: JoinHandle<()>,
    drain: Duration,
) {
    let in_time = tokio::time::timeout(drain, async {
        for running in lanes.into_values() {
            if let Some(pump) = running.pump {
                drop(pump.await);
            }
        }
        calls.close();
        calls.wait().await;
        drop(results);
        drop(writer.await);
    });
    if in_time.await.is_err() {
        tracing::error!("calls or results were still under way when the time to stop ran out; their leases will tell");
    }
}

async fn recover(services: &Arc<Services>) -> StoreResult<()> {
    loop {
        let lost = services.store.recover_expired(services.now(), 1_000).await?;
        if lost.is_empty() {
            break;
        }
        tracing::warn!(deliveries = lost.len(), "leases ended without a result: these deliveries are unknown now");
        services.mind_failures_of(lost.into_iter().collect()).await;
    }
    // Left behind by a crash, or ended by a console that is gone.
    if !services.store.ended_with_pending().await?.is_empty() {
        services.withdraw_soon();
    }
    Ok(())
}

fn log_failure(what: &str, result: StoreResult<()>) {
    if let Err(error) = result {
        tracing::warn!(error = &error as &dyn std::error::Error, "the engine could not {what}");
    }
}

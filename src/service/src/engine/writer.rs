//! Stores results in batches, for as long as it takes: a result that WeChat has answered is never thrown away.

use crate::{Services, control::failing};
use model::{ids::NoticeId, notice::NoticeState};
use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};
use store::DeliveryResult;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

/// The most results in one transaction.
const BATCH: usize = 512;
/// The longest wait between two tries to store a batch.
const LONGEST_REST: Duration = Duration::from_secs(2);

/// One result on its way to the database. The place is given back when it is stored, so that what is under way or
/// not yet stored is bounded, and with it what can become unknown.
#[derive(Debug)]
pub(super) struct Finished {
    pub result: DeliveryResult,
    /// The whole notice has to stop, with this code.
    pub stop: Option<(NoticeId, i64)>,
    pub place: OwnedSemaphorePermit,
}

/// Runs until all senders are gone and everything is stored.
pub(super) async fn run(services: Arc<Services>, mut finished: mpsc::Receiver<Finished>) {
    let mut batch = Vec::with_capacity(BATCH);
    while finished.recv_many(&mut batch, BATCH).await > 0 {
        let mut results = Vec::with_capacity(batch.len());
        let mut places = Vec::with_capacity(batch.len());
        let mut stops = BTreeSet::new();
        for item in batch.drain(..) {
            results.push(item.result);
            places.push(item.place);
            stops.extend(item.stop);
        }
        store(&services, &results).await;
        drop(places);
        for (notice, errcode) in stops {
            stop_notice(&services, notice, errcode).await;
        }
        services.mind_failures_of(failing(&results)).await;
    }
}

async fn store(services: &Services, results: &[DeliveryResult]) {
    let mut rest = Duration::from_millis(50);
    let mut tries = 0_u32;
    loop {
        let began = Instant::now();
        match services.store.record_results(results, services.now()).await {
            Ok(counted) => {
                services.meter.stored(results.len(), began.elapsed());
                if counted < results.len() as u64 {
                    tracing::warn!(
                        stored = counted,
                        of = results.len(),
                        "some results came after their lease was lost"
                    );
                }
                return;
            }
            Err(error) => {
                // Once at the beginning and then now and again: an outage of minutes shall not fill the log.
                if tries.is_multiple_of(15) {
                    let error: &dyn std::error::Error = &error;
                    tracing::error!(error, results = results.len(), "results cannot be stored, trying again");
                }
                tries += 1;
                tokio::time::sleep(rest).await;
                rest = (rest * 2).min(LONGEST_REST);
            }
        }
    }
}

/// The end is noted here; what waits is withdrawn elsewhere, because results come in meanwhile.
async fn stop_notice(services: &Arc<Services>, notice: NoticeId, errcode: i64) {
    match services.store.end_notice(notice, NoticeState::Stopped, Some(errcode), services.now()).await {
        Ok(true) => {
            tracing::warn!(notice.id = notice.0, errcode, "notice stopped: the platform refuses it for everybody");
            services.withdraw_soon();
        }
        Ok(false) => {}
        Err(error) => {
            // The next refused delivery of the notice stops it again.
            tracing::warn!(
                notice.id = notice.0,
                error = &error as &dyn std::error::Error,
                "notice could not be stopped"
            );
        }
    }
}

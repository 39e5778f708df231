//! How a schedule comes to its end.

use super::{
    life::{LEASE_MS, Life, Stepped, WORKERS, told},
    workers::Worker,
};
use model::{delivery::DeliveryState, notice::NoticeState};

/// Rounds of an honest worker in which everything that is left must end; each try that asks for a wait takes one.
const LAST_ROUNDS: usize = 200;

impl Life<'_> {
    /// Some workers come to their end in order, the others crash; then leases end and an honest worker does the rest.
    pub(super) async fn finish(&mut self) -> Stepped {
        self.tell("the end begins".to_owned());
        for n in 0..WORKERS {
            if let Err(what) = self.wind_down(n).await? {
                return Ok(Err(what));
            }
        }
        self.now = self.now.max(self.world.now) + LEASE_MS + 1;
        self.world.now = self.now;
        self.set_paused(false).await?;
        for _ in 0..LAST_ROUNDS {
            if let Err(what) = self.last_round().await? {
                return Ok(Err(what));
            }
            if self.shadow.ended.keys().all(|notice| self.shadow.is_done(*notice)) {
                return self.counts().await;
            }
            self.now += 2 * LEASE_MS;
            self.world.now = self.now;
        }
        Ok(Ok(()))
    }

    async fn wind_down(&mut self, n: usize) -> Stepped {
        if self.rng.bool() {
            self.tell(format!("worker {n} crashes"));
            self.workers[n] = Worker::default();
            return Ok(Ok(()));
        }
        while !self.workers[n].held.is_empty() {
            self.call(n);
        }
        let batch = std::mem::take(&mut self.workers[n].done);
        self.tell(format!("worker {n} stores {:?}", batch.iter().map(told).collect::<Vec<_>>()));
        self.record(&batch).await
    }

    async fn last_round(&mut self) -> Stepped {
        let choice = self.shadow.recover(9, self.now);
        let n = i64::try_from(self.world.store.recover_expired(self.now, 9).await?.len())?;
        if let Err(what) = self.chosen(n, &choice).await? {
            return Ok(Err(what));
        }
        let ended: Vec<_> = self.shadow.ended.iter().filter(|(_, ended)| **ended).map(|(id, _)| *id).collect();
        for id in ended {
            if let Err(what) = self.withdraw_from(id, 9).await? {
                return Ok(Err(what));
            }
        }
        if let Err(what) = self.claim(0, false).await? {
            return Ok(Err(what));
        }
        while !self.workers[0].held.is_empty() {
            self.call(0);
        }
        let batch = std::mem::take(&mut self.workers[0].done);
        self.record(&batch).await
    }

    /// The notices' own numbers, and that they know that they are finished.
    async fn counts(&mut self) -> Stepped {
        for (id, ended) in &self.shadow.ended {
            let Some(notice) = self.world.store.notice(*id).await? else { return Ok(Err(format!("no notice {id}"))) };
            for state in DeliveryState::ALL {
                let n = self.shadow.lines.iter().filter(|(key, line)| key.notice == *id && line.state == state).count();
                if notice.counts.of(state) != i64::try_from(n)? {
                    return Ok(Err(format!("notice {id} counts {:?}, {n} are {}", notice.counts, state.code())));
                }
            }
            let right = if *ended { NoticeState::Cancelled } else { NoticeState::Finished };
            if notice.state != right || notice.finished_at.is_none() {
                return Ok(Err(format!("notice {id} is {:?}, finished at {:?}", notice.state, notice.finished_at)));
            }
        }
        Ok(Ok(()))
    }
}

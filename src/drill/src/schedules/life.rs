//! One schedule from its order to its end.

use super::{
    failure::Failure,
    shadow::{Choice, Shadow},
    steps::Step,
    workers::Worker,
    world::World,
};
use anyhow::Result;
use fastrand::Rng;
use model::{
    Millis,
    delivery::{DeliveryState, own_code},
    ids::{DeliveryId, NoticeId},
    notice::NoticeState,
    page::At,
};
use std::collections::BTreeMap;
use store::{Claim, Claimed, DeliveryResult, Outcome};

pub(super) const WORKERS: usize = 3;
/// Far longer than a call; ends only by a long tick.
pub(super) const LEASE_MS: Millis = 60_000;

/// A step went wrong, or the store answered with an error.
pub(super) type Stepped = Result<Result<(), String>>;

pub(super) struct Life<'a> {
    pub(super) world: &'a mut World,
    seed: u64,
    pub(super) rng: Rng,
    pub(super) now: Millis,
    pub(super) workers: Vec<Worker>,
    pub(super) shadow: Shadow,
    pub taken: BTreeMap<&'static str, u64>,
    history: Vec<String>,
}

impl<'a> Life<'a> {
    pub fn begin(world: &'a mut World, seed: u64) -> Self {
        let (rng, now) = (Rng::with_seed(seed), world.now + 1_000);
        let workers = (0..WORKERS).map(|_| Worker::default()).collect();
        let (shadow, taken, history) = (Shadow::default(), BTreeMap::new(), Vec::new());
        Self { world, seed, rng, now, workers, shadow, taken, history }
    }

    /// All steps. That the store refuses is a failure too: nothing that is asked of it is impossible.
    pub async fn live(&mut self) -> Result<(), Failure> {
        let result = self.steps().await.unwrap_or_else(|error| Err(format!("the store refuses: {error:#}")));
        let (seed, history) = (self.seed, std::mem::take(&mut self.history));
        result.map_err(|what| Failure { seed, what, history })
    }

    async fn steps(&mut self) -> Stepped {
        if let Err(what) = self.order().await? {
            return Ok(Err(what));
        }
        for _ in 0..self.rng.usize(10..40) {
            let step = Step::draw(&mut self.rng);
            *self.taken.entry(step.name()).or_default() += 1;
            if let Err(what) = self.step(step).await? {
                return Ok(Err(what));
            }
        }
        if let Err(what) = self.finish().await? {
            return Ok(Err(what));
        }
        Ok(self.shadow.judge())
    }

    async fn step(&mut self, step: Step) -> Stepped {
        self.world.now = self.world.now.max(self.now);
        let n = self.worker_for(step);
        match step {
            Step::Order => return self.another().await,
            Step::Claim => return self.claim(n, false).await,
            Step::ClaimLost => return self.claim(n, true).await,
            Step::Release => return self.release(n).await,
            Step::Call => self.call(n),
            Step::Store => return self.store(n, false).await,
            Step::StoreLost => return self.store(n, true).await,
            Step::StoreAgain => return self.store_again(n).await,
            Step::Stray => return self.stray().await,
            Step::Crash => {
                self.tell(format!("worker {n} crashes"));
                self.workers[n] = Worker::default();
            }
            Step::Recover => return self.recover().await,
            Step::End => return self.end().await,
            Step::Withdraw => return self.withdraw().await,
            Step::Pause => return self.pause().await,
            Step::TakeGrant => return self.take_grant().await,
            Step::Tick => self.now += self.rng.i64(0..3_000),
            Step::TickLong => self.now += LEASE_MS + self.rng.i64(0..3_000),
            Step::Back => self.now -= self.rng.i64(0..2 * LEASE_MS),
        }
        Ok(Ok(()))
    }

    /// Any worker, but one that has something to do if there is one.
    fn worker_for(&mut self, step: Step) -> usize {
        let able: Vec<_> = (0..WORKERS).filter(|n| self.workers.get(*n).is_some_and(|w| w.can(step))).collect();
        self.rng.choice(able).unwrap_or_else(|| self.rng.usize(..WORKERS))
    }

    pub(super) fn tell(&mut self, what: String) {
        self.history.push(format!("{}: {what}", self.now - self.world.now));
    }

    /// Looks at the store after a transaction.
    async fn look(&mut self, choice: &Choice) -> Stepped {
        let mut shown = BTreeMap::new();
        for notice in self.shadow.ended.keys() {
            shown.extend(self.shown(*notice).await?);
        }
        Ok(self.shadow.compare(&shown, choice))
    }

    async fn shown(&self, notice: NoticeId) -> Result<BTreeMap<DeliveryId, DeliveryState>> {
        let page = self.world.store.deliveries(notice, &[], None, At::Start, 100).await?;
        Ok(page.rows.into_iter().map(|row| (row.id, row.state)).collect())
    }

    /// The store says that it chose `n`: what it shows must agree.
    pub(super) async fn chosen(&mut self, n: i64, choice: &Choice) -> Stepped {
        if let Err(what) = choice.check(usize::try_from(n)?) {
            return Ok(Err(what));
        }
        let choice = Choice { at_least: usize::try_from(n)?, at_most: usize::try_from(n)?, ..choice.clone() };
        self.look(&choice).await
    }

    async fn order(&mut self) -> Stepped {
        let mut people: Vec<usize> = (0..self.world.people.len()).collect();
        self.rng.shuffle(&mut people);
        people.truncate(self.rng.usize(2..=4));
        let ordered = self.world.order(self.shadow.ended.len(), &people, self.now).await?;
        let Some(id) = ordered else { return Ok(Ok(())) };
        self.tell(format!("notice {id} to {people:?}"));
        self.shadow.ended.insert(id, false);
        for (key, state) in self.shown(id).await? {
            self.shadow.add(key, state, self.now);
        }
        Ok(match self.shadow.lines.iter().filter(|(key, _)| key.notice == id).count() {
            n if n == people.len() => Ok(()),
            n => Err(format!("notice {id} has {n} deliveries")),
        })
    }

    async fn another(&mut self) -> Stepped {
        if self.shadow.ended.len() >= 2 {
            return Ok(Ok(()));
        }
        self.order().await
    }

    pub(super) async fn claim(&mut self, n: usize, lost: bool) -> Stepped {
        let limit = self.rng.i64(1..5);
        let claimed = match self.claim_up_to(limit).await? {
            Ok(claimed) => claimed,
            Err(what) => return Ok(Err(what)),
        };
        self.tell(format!(
            "worker {n} claims {:?} under {}{}",
            ids(&claimed),
            self.world.lease,
            if lost { ", lost" } else { "" }
        ));
        let (worker, lease) = (&mut self.workers[n], self.world.lease);
        if lost {
            worker.lost.push(lease);
        } else {
            worker.held.extend(claimed.into_iter().map(|row| (lease, row)));
        }
        self.look(&Choice::default()).await
    }

    async fn claim_up_to(&mut self, limit: i64) -> Result<Result<Vec<Claimed>, String>> {
        self.world.lease += 1;
        let (lease, now) = (self.world.lease, self.now);
        let claim = Claim { mini_program: self.world.program, limit, now, lease_until: now + LEASE_MS, lease };
        let claimed = self.world.store.claim_due(claim).await?;
        Ok(self.shadow.claim(&claimed, lease, limit, now, now + LEASE_MS).map(|()| claimed))
    }

    async fn release(&mut self, n: usize) -> Stepped {
        let Some(lease) = self.workers[n].lost.pop() else { return Ok(Ok(())) };
        self.tell(format!("worker {n} gives back {lease}"));
        let released = self.world.store.release_claim(lease, self.now).await?;
        let expected = self.shadow.release(lease, self.now);
        if released != expected {
            return Ok(Err(format!("{released} given back, must be {expected}")));
        }
        self.look(&Choice::default()).await
    }

    pub(super) fn call(&mut self, n: usize) {
        let Some(called) = self.workers[n].call(&mut self.rng, self.now) else { return };
        if let Some(line) = self.shadow.lines.get_mut(&called.result.id) {
            line.accepted += u32::from(called.accepted);
        }
        self.tell(format!("worker {n} calls for {}", told(&called.result)));
        self.workers[n].done.push(called.result);
    }

    async fn store(&mut self, n: usize, lost: bool) -> Stepped {
        let batch = self.workers[n].batch(&mut self.rng);
        self.tell(format!(
            "worker {n} stores {:?}{}",
            batch.iter().map(told).collect::<Vec<_>>(),
            if lost { ", lost" } else { "" }
        ));
        let result = self.record(&batch).await?;
        let worker = &mut self.workers[n];
        if lost {
            worker.done.extend(batch);
        } else {
            worker.stored = batch;
        }
        Ok(result)
    }

    async fn store_again(&mut self, n: usize) -> Stepped {
        let batch = self.workers[n].stored.clone();
        self.tell(format!("worker {n} stores again {:?}", batch.iter().map(told).collect::<Vec<_>>()));
        self.record(&batch).await
    }

    /// A result under a lease that the delivery is not under, whoever it comes from: it must not count.
    async fn stray(&mut self) -> Stepped {
        let ids: Vec<_> = self.shadow.lines.iter().map(|(id, line)| (*id, line.lease)).collect();
        let Some((id, current)) = self.rng.choice(ids) else { return Ok(Ok(())) };
        let lease = self.rng.i64(1..=self.world.lease.max(1));
        if lease == current {
            return Ok(Ok(()));
        }
        let outcome = if self.rng.bool() {
            Outcome::Sent { msgid: None }
        } else {
            Outcome::Failed { errcode: 40003, no_grant: false }
        };
        let stray = DeliveryResult { id, lease, attempt: None, outcome };
        self.tell(format!("a stray result: {}", told(&stray)));
        self.record(&[stray]).await
    }

    pub(super) async fn record(&mut self, batch: &[DeliveryResult]) -> Stepped {
        if batch.is_empty() {
            return Ok(Ok(()));
        }
        let counted = self.world.store.record_results(batch, self.now).await?;
        let mut expected = 0;
        for result in batch {
            expected += u64::from(self.shadow.record(result));
        }
        if counted != expected {
            return Ok(Err(format!("{counted} results counted, must be {expected}")));
        }
        self.look(&Choice::default()).await
    }

    async fn recover(&mut self) -> Stepped {
        let limit = self.rng.usize(1..4);
        let choice = self.shadow.recover(limit, self.now);
        self.tell(format!("up to {limit} of {} leases are recovered", choice.among.len()));
        let n = i64::try_from(self.world.store.recover_expired(self.now, i64::try_from(limit)?).await?.len())?;
        self.chosen(n, &choice).await
    }

    fn any_notice(&mut self) -> Option<NoticeId> {
        let ids: Vec<_> = self.shadow.ended.keys().copied().collect();
        self.rng.choice(ids)
    }

    async fn end(&mut self) -> Stepped {
        let Some(id) = self.any_notice() else { return Ok(Ok(())) };
        let expected = !self.shadow.is_ended(id) && !self.shadow.is_done(id);
        self.tell(format!("notice {id} is cancelled"));
        let done = self.world.store.end_notice(id, NoticeState::Cancelled, None, self.now).await?;
        if done != expected {
            return Ok(Err(format!("cancelled: {done}, must be {expected}")));
        }
        if done {
            self.shadow.ended.insert(id, true);
        }
        self.look(&Choice::default()).await
    }

    async fn withdraw(&mut self) -> Stepped {
        let Some(id) = self.any_notice() else { return Ok(Ok(())) };
        let limit = self.rng.usize(1..4);
        self.withdraw_from(id, limit).await
    }

    pub(super) async fn withdraw_from(&mut self, id: NoticeId, limit: usize) -> Stepped {
        let choice = self.shadow.withdraw(id, limit);
        self.tell(format!("up to {limit} of {} of notice {id} are withdrawn", choice.among.len()));
        let code = own_code::CANCELLED;
        let n = self.world.store.withdraw_pending(id, code, i64::try_from(limit)?, self.now).await?;
        self.chosen(n, &choice).await
    }

    async fn pause(&mut self) -> Stepped {
        self.set_paused(!self.shadow.paused).await?;
        self.look(&Choice::default()).await
    }

    pub(super) async fn set_paused(&mut self, paused: bool) -> Result<()> {
        self.tell(format!("paused: {paused}"));
        // Further than the clock of a schedule ever goes, and not further than pauses are believed.
        let until = self.now + 10 * 3_600_000;
        if paused {
            self.world.store.pause_mini_program(self.world.program, until, 45009, self.now).await?;
        } else {
            self.world.store.unpause_mini_program(self.world.program).await?;
        }
        self.shadow.paused = paused;
        Ok(())
    }

    async fn take_grant(&mut self) -> Stepped {
        let (Some(person), Some(template)) =
            (self.rng.choice(self.world.people.clone()), self.rng.choice(self.world.templates))
        else {
            return Ok(Ok(()));
        };
        self.tell(format!("the grants of {person} for {template} are taken away"));
        self.world.store.adjust_grant(person, template, -9, "drill", self.now).await?;
        self.look(&Choice::default()).await
    }
}

fn ids(claimed: &[Claimed]) -> Vec<String> {
    claimed.iter().map(|row| format!("{}/{}", row.id.notice, row.id.subscriber)).collect()
}

pub(super) fn told(result: &DeliveryResult) -> String {
    format!("{}/{} {:?} under {}", result.id.notice, result.id.subscriber, result.outcome, result.lease)
}

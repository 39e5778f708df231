//! Pushes that wait for their delivery.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use serde::Serialize;
use tokio::time::Instant;

use super::event::Event;
use crate::account::AccountState;

/// Beyond this, new pushes are lost, as they are at the platform after three attempts.
const CAPACITY: usize = 200_000;
/// How many finished pushes can be pushed once more.
const FINISHED: usize = 1_000;
/// Among how many due pushes a random one is chosen.
const SHUFFLED: usize = 256;

/// An event on its way to an account's callback.
#[derive(Clone, Debug)]
pub(crate) struct Push {
    pub id: u64,
    pub account: Arc<AccountState>,
    pub event: Arc<Event>,
    pub queued_ms: i64,
    pub due: Instant,
    /// Attempts so far.
    pub attempts: u8,
    /// Whether the same event was pushed or queued before this.
    pub duplicate: bool,
}

/// A push that waits.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingPush {
    /// What to call it by.
    pub id: u64,
    /// The account.
    pub appid: Arc<str>,
    /// The event's name.
    pub event: String,
    /// Whom it is about.
    pub openid: Arc<str>,
    /// When it was queued, UTC milliseconds of the simulator's clock.
    pub queued_ms: i64,
    /// Attempts so far.
    pub attempts: u8,
    /// Whether it is a further copy of an event.
    pub duplicate: bool,
}

/// What the pusher does next.
pub(crate) enum Step {
    /// It counts as under way from now on.
    Deliver(Push),
    /// Nothing to do before this instant, or before something changes.
    Wait(Option<Instant>),
    Stop,
}

#[derive(Debug, Default)]
pub(crate) struct Queue {
    pending: BTreeMap<u64, Push>,
    by_due: BTreeSet<(Instant, u64)>,
    finished: VecDeque<Push>,
    /// Whose pushes are under way: those of one person keep their order.
    under_way: Vec<Arc<str>>,
    last_id: u64,
    /// Whether a pusher is at work.
    pub running: bool,
    pub held: bool,
    /// Deliveries by hand that are at work: meanwhile the pusher takes nothing.
    pub by_hand: usize,
}

impl Queue {
    pub fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// False when there is no room.
    pub fn put(&mut self, push: Push) -> bool {
        if self.pending.len() >= CAPACITY {
            return false;
        }
        self.by_due.insert((push.due, push.id));
        self.pending.insert(push.id, push);
        true
    }

    pub fn take(&mut self, id: u64) -> Option<Push> {
        let push = self.pending.remove(&id)?;
        self.by_due.remove(&(push.due, id));
        Some(push)
    }

    /// A pending push, or a finished one as a duplicate.
    pub fn take_any(&mut self, id: u64) -> Option<Push> {
        let again = || self.finished.iter().find(|push| push.id == id).cloned();
        let again = again().map(|push| Push { duplicate: true, ..push });
        self.take(id).or(again)
    }

    pub fn finish(&mut self, push: Push) {
        if self.finished.iter().any(|known| known.id == push.id) {
            return;
        }
        if self.finished.len() >= FINISHED {
            self.finished.pop_front();
        }
        self.finished.push_back(push);
    }

    pub fn begin(&mut self, openid: &Arc<str>) {
        self.under_way.push(openid.clone());
    }

    pub fn end(&mut self, openid: &Arc<str>) {
        if let Some(at) = self.under_way.iter().position(|one| one == openid) {
            self.under_way.swap_remove(at);
        }
    }

    pub fn is_idle(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Whether nothing is under way, and nothing waits that would leave by itself.
    pub fn is_quiet(&self) -> bool {
        self.under_way.is_empty() && (self.held || self.pending.is_empty())
    }

    pub fn len(&self) -> usize {
        self.pending.len()
    }

    pub fn ids(&self) -> Vec<u64> {
        self.pending.keys().copied().collect()
    }

    /// Whether the order of what waits is left to chance.
    pub fn shuffles(&self) -> bool {
        self.pending.values().any(Push::shuffles)
    }

    pub fn list(&self) -> Vec<PendingPush> {
        self.pending.values().map(PendingPush::from).collect()
    }

    /// What comes next for a pusher that has so many deliveries under way.
    pub fn step(&mut self, own: usize, most: usize) -> Step {
        if self.held || self.by_hand > 0 || self.pending.is_empty() {
            return self.rest(own);
        }
        if own >= most {
            return Step::Wait(None);
        }
        let now = Instant::now();
        match self.choose(now).and_then(|id| self.take(id)) {
            Some(push) => {
                self.begin(&push.event.openid);
                Step::Deliver(push)
            }
            None => Step::Wait(self.by_due.range((now, u64::MAX)..).next().map(|(due, _)| *due)),
        }
    }

    fn rest(&mut self, own: usize) -> Step {
        if own > 0 {
            return Step::Wait(None);
        }
        self.running = false;
        Step::Stop
    }

    fn choose(&self, now: Instant) -> Option<u64> {
        let due = self.by_due.iter().take_while(|(due, _)| *due <= now).filter_map(|(_, id)| self.pending.get(id));
        let mut free = due.filter(|push| !self.under_way.contains(&push.event.openid));
        let first = free.next()?;
        if !first.shuffles() {
            return Some(first.id);
        }
        let mut ids = vec![first.id];
        ids.extend(free.filter(|push| push.shuffles()).take(SHUFFLED).map(|push| push.id));
        fastrand::choice(ids)
    }
}

impl Push {
    pub fn shuffles(&self) -> bool {
        self.account.settings().pushes_to().is_some_and(|callback| callback.shuffle)
    }
}

impl From<&Push> for PendingPush {
    fn from(push: &Push) -> Self {
        Self {
            id: push.id,
            appid: push.account.appid.clone(),
            event: push.event.name.to_string(),
            openid: push.event.openid.clone(),
            queued_ms: push.queued_ms,
            attempts: push.attempts,
            duplicate: push.duplicate,
        }
    }
}

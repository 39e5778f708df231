//! Pushes as a test or a person steers them.

use std::sync::Arc;
use std::time::Duration;

use super::attempt::attempt;
use super::deliver::{ATTEMPTS, UnderWay, deliver, finish};
use super::event::Event;
use super::queue::{PendingPush, Queue};
use super::{Pushed, Pushes, worker};
use crate::account::AccountState;
use crate::callback::Callback;
use crate::simulator::{Inner, Simulator, UnknownAccount};
use crate::sync::lock;

/// There is no push of that id, neither pending nor among the last thousand.
#[derive(Clone, Debug, thiserror::Error)]
#[error("no push {0}")]
pub struct UnknownPush(pub u64);

impl Simulator {
    /// Whether pushes only queue up, so that a test chooses their order and time; the setting `holdPushes` alone.
    pub fn hold_pushes(&self, held: bool) {
        self.configure(crate::settings::Settings { hold_pushes: held, ..self.settings() });
    }

    /// The pushes that wait, in the order in which they were queued.
    pub fn pending_pushes(&self) -> Vec<PendingPush> {
        self.inner.pushes.list()
    }

    /// Makes one attempt of a push. It stays pending when the receiver does not take it, unless this was the third
    /// attempt; a push that is done can be pushed again, which makes it a duplicate.
    pub async fn push(&self, id: u64) -> Result<Pushed, UnknownPush> {
        let inner = &self.inner;
        let (_under_way, mut push) = UnderWay::take(inner, |queue| queue.take_any(id)).ok_or(UnknownPush(id))?;
        let pushed = attempt(inner, &mut push).await;
        if pushed.delivered || push.attempts >= ATTEMPTS {
            finish(inner, push, &pushed);
        } else {
            // It had a place before.
            let _room = lock(&inner.pushes.queue).put(push);
        }
        Ok(pushed)
    }

    /// Delivers the pushes that wait at this moment, one after the other in the order in which they were queued (in a
    /// random order where an account's callback shuffles), each with up to three attempts and without its delay. Those
    /// that are under way come to their end before, and what leaves by itself meanwhile does so, too, before this returns.
    /// Returns the last attempt of each that was waiting.
    pub async fn deliver_pushes(&self) -> Vec<Pushed> {
        let mut ids = lock(&self.inner.pushes.queue).ids();
        self.inner.pushes.shuffle(&mut ids);
        let pushed = self.deliver_pushes_in(ids).await;
        self.inner.pushes.until(&self.inner, Queue::is_quiet).await;
        pushed
    }

    /// The same for some pushes, in the order given; ids that are not pending are passed over.
    pub async fn deliver_pushes_in(&self, ids: impl IntoIterator<Item = u64>) -> Vec<Pushed> {
        let inner = &self.inner;
        let _alone = ByHand::begin(inner);
        inner.pushes.until(inner, Queue::is_idle).await;
        let mut all = Vec::new();
        for id in ids {
            let Some((under_way, push)) = UnderWay::take(inner, |queue| queue.take(id)) else { continue };
            all.push(deliver(under_way, push).await);
        }
        all
    }

    /// The newest attempts first, of one account or of all; the last ten thousand are kept.
    pub fn pushes(&self, limit: usize, appid: Option<&str>) -> Vec<Pushed> {
        self.inner.pushes.log.newest(limit, appid)
    }

    /// Queues any event, such as `debug_demo`, about somebody, and returns the ids of the pushes: none without a
    /// callback.
    pub fn push_event(&self, appid: &str, event: &str, openid: &str) -> Result<Vec<u64>, UnknownAccount> {
        let account = self.known(appid)?;
        let event = Event::other(event.to_owned(), openid.into(), self.inner.now());
        Ok(queue(&self.inner, &account, event))
    }
}

/// Queues an event if the account has a callback.
pub(crate) fn queue(inner: &Arc<Inner>, account: &Arc<AccountState>, event: Event) -> Vec<u64> {
    let settings = account.settings();
    let callback = settings.pushes_to();
    callback.map(|callback| Pushes::enqueue(inner, account, callback, event)).unwrap_or_default()
}

/// Keeps the pusher's hands off the queue, so that the order is the one asked for.
struct ByHand(Arc<Inner>);

impl ByHand {
    fn begin(inner: &Arc<Inner>) -> Self {
        lock(&inner.pushes.queue).by_hand += 1;
        Self(inner.clone())
    }
}

impl Drop for ByHand {
    fn drop(&mut self) {
        lock(&self.0.pushes.queue).by_hand -= 1;
        worker::ensure(&self.0);
    }
}

impl Pushes {
    fn shuffle(&self, ids: &mut [u64]) {
        if lock(&self.queue).shuffles() {
            fastrand::shuffle(ids);
        }
    }

    async fn until(&self, inner: &Arc<Inner>, is_so: impl Fn(&Queue) -> bool) {
        loop {
            let changed = self.quiet.notified();
            if is_so(&lock(&self.queue)) {
                return;
            }
            worker::ensure(inner);
            changed.await;
        }
    }

    /// Queues an event, or pushes it at once where the callback wants the event of a send before its answer. The future
    /// ends after the attempts, but not later than the platform's patience.
    pub fn send_event(
        inner: &Arc<Inner>,
        account: &Arc<AccountState>,
        callback: &Callback,
        event: Event,
    ) -> Option<tokio::task::JoinHandle<()>> {
        if !callback.sent_before_answer || inner.pushes.is_held() {
            Pushes::enqueue(inner, account, callback, event);
            return None;
        }
        let pushes = inner.pushes.make(inner, account, callback, event);
        let inner = inner.clone();
        let delay = Duration::from_millis(callback.delay_ms);
        // A task of its own: it goes on when the sender hangs up.
        Some(tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            for push in pushes {
                deliver(UnderWay::begin(&inner, &push.event.openid), push).await;
            }
        }))
    }
}

//! Pushes of events to the callbacks of accounts (消息推送).

mod attempt;
mod client;
mod crypto;
mod deliver;
mod event;
mod log;
mod queue;
mod render;
mod steer;
mod verify;
mod worker;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::account::AccountState;
use crate::simulator::Inner;
use crate::sync::lock;

pub(crate) use client::{Client, exchange};
pub(crate) use crypto::is_key;
pub(crate) use event::Event;
pub use log::Pushed;
pub use queue::PendingPush;
pub use steer::UnknownPush;
pub(crate) use steer::queue;
pub use verify::Verified;

use crate::callback::{Callback, ListShape};
use queue::{Push, Queue};

/// Everything about pushes.
#[derive(Debug, Default)]
pub(crate) struct Pushes {
    queue: Mutex<Queue>,
    /// Wakes the pusher.
    woken: Notify,
    /// Wakes those who wait until all is delivered.
    quiet: Notify,
    pub log: log::Log,
    pub client: Client,
}

impl Pushes {
    /// Whether pushes stay in the queue.
    pub fn hold(inner: &Arc<Inner>, held: bool) {
        lock(&inner.pushes.queue).held = held;
        inner.pushes.quiet.notify_waiters();
        worker::ensure(inner);
    }

    pub fn is_held(&self) -> bool {
        lock(&self.queue).held
    }

    pub fn waiting(&self) -> usize {
        lock(&self.queue).len()
    }

    pub fn list(&self) -> Vec<PendingPush> {
        lock(&self.queue).list()
    }

    /// Queues an event in the shape and number that the callback asks for, and returns the ids of the pushes.
    pub fn enqueue(inner: &Arc<Inner>, account: &Arc<AccountState>, callback: &Callback, event: Event) -> Vec<u64> {
        let pushes = inner.pushes.make(inner, account, callback, event);
        let mut queue = lock(&inner.pushes.queue);
        let mut ids = Vec::with_capacity(pushes.len());
        for push in pushes {
            let id = push.id;
            if queue.put(push) {
                ids.push(id);
            } else {
                inner.pushes.log.count_lost();
            }
        }
        drop(queue);
        worker::ensure(inner);
        ids
    }

    /// The pushes of an event, not queued yet.
    fn make(&self, inner: &Inner, account: &Arc<AccountState>, callback: &Callback, event: Event) -> Vec<Push> {
        let events = if callback.list == ListShape::Object { event.split() } else { vec![event] };
        let (now, due) = (inner.now(), Instant::now() + Duration::from_millis(callback.delay_ms));
        let mut queue = lock(&self.queue);
        let mut pushes = Vec::new();
        for event in events.into_iter().map(Arc::new) {
            pushes.extend((0..=callback.duplicates).map(|copy| Push {
                id: queue.next_id(),
                account: account.clone(),
                event: event.clone(),
                queued_ms: now,
                due,
                attempts: 0,
                duplicate: copy > 0,
            }));
        }
        pushes
    }
}

//! The pusher: delivers what is queued, while there is something, beside everything else.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::deliver::{UnderWay, deliver};
use super::queue::Step;
use crate::simulator::Inner;
use crate::sync::lock;

/// Deliveries at one time: a receiver that hangs must not hold up the others.
const PARALLEL: usize = 16;

/// Starts the pusher unless it runs, or wakes it. Outside a runtime nothing starts: the next push inside one will.
pub(super) fn ensure(inner: &Arc<Inner>) {
    let mut queue = lock(&inner.pushes.queue);
    if queue.running {
        inner.pushes.woken.notify_one();
        return;
    }
    if queue.held || queue.by_hand > 0 || queue.len() == 0 {
        return;
    }
    if let Ok(runtime) = Handle::try_current() {
        queue.running = true;
        drop(queue);
        runtime.spawn(run(Running { inner: inner.clone(), stopped: false }));
    }
}

/// Says that no pusher runs any more when its runtime ends it in the middle.
struct Running {
    inner: Arc<Inner>,
    stopped: bool,
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.stopped {
            lock(&self.inner.pushes.queue).running = false;
        }
    }
}

async fn run(mut running: Running) {
    let inner = running.inner.clone();
    let mut under_way = JoinSet::new();
    loop {
        let step = lock(&inner.pushes.queue).step(under_way.len(), PARALLEL);
        match step {
            Step::Deliver(push) => {
                let guard = UnderWay::adopt(&inner, &push.event.openid);
                under_way.spawn(deliver(guard, push));
            }
            Step::Stop => {
                // The queue was told under its lock; another pusher may be running by now.
                running.stopped = true;
                return;
            }
            Step::Wait(until) => {
                tokio::select! {
                    () = inner.pushes.woken.notified() => {}
                    () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => {}
                    Some(_done) = under_way.join_next() => {}
                }
            }
        }
        while under_way.try_join_next().is_some() {}
    }
}

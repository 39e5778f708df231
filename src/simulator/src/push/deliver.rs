//! The delivery of a push: up to three attempts.

use std::sync::Arc;

use super::attempt::attempt;
use super::log::Pushed;
use super::queue::{Push, Queue};
use crate::simulator::Inner;
use crate::sync::lock;

/// Attempts in total (message-push; official accounts' page, assumed the same for mini programs).
pub(super) const ATTEMPTS: u8 = 3;

/// Marks a push as under way until it is dropped, also when its task is ended from outside.
pub(super) struct UnderWay {
    inner: Arc<Inner>,
    openid: Arc<str>,
}

impl UnderWay {
    pub fn begin(inner: &Arc<Inner>, openid: &Arc<str>) -> Self {
        lock(&inner.pushes.queue).begin(openid);
        Self::adopt(inner, openid)
    }

    /// For a push that the queue counts as under way already.
    pub fn adopt(inner: &Arc<Inner>, openid: &Arc<str>) -> Self {
        Self { inner: inner.clone(), openid: openid.clone() }
    }

    /// Takes a push out of the queue, in one step: nobody finds it neither waiting nor under way.
    pub fn take(inner: &Arc<Inner>, take: impl FnOnce(&mut Queue) -> Option<Push>) -> Option<(Self, Push)> {
        let mut queue = lock(&inner.pushes.queue);
        let push = take(&mut queue)?;
        queue.begin(&push.event.openid);
        Some((Self::adopt(inner, &push.event.openid), push))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        lock(&self.inner.pushes.queue).end(&self.openid);
        self.inner.pushes.woken.notify_one();
        self.inner.pushes.quiet.notify_waiters();
    }
}

/// Attempts until the receiver takes it or the attempts are used up; the last attempt is returned.
pub(super) async fn deliver(under_way: UnderWay, mut push: Push) -> Pushed {
    let inner = &under_way.inner;
    loop {
        let pushed = attempt(inner, &mut push).await;
        if pushed.delivered || push.attempts >= ATTEMPTS {
            finish(inner, push, &pushed);
            return pushed;
        }
    }
}

/// Puts a push away that will not be tried again by itself.
pub(super) fn finish(inner: &Inner, push: Push, last: &Pushed) {
    if !last.delivered {
        inner.pushes.log.count_failed();
    }
    lock(&inner.pushes.queue).finish(push);
}

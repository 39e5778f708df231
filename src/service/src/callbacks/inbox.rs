//! Storing pushes in groups: a million sent events come after a million sends, and each must be on disk before it is
//! answered. Whoever comes while a group is being written joins the next one.

use crate::{UseError, UseResult};
use std::sync::{Mutex, PoisonError};
use store::{NewEvent, Store};
use tokio::sync::{Mutex as AsyncMutex, oneshot};

/// More in one transaction would make those at its end wait too long.
const GROUP: usize = 256;

type Waiting = (NewEvent, oneshot::Sender<()>);

/// Pushes on their way to the database.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    waiting: Mutex<Vec<Waiting>>,
    writing: AsyncMutex<()>,
}

impl Inbox {
    /// Returns when the push is stored.
    pub(crate) async fn store(&self, store: &dyn Store, event: NewEvent) -> UseResult<()> {
        let (tell, mut stored) = oneshot::channel();
        self.lock().push((event, tell));
        loop {
            let turn = self.writing.lock().await;
            // Somebody else's group may have held ours.
            match stored.try_recv() {
                Ok(()) => return Ok(()),
                Err(oneshot::error::TryRecvError::Empty) => {}
                // Their group failed, or they were cancelled in the middle of it: WeChat comes again.
                Err(oneshot::error::TryRecvError::Closed) => {
                    return Err(UseError::Internal("a group of pushes was not stored"));
                }
            }
            let group = self.take();
            let (events, tellers): (Vec<_>, Vec<_>) = group.into_iter().unzip();
            store.store_events(&events).await?;
            for teller in tellers {
                // One that went away needs no answer: WeChat will ask again and is told then.
                teller.send(()).unwrap_or_default();
            }
            drop(turn);
        }
    }

    fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.lock();
        let n = waiting.len().min(GROUP);
        waiting.drain(..n).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

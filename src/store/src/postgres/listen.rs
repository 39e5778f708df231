//! Hearing from other processes that there is work.

use crate::{Heard, StoreResult};
use sqlx::{PgPool, postgres::PgListener};
use std::time::Duration;
use tokio::task::JoinHandle;

/// Where confirmed notices are announced.
pub(super) const DUE: &str = "yanshu_due";
/// Between two tries to listen again.
const AGAIN: Duration = Duration::from_secs(2);

/// Ends with what holds it.
#[derive(Debug)]
pub(super) struct Listening(JoinHandle<()>);

impl Listening {
    /// Listens on a connection of its own until it is dropped.
    pub(super) fn start(pool: PgPool, heard: Heard) -> Self {
        Self(tokio::spawn(async move {
            loop {
                if let Err(error) = listen(&pool, &heard).await {
                    tracing::debug!(error = &error as &dyn std::error::Error, "not listening to other processes");
                }
                tokio::time::sleep(AGAIN).await;
            }
        }))
    }
}

impl Listening {
    /// No more is heard.
    pub(super) fn stop(&self) {
        self.0.abort();
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn listen(pool: &PgPool, heard: &Heard) -> StoreResult<()> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(DUE).await?;
    loop {
        // What was announced while the connection was away is not heard: look.
        heard.due.notify_one();
        while listener.try_recv().await?.is_some() {
            heard.due.notify_one();
        }
    }
}

//! What other processes announce.

use std::sync::Arc;
use tokio::sync::Notify;

/// Wakes whoever waits for work. Nothing depends on it: who is not woken looks by himself before long.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// A notice was confirmed, here or in another process of the same PostgreSQL.
    pub due: Arc<Notify>,
}

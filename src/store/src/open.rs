//! Opening a database by its URL.

use crate::{Store, StoreError, StoreResult, postgres, sqlite};
use std::{sync::Arc, time::Duration};

/// What an SQLite commit survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// The end of the process and a power cut. A claim that a power cut takes back would be sent a second time, so this
    /// is the default.
    #[default]
    PowerCut,
    /// The end of the process only; faster. For tests and benchmarks.
    ProcessEnd,
}

/// How to open a database.
#[derive(Clone, Copy, Debug)]
pub struct OpenOptions {
    /// PostgreSQL: the most connections of this process. SQLite has one writer and a few readers whatever this says.
    pub max_connections: u32,
    /// PostgreSQL: how long to wait for a connection. Short, so that an outage is noticed and the call tried again.
    pub acquire_timeout: Duration,
    /// SQLite only; PostgreSQL has `synchronous_commit`.
    pub durability: Durability,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { max_connections: 16, acquire_timeout: Duration::from_secs(5), durability: Durability::default() }
    }
}

/// Opens the database that the URL names, `sqlite://path` or `postgres://…`, makes an SQLite file and its folder where
/// they are missing, and applies the migrations under a lock, so that several processes may start at once.
///
/// # Errors
/// `Url` for a bad URL, `ReadOnly` where nothing can be written, otherwise what the driver says. No error holds the
/// URL's password.
pub async fn open(url: &str, options: OpenOptions) -> StoreResult<Arc<dyn Store>> {
    if url.starts_with("sqlite:") {
        Ok(Arc::new(sqlite::connect(url, options).await?))
    } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        Ok(Arc::new(postgres::connect(url, options).await?))
    } else {
        Err(StoreError::Url("it begins with neither sqlite:// nor postgres://".to_owned()))
    }
}

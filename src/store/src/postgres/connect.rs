//! Connecting to PostgreSQL.

use super::dialect::Backend;
use crate::{OpenOptions, StoreError, StoreResult};
use sqlx::{
    ConnectOptions,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::str::FromStr;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/postgres");

pub(crate) async fn connect(url: &str, options: OpenOptions) -> StoreResult<Backend> {
    // The parser's own text may quote the URL, and with it the password.
    let server = PgConnectOptions::from_str(url)
        .map_err(|_| StoreError::Url("it cannot be read as postgres://user:password@host:port/database".to_owned()))?
        .application_name("yanshu")
        .statement_cache_capacity(256)
        .options([
            // A process that froze in the middle of a transaction must not hold up the others for ever.
            ("idle_in_transaction_session_timeout", "60s"),
            // Statements run a few hundred times a second on few rows: compiling them costs more than it saves.
            ("jit", "off"),
            // Every statement finds its rows by an index. Statistics are minutes behind a queue that fills with a million
            // rows at once, and a plan that reads whole tables then stays in use; see `dialect::plan_for_many`.
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
        ])
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections.max(1))
        .acquire_timeout(options.acquire_timeout)
        .connect_with(server.clone())
        .await?;
    let ears = PgPoolOptions::new().max_connections(1).connect_lazy_with(server.application_name("yanshu listening"));
    // Under an advisory lock of the migrator.
    MIGRATIONS.run(&pool).await?;
    Ok(Backend::new(pool, ears))
}

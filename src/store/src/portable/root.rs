//! The implementation that both dialects share, compiled once inside each of them: `super::dialect` and the macros of
//! the dialect's own file are what differs. `$1` is a placeholder in both.

use super::dialect;

/// The delivery that `r_notice` and `r_subscriber` name, if it is in a state. The expression keeps planners on the
/// primary key: by their statistics a partial index may hold nothing, when it has just been filled with a million rows.
macro_rules! still {
    ($state:literal) => {
        concat!("notice_id = r_notice AND subscriber_id = r_subscriber AND state + 0 = ", $state)
    };
}

mod books;
mod callbacks;
mod claim;
mod counts;
mod deliveries;
mod delivery_pages;
mod ending;
mod enqueue;
mod events;
mod grants;
#[cfg(test)]
pub(super) mod hot;
mod ledger;
mod mini_programs;
mod notices;
mod people;
mod platform;
mod preflight;
mod queue;
mod recover;
mod results;
mod search;
mod settle;
mod statistics;
mod subscribers;
mod template_kind;
mod templates;
mod tokens;
mod workers;

use crate::{Store, StoreResult};
use async_trait::async_trait;
use dialect::{Backend, Db};
use sqlx::{
    Database,
    query::{Query, QueryAs},
};

/// Error codes of our own are this and below: the platform answered nothing then.
const OWN_CODES: i64 = -1_000;

type Arguments = <Db as Database>::Arguments;

fn query(sql: &'static str) -> Query<'static, Db, Arguments> {
    sqlx::query(sql)
}

fn query_as<O: for<'r> sqlx::FromRow<'r, <Db as Database>::Row>>(
    sql: &'static str,
) -> QueryAs<'static, Db, O, Arguments> {
    sqlx::query_as(sql)
}

#[async_trait]
impl Store for Backend {
    fn dialect(&self) -> &'static str {
        dialect::NAME
    }

    async fn ping(&self) -> StoreResult<()> {
        Backend::ping(self).await
    }

    async fn close(&self) {
        Backend::close(self).await;
    }
}

impl std::fmt::Debug for Backend {
    /// Never the URL: it may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("dialect", &dialect::NAME).finish_non_exhaustive()
    }
}

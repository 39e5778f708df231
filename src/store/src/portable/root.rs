//! The implementation that both dialects share, compiled once inside each of them: `super::dialect` and the macros of
//! the dialect's own file are what differs. `$1` is a placeholder in both.

use super::dialect;

/// The delivery that `r_notice` and `r_subscriber` name, if it is in a state.
macro_rules! still {
    ($state:literal) => {
        concat!("notice_id = r_notice AND subscriber_id = r_subscriber AND state = ", $state)
    };
}

/// Rows as `ended::Ended::row` makes them, bound as `$1`.
macro_rules! ended_rows {
    () => {
        rows!(10: 1 "r_notice", 2 "r_subscriber", 3 "r_state", 4 "r_errcode", 5 "r_attempts", 6 "r_started",
                  7 "r_duration", 8 "r_has_msgid", 9 "r_msgid", 10 "r_lease")
    };
}

/// Subscribers of an earlier notice whose deliveries ended so; `$1` see `preflight::ends`.
macro_rules! result_people {
    () => {
        concat!(
            "SELECT d.subscriber_id AS id, 0 AS bad FROM ",
            rows!(5: 1 "r_notice", 2 "r_state", 3 "r_errcode", 4 "r_any", 5 "r_once"),
            " AS r JOIN deliveries d ON d.notice_id = r_notice AND d.state = r_state AND (r_any = 1 OR d.errcode = r_errcode)
             WHERE r_once = 0 OR NOT EXISTS (
                 SELECT 1 FROM follow_ups f
                 WHERE f.of_notice = r_notice
                   AND (EXISTS (SELECT 1 FROM deliveries x WHERE x.notice_id = f.notice_id
                                AND x.subscriber_id = d.subscriber_id AND x.state NOT IN (6, 7))
                        OR EXISTS (SELECT 1 FROM queue x WHERE x.notice_id = f.notice_id
                                   AND x.subscriber_id = d.subscriber_id)
                        OR EXISTS (SELECT 1 FROM sending x WHERE x.notice_id = f.notice_id
                                   AND x.subscriber_id = d.subscriber_id)))"
        )
    };
}

/// Everybody with a grant of `$3` that is not promised; `$1` is bound but not looked at.
macro_rules! granted_people {
    () => {
        "SELECT subscriber_id AS id, 0 AS bad FROM grants WHERE template_id = $3 AND balance - reserved >= 1 AND CAST($1 AS TEXT) IS NOT NULL"
    };
}

/// Whether a person has had as many messages since an instant as the cap allows; a cap of 0 is none.
macro_rules! capped {
    ($person:literal, $most:literal, $since:literal) => {
        concat!(
            "(",
            $most,
            " > 0 AND (SELECT count(*) FROM deliveries y WHERE y.subscriber_id = ",
            $person,
            " AND y.state IN (2, 3, 5) AND y.updated_at >= ",
            $since,
            ") >= ",
            $most,
            ")"
        )
    };
}

mod api_keys;
mod books;
mod callbacks;
mod checks;
mod claim;
mod control;
mod counts;
mod deliveries;
mod delivery_pages;
mod ended;
mod ending;
mod enqueue;
mod events;
mod grants;
#[cfg(test)]
pub(super) mod hot;
mod idempotency;
mod imports;
mod ledger;
mod mini_programs;
mod notices;
mod pace;
mod people;
mod platform;
mod preflight;
mod queue;
mod recipients;
mod recover;
mod results;
mod search;
mod settle;
mod statistics;
mod subscribers;
mod template_kind;
mod templates;
mod tokens;
mod traits_of_people;
mod upkeep;
mod webhooks;
mod workers;

use crate::{Heard, Store, StoreResult};
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

    fn heard(&self) -> &Heard {
        Backend::heard(self)
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

//! PostgreSQL: a pool, row locks, advisory locks. What differs from SQLite stands here and in this folder; everything
//! else is `portable/`, compiled against these macros and [`dialect`].

/// Rows of n integers bound as `$1` (see [`dialect::rows`]) as a table to select from; columns count from 1. One flat
/// array, cut every n values.
macro_rules! rows {
    ($n:literal: $($i:literal $name:literal),+) => {
        concat!(
            "(SELECT 1 AS one" $(, ", ($1::bigint[])[at + ", $i, "] AS ", $name)+,
            " FROM generate_series(0, cardinality($1::bigint[]) - 1, ", $n, ") AS at)"
        )
    };
}

/// A JSON list of texts or integers bound as `$1`, as a table with the column `value`.
macro_rules! list {
    () => {
        "json_array_elements_text($1::json)"
    };
}

/// Locks the rows of a table read until the transaction ends.
macro_rules! for_update {
    ($table:literal) => {
        concat!(" FOR UPDATE OF ", $table)
    };
}

/// The same, one after the other in an order.
macro_rules! locked {
    ($table:literal, $order:literal) => {
        concat!(" ORDER BY ", $order, " FOR UPDATE OF ", $table)
    };
}

/// The same, leaving out what others hold.
macro_rules! skip_locked {
    ($table:literal) => {
        concat!(" FOR UPDATE OF ", $table, " SKIP LOCKED")
    };
}

/// Takes the rows bound as `$1` (notice, subscriber) out of the queue. One look at the index for each, whatever the planner
/// believes: a plan that was made while next to nothing was queued would read a million rows for each claim.
macro_rules! take {
    () => {
        concat!(
            "DELETE FROM queue USING (SELECT (SELECT q.ctid FROM queue q
                                     WHERE q.notice_id = r_notice AND q.subscriber_id = r_subscriber) AS place FROM ",
            rows!(2: 1 "r_notice", 2 "r_subscriber"),
            " AS r) AS r WHERE queue.ctid = r.place RETURNING notice_id, subscriber_id"
        )
    };
}

/// SQLite needs to be told; PostgreSQL has statistics.
macro_rules! indexed_by {
    ($name:literal) => {
        ""
    };
}

/// Where a text begins in another, 0 for nowhere.
macro_rules! position {
    () => {
        "strpos"
    };
}

mod connect;
mod dialect;
mod listen;
#[cfg(test)]
mod plans;
#[path = "portable/root.rs"]
mod portable;
mod upkeep;

pub(crate) use connect::connect;

//! SQLite: one writer, a few readers, WAL. What differs from PostgreSQL stands here and in this folder; everything else
//! is `portable/`, compiled against these macros and [`dialect`].

/// Rows of n integers bound as `$1` (see [`dialect::rows`]) as a table to select from; columns count from 1.
macro_rules! rows {
    ($n:literal: $($i:literal $name:literal),+) => {
        concat!("(SELECT 1 AS one" $(, ", value ->> (", $i, " - 1) AS ", $name)+, " FROM jsonb_each($1))")
    };
}

/// A JSON list of texts or integers bound as `$1`, as a table with the column `value`.
macro_rules! list {
    () => {
        "json_each($1)"
    };
}

/// Locks the rows of a table read: the single writer needs nothing.
macro_rules! for_update {
    ($table:literal) => {
        ""
    };
}

/// The same, in an order.
macro_rules! locked {
    ($table:literal, $order:literal) => {
        ""
    };
}

/// The same, leaving out what others hold.
macro_rules! skip_locked {
    ($table:literal) => {
        ""
    };
}

/// Takes the rows bound as `$1` (notice, subscriber) out of the queue.
macro_rules! take {
    () => {
        concat!(
            "DELETE FROM queue WHERE (notice_id, subscriber_id) IN (SELECT r_notice, r_subscriber FROM ",
            rows!(2: 1 "r_notice", 2 "r_subscriber"),
            " AS r) RETURNING notice_id, subscriber_id"
        )
    };
}

/// Names the index, for statements that must never be planned otherwise: there are no statistics to plan from.
macro_rules! indexed_by {
    ($name:literal) => {
        concat!(" INDEXED BY ", $name)
    };
}

/// Where a text begins in another, 0 for nowhere.
macro_rules! position {
    () => {
        "instr"
    };
}

mod connect;
mod dialect;
#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test may panic")]
mod plans;
#[path = "portable/root.rs"]
mod portable;
mod upkeep;

pub(crate) use connect::connect;

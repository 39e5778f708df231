//! One suite, both databases: every case is written once and runs on SQLite and on PostgreSQL.
//!
//! PostgreSQL is where `YANSHU_TEST_DATABASE_URL` says: a server on which each test makes its own database and drops it.
//! Without it these tests say that they were skipped, except with `CI=true`, where they fail.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[macro_use]
mod harness;
mod pushes;
mod world;

mod answers;
mod api_keys;
mod approval;
mod callbacks;
mod checks;
mod claims;
mod control;
mod delivery_pages;
mod delivery_search;
mod drafts;
mod ending;
mod enqueue;
mod event_races;
mod expiry;
mod following;
mod imports;
mod ledger;
mod mini_programs;
mod opening;
mod paces;
mod pairing;
mod people;
mod platform;
mod preflight;
mod property;
mod property_events;
mod queue;
mod races;
mod recipients;
mod recovery;
mod refusals;
mod repeating;
mod results;
mod search;
mod sent_events;
mod statistics;
mod subscribers;
mod templates;
mod tokens;
mod traits_of_people;
mod turns;
mod upkeep;
mod webhooks;
mod workers;

//! The whole application through its public seam: a real server on a random port, a real database, the simulator as the
//! platform. What `both!` marks runs on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, reason = "tests")]

mod access;
mod api;
mod bench;
mod business;
mod connecting;
mod control;
mod engine;
mod errors;
mod examples;
mod faults;
mod files;
mod headcount;
mod input;
mod interleavings;
mod kill;
mod mini_program_api;
mod pace;
mod round;
mod sending;
mod support;
mod templates_sync;
mod tokens;
mod webhooks;

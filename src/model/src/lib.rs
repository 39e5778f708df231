//! The words of Yanshu as types: ids, parsed values, field rules, what the platform's error codes mean, and the
//! values that pages, API and storage exchange.
//!
//! This crate compiles to WebAssembly and imports nothing of ours: the same rules run in the browser, in the server
//! functions, in the API and for every row of a file. Instants are `i64` UTC milliseconds ([`Millis`]) everywhere.

pub mod access;
pub mod advice;
pub mod api;
pub mod callback;
pub mod content;
pub mod control;
pub mod delivery;
pub mod field;
pub mod grant;
pub mod ids;
pub mod import;
pub mod lang;
pub mod mini_program;
pub mod notice;
pub mod page;
pub mod placeholders;
pub mod platform;
pub mod problem;
pub mod recipient;
pub mod rules;
pub mod statistics;
pub mod subscriber;
pub mod template;
pub mod values;
pub mod webhook;
pub mod worker;

pub use lang::{Lang, Text};
pub use problem::{Problem, Problems};

/// An instant: milliseconds since 1970-01-01T00:00:00 UTC.
pub type Millis = i64;

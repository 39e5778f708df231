//! Storage: domain-worded traits, one implementation per database, chosen at run time by the URL.
//!
//! Every method is one whole transaction. SQL that is the same in both dialects is written once, in `portable/`, and
//! compiled twice (see `sqlite.rs` and `postgres.rs`); what differs stands in the dialect's own folder. One conformance
//! suite (`tests/`) runs against both.
//!
//! Rules for whoever adds a method: say it in the words of the domain; take the instant as an argument, never ask the
//! clock; `Option` for "not there", [`StoreError`] for trouble; guard every state change by the state it expects and
//! report whether it took effect.

mod error;
mod open;
mod page;
#[expect(clippy::duplicate_mod, reason = "portable/ is compiled once per dialect on purpose")]
mod postgres;
mod records;
#[expect(clippy::duplicate_mod, reason = "portable/ is compiled once per dialect on purpose")]
mod sqlite;
mod text;
mod traits;

pub use error::StoreError;
pub use open::{Durability, OpenOptions, open};
pub use traits::*;

/// What every method answers.
pub type StoreResult<T> = Result<T, StoreError>;

//! Rows as they are read, and their way into the model. The same for both drivers.

mod api_keys;
mod callbacks;
mod deliveries;
mod imports;
mod mini_programs;
mod notices;
mod people;
mod recipients;
mod subscribers;
mod webhooks;
mod workers;

pub(crate) use api_keys::*;
pub(crate) use callbacks::*;
pub(crate) use deliveries::*;
pub(crate) use imports::*;
pub(crate) use mini_programs::*;
pub(crate) use notices::*;
pub(crate) use people::*;
pub(crate) use recipients::*;
pub(crate) use subscribers::*;
pub(crate) use webhooks::*;
pub(crate) use workers::*;

use crate::{StoreError, StoreResult};
use model::{delivery::DeliveryState, statistics::CodeCounts};

/// Reads a stored word; what nobody knows names the column.
pub(crate) fn word<T>(
    table: &'static str,
    column: &'static str,
    stored: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> StoreResult<T> {
    parse(stored).ok_or_else(|| StoreError::inconsistent(table, column, stored))
}

/// Reads stored JSON.
pub(crate) fn json<T: serde::de::DeserializeOwned>(
    table: &'static str,
    column: &'static str,
    stored: &str,
) -> StoreResult<T> {
    serde_json::from_str(stored).map_err(|_| StoreError::inconsistent(table, column, stored))
}

/// Writes JSON to be stored.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|e| StoreError::Driver(sqlx::Error::Encode(e.into())))
}

/// Reads a delivery state.
pub(crate) fn state(table: &'static str, n: i64) -> StoreResult<DeliveryState> {
    DeliveryState::from_number(n).ok_or_else(|| StoreError::inconsistent(table, "state", n))
}

/// Rows of (errcode, state, n).
pub(crate) fn codes(table: &'static str, rows: Vec<(i64, i64, i64)>) -> StoreResult<Vec<CodeCounts>> {
    rows.into_iter().map(|(errcode, s, n)| Ok(CodeCounts { errcode, state: state(table, s)?, n })).collect()
}

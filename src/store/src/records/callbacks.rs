//! Callbacks and their pushes.

use super::word;
use crate::{CallbackSetup, StoreError, StoreResult};
use model::{
    callback::{CallbackCount, CallbackEvent, CallbackTally, EventBody, StoredEvent},
    mini_program::CallbackMode,
};

/// The callback of a mini program that has one.
#[derive(sqlx::FromRow)]
pub(crate) struct CallbackRecord {
    callback_mode: String,
    sealed_callback_token: String,
    sealed_callback_key: Option<String>,
}

impl TryFrom<CallbackRecord> for CallbackSetup {
    type Error = StoreError;

    fn try_from(r: CallbackRecord) -> StoreResult<Self> {
        Ok(Self {
            mode: word("mini_programs", "callback_mode", &r.callback_mode, CallbackMode::parse)?,
            sealed_token: r.sealed_callback_token,
            sealed_key: r.sealed_callback_key,
        })
    }
}

/// A row of `callback_tallies`.
#[derive(sqlx::FromRow)]
pub(crate) struct TallyRecord {
    what: String,
    n: i64,
    last_at: i64,
    last_lag_ms: Option<i64>,
}

impl TryFrom<TallyRecord> for CallbackTally {
    type Error = StoreError;

    fn try_from(r: TallyRecord) -> StoreResult<Self> {
        Ok(Self {
            what: word("callback_tallies", "what", &r.what, CallbackCount::parse)?,
            n: r.n,
            last_at: r.last_at,
            last_lag_ms: r.last_lag_ms,
        })
    }
}

/// Mini program, digest, received_at, body.
pub(crate) type NewEventRecord = (i64, String, i64, String);

/// A row of `events` that is to be worked off.
#[derive(sqlx::FromRow)]
pub(crate) struct WaitingEventRecord {
    pub id: i64,
    pub mini_program_id: i64,
    pub received_at: i64,
    pub tries: i64,
    pub body: String,
}

/// A row of `events` for the list.
#[derive(sqlx::FromRow)]
pub(crate) struct StoredEventRecord {
    id: i64,
    received_at: i64,
    body: String,
    done_at: Option<i64>,
    unmatched: i64,
}

impl From<StoredEventRecord> for StoredEvent {
    fn from(r: StoredEventRecord) -> Self {
        // One that an other version of the program wrote must not keep the rest of the list from being seen.
        let event = serde_json::from_str(&r.body).unwrap_or_else(|_| CallbackEvent {
            openid: String::new(),
            happened_at: r.received_at,
            body: EventBody::Other("?".to_owned()),
        });
        Self { id: r.id, received_at: r.received_at, event, done_at: r.done_at, unmatched: r.unmatched != 0 }
    }
}

//! The access token: cached in the database, refreshed early by one process at a time, dropped only if it is still the
//! one that failed.

use crate::{
    clock::Clock,
    keys::{KeyError, Keys, Purpose},
};
use model::{Millis, ids::MiniProgramId};
use secrecy::SecretString;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Store, StoreError, TokenRow};
use tokio::sync::Mutex as AsyncMutex;
use wechat::{CallError, Client, Credentials};

/// A token is refreshed when no more than this is left of it. The stable-token endpoint hands out a new token in the
/// last 300 s only, and 200 s is the least the design allows: between them, with jitter so that processes do not
/// knock together.
const EARLY_MS: std::ops::Range<Millis> = 210_000..290_000;
/// While this much is left, a token may be used although somebody else is refreshing it.
const USABLE_MS: Millis = 15_000;
/// The right to refresh lasts this long; well over the call's time-out.
const LEASE_MS: Millis = 30_000;
/// How long to wait for the process that is refreshing, and how often to look.
const WAIT: (u32, Duration) = (120, Duration::from_millis(100));

/// A token that may be used now.
#[derive(Clone, Debug)]
pub struct Held {
    /// The token.
    pub token: SecretString,
    /// Names it without showing it.
    pub version: i64,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// No such mini program.
    #[error("the mini program does not exist")]
    Missing,
    /// The last refresh failed a moment ago; nobody asks again before the instant.
    #[error("the last refresh failed with {errcode}")]
    Resting {
        /// The code of that failure.
        errcode: i64,
        /// When to ask again.
        retry_at: Millis,
    },
    /// WeChat refused or could not be reached.
    #[error("the platform gave no token")]
    Call(#[from] CallError),
    /// Another process has been refreshing for too long.
    #[error("another process is refreshing the token and has not finished")]
    Busy,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The AppSecret or the token cannot be opened.
    #[error(transparent)]
    Key(#[from] KeyError),
}

#[derive(Debug)]
struct Cached {
    held: Held,
    expires_at: Millis,
    refresh_at: Millis,
}

/// The keeper of all mini programs' tokens in this process.
#[derive(Debug)]
pub struct TokenKeeper {
    store: Arc<dyn Store>,
    client: Client,
    keys: Arc<Keys>,
    clock: Arc<dyn Clock>,
    cache: Mutex<HashMap<MiniProgramId, Arc<Cached>>>,
    flights: Mutex<HashMap<MiniProgramId, Arc<AsyncMutex<()>>>>,
}

impl TokenKeeper {
    /// A keeper.
    pub fn new(store: Arc<dyn Store>, client: Client, keys: Arc<Keys>, clock: Arc<dyn Clock>) -> Self {
        Self { store, client, keys, clock, cache: Mutex::default(), flights: Mutex::default() }
    }

    /// A token to use now: from memory, else from the database, else from WeChat.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub async fn get(&self, id: MiniProgramId) -> Result<Held, TokenError> {
        if let Some(held) = self.cached(id, |c, now| now < c.refresh_at) {
            return Ok(held);
        }
        // Single flight inside the process: whoever waited finds the token in memory.
        let flight = lock(&self.flights).entry(id).or_default().clone();
        let _guard = flight.lock().await;
        if let Some(held) = self.cached(id, |c, now| now < c.refresh_at) {
            return Ok(held);
        }
        self.get_shared(id).await
    }

    /// Asks WeChat for a token whatever is cached, as "test connection" does.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub async fn check(&self, id: MiniProgramId) -> Result<Held, TokenError> {
        for _ in 0..WAIT.0 {
            if let Some(held) = self.try_refresh(id).await? {
                return Ok(held);
            }
            tokio::time::sleep(WAIT.1).await;
        }
        Err(TokenError::Busy)
    }

    /// WeChat called this token invalid: nobody shall use it again. A newer one stays.
    ///
    /// # Errors
    /// When the database fails; this process has forgotten the token all the same.
    pub async fn drop_failed(&self, id: MiniProgramId, version: i64) -> Result<(), StoreError> {
        {
            let mut cache = lock(&self.cache);
            if cache.get(&id).is_some_and(|c| c.held.version == version) {
                cache.remove(&id);
            }
        }
        self.store.drop_token(id, version).await.map(|_| ())
    }

    /// Forgets what this process remembers, after the secret was changed.
    pub fn forget(&self, id: MiniProgramId) {
        lock(&self.cache).remove(&id);
    }

    fn cached(&self, id: MiniProgramId, good: impl Fn(&Cached, Millis) -> bool) -> Option<Held> {
        let cached = lock(&self.cache).get(&id).cloned()?;
        good(&cached, self.clock.now()).then(|| cached.held.clone())
    }

    async fn get_shared(&self, id: MiniProgramId) -> Result<Held, TokenError> {
        for _ in 0..WAIT.0 {
            let now = self.clock.now();
            let row = self.store.token(id).await?;
            if let Some(row) = &row {
                if let Some(held) = self.remember(id, row, now)? {
                    return Ok(held);
                }
                if row.retry_at > now {
                    // A failed early refresh does not take away a token that still works.
                    return self.usable(id, row, now)?.ok_or(TokenError::Resting {
                        errcode: row.last_errcode.unwrap_or_default(),
                        retry_at: row.retry_at,
                    });
                }
            }
            match self.try_refresh(id).await {
                Ok(Some(held)) => return Ok(held),
                // Somebody else is at it: the old one will do while it lasts.
                Ok(None) => {
                    if let Some(row) = &row
                        && let Some(held) = self.usable(id, row, now)?
                    {
                        return Ok(held);
                    }
                }
                Err(error) => {
                    let row = self.store.token(id).await?;
                    return row.and_then(|row| self.usable(id, &row, now).transpose()).unwrap_or(Err(error));
                }
            }
            tokio::time::sleep(WAIT.1).await;
        }
        Err(TokenError::Busy)
    }

    /// The stored token, unless it is time to refresh it.
    fn remember(&self, id: MiniProgramId, row: &TokenRow, now: Millis) -> Result<Option<Held>, TokenError> {
        let refresh_at = refresh_at(row.obtained_at, row.expires_at, early());
        if now >= refresh_at {
            return Ok(None);
        }
        let Some(held) = self.open(row)? else { return Ok(None) };
        self.put(id, held.clone(), row.expires_at, refresh_at);
        Ok(Some(held))
    }

    /// The stored token as long as it works at all.
    fn usable(&self, _id: MiniProgramId, row: &TokenRow, now: Millis) -> Result<Option<Held>, TokenError> {
        if now + USABLE_MS < row.expires_at { self.open(row) } else { Ok(None) }
    }

    fn open(&self, row: &TokenRow) -> Result<Option<Held>, TokenError> {
        let Some(sealed) = &row.sealed else { return Ok(None) };
        Ok(Some(Held { token: self.keys.open(Purpose::AccessToken, sealed)?, version: row.version }))
    }

    fn put(&self, id: MiniProgramId, held: Held, expires_at: Millis, refresh_at: Millis) {
        lock(&self.cache).insert(id, Arc::new(Cached { held, expires_at, refresh_at }));
    }

    /// Refreshes if the right to do so can be had; `None` when another process has it.
    async fn try_refresh(&self, id: MiniProgramId) -> Result<Option<Held>, TokenError> {
        let credentials = self.credentials(id).await?;
        let lease = self.keys.random_lease()?;
        let now = self.clock.now();
        if !self.store.lease_token_refresh(id, lease, now, now + LEASE_MS).await? {
            return Ok(None);
        }
        match self.client.stable_token(&credentials, false).await {
            Ok(token) => {
                let now = self.clock.now();
                let expires_at = now + token.expires_in_secs.max(1) * 1000;
                let sealed = self.keys.seal(Purpose::AccessToken, &token.access_token)?;
                let Some(version) = self.store.store_token(id, lease, &sealed, expires_at, now).await? else {
                    // The lease was lost while we waited; whoever took it over has stored a token of its own.
                    return Ok(None);
                };
                let held = Held { token: token.access_token, version };
                self.put(id, held.clone(), expires_at, refresh_at(now, expires_at, early()));
                tracing::info!(
                    mini_program.id = id.0,
                    expires_in_secs = token.expires_in_secs,
                    "access token refreshed"
                );
                Ok(Some(held))
            }
            Err(error) => {
                let (errcode, errmsg, rest_ms) = describe(&error);
                tracing::warn!(mini_program.id = id.0, errcode, error = %errmsg, "access token refresh failed");
                self.store.fail_token(id, lease, errcode, &errmsg, self.clock.now() + rest_ms).await?;
                Err(error.into())
            }
        }
    }

    /// AppID and opened AppSecret.
    ///
    /// # Errors
    /// When the mini program is unknown or its secret cannot be opened.
    pub async fn credentials(&self, id: MiniProgramId) -> Result<Credentials, TokenError> {
        let program = self.store.mini_program(id).await?.ok_or(TokenError::Missing)?;
        let sealed = self.store.sealed_secret(id).await?.ok_or(TokenError::Missing)?;
        let secret = self.keys.open(Purpose::AppSecret, &sealed)?;
        Ok(Credentials { appid: program.settings.appid, secret })
    }

    /// Until when the token in memory lasts, for health displays.
    #[must_use]
    pub fn expires_at(&self, id: MiniProgramId) -> Option<Millis> {
        lock(&self.cache).get(&id).map(|c| c.expires_at)
    }
}

/// When to refresh: `early` before the end, but a token of short remaining life is used for at least half of it, so
/// that a platform which hands out nearly ended tokens is not asked in a loop.
fn refresh_at(obtained_at: Millis, expires_at: Millis, early: Millis) -> Millis {
    let life = expires_at - obtained_at;
    (expires_at - early).max(obtained_at + life / 2)
}

fn early() -> Millis {
    fastrand::i64(EARLY_MS)
}

/// Code, text without secrets, and how long nobody asks again.
fn describe(error: &CallError) -> (i64, String, Millis) {
    use model::delivery::own_code;
    match error {
        CallError::Platform(e) => {
            let rest = match e.errcode {
                45009 => 600_000,
                45011 => 60_000,
                -1 => 2_000,
                // The AppID, the secret, the whitelist: a person has to act; look again soon after they may have.
                _ => 30_000,
            };
            (e.errcode, e.errmsg.clone(), rest)
        }
        CallError::NotSent { .. } => (own_code::NO_CONNECTION, error.to_string(), 3_000),
        CallError::Throttled { retry_after_ms, .. } => {
            (own_code::GATEWAY, error.to_string(), retry_after_ms.unwrap_or(10_000).clamp(1_000, 600_000))
        }
        _ => (own_code::NO_ANSWER, error.to_string(), 3_000),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_refreshed_200_seconds_or_more_before_its_end() {
        for _ in 0..1000 {
            let at = refresh_at(0, 7_200_000, early());
            assert!(at <= 7_200_000 - 200_000 && at > 7_200_000 - 300_000);
        }
    }

    #[test]
    fn a_token_with_little_life_left_is_not_asked_for_in_a_loop() {
        assert_eq!(refresh_at(0, 300_000, 290_000), 150_000);
        assert_eq!(refresh_at(1_000, 61_000, 290_000), 31_000);
    }
}

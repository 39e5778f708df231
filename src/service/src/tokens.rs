//! The access token: cached in the database, refreshed early by one process at a time, dropped only if it is still the
//! one that failed.

mod refresh;

use crate::{
    clock::Clock,
    keys::{KeyError, Keys, Purpose},
    zone,
};
use model::{Millis, ids::MiniProgramId, mini_program::MiniProgram, platform::Use};
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
/// What is in memory is compared with the database this often: another process may have dropped the token, or a person
/// may have changed the mini program's secret or address.
const COMPARE_MS: Millis = 5_000;
/// A token that has more than this left when WeChat calls it invalid did not just end: around its end the old and the
/// new one overlap for five minutes (getAccessToken).
const LASTING_MS: Millis = 300_000;
/// access_token expired.
const RAN_OUT: i64 = 42001;
/// The longest time after which a failed refresh is tried again.
const LONGEST_WAIT_MS: Millis = 900_000;
/// How long to wait for the process that is refreshing, and how often to look.
const WAIT: (u32, Duration) = (120, Duration::from_millis(100));

/// A token that may be used now.
#[derive(Clone, Debug)]
pub struct Held {
    /// The token.
    pub token: SecretString,
    /// Names it without showing it.
    pub version: i64,
    /// When it ends.
    pub expires_at: Millis,
    /// The platform at the address of this mini program.
    pub client: Client,
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
    /// The stored address of the platform is none.
    #[error("the address of the API cannot be used")]
    Base,
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
    refresh_at: Millis,
    compared_at: Millis,
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
        if let Some(held) = self.cached(id, fresh) {
            return Ok(held);
        }
        // Single flight inside the process: whoever waited finds the token in memory.
        let flight = lock(&self.flights).entry(id).or_default().clone();
        let _guard = flight.lock().await;
        if let Some(held) = self.cached(id, fresh) {
            return Ok(held);
        }
        match self.get_shared(id).await {
            // While the database is away, the token that this process knows goes on.
            Err(TokenError::Store(error)) => {
                self.cached(id, |c, now| now < c.refresh_at).ok_or(TokenError::Store(error))
            }
            other => other,
        }
    }

    /// Asks WeChat for a token whatever is cached, as "test connection" does.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub async fn check(&self, id: MiniProgramId) -> Result<Held, TokenError> {
        for _ in 0..WAIT.0 {
            if let Some(held) = self.try_refresh(id, None).await? {
                return Ok(held);
            }
            tokio::time::sleep(WAIT.1).await;
        }
        Err(TokenError::Busy)
    }

    /// WeChat refused this token with the code: nobody shall use it again. A newer one stays. One that was called invalid
    /// although it should have lasted is counted: somebody else fetches tokens for this AppID, or the secret was reset.
    /// One that ran out (42001) is no such sign.
    ///
    /// # Errors
    /// When the database fails; this process has forgotten the token all the same.
    pub async fn drop_failed(&self, id: MiniProgramId, failed: &Held, errcode: i64) -> Result<(), StoreError> {
        {
            let mut cache = lock(&self.cache);
            if cache.get(&id).is_some_and(|c| c.held.version == failed.version) {
                cache.remove(&id);
            }
        }
        let dropped = self.store.drop_token(id, failed.version, &wechat::token_digest(&failed.token)).await?;
        let now = self.clock.now();
        if dropped && errcode != RAN_OUT && now + LASTING_MS < failed.expires_at {
            tracing::warn!(mini_program.id = id.0, "WeChat called an access token invalid before its end");
            self.store.count_use(id, Use::Invalidated, &zone::china_day(now)).await?;
        }
        Ok(())
    }

    /// Forgets what this process remembers, after the secret was changed.
    pub fn forget(&self, id: MiniProgramId) {
        lock(&self.cache).remove(&id);
    }

    /// AppID and opened AppSecret.
    ///
    /// # Errors
    /// When the mini program is unknown or its secret cannot be opened.
    pub async fn credentials(&self, id: MiniProgramId) -> Result<Credentials, TokenError> {
        let program = self.program(id).await?;
        self.credentials_of(&program).await
    }

    /// The platform at the address of this mini program.
    ///
    /// # Errors
    /// [`TokenError::Base`].
    pub fn client(&self, program: &MiniProgram) -> Result<Client, TokenError> {
        let base = &program.settings.api_base;
        if base.is_empty() {
            return Ok(self.client.clone());
        }
        let base = base.parse().map_err(|_| TokenError::Base)?;
        self.client.at(&base).map_err(|_| TokenError::Base)
    }

    async fn program(&self, id: MiniProgramId) -> Result<MiniProgram, TokenError> {
        self.store.mini_program(id).await?.ok_or(TokenError::Missing)
    }

    async fn credentials_of(&self, program: &MiniProgram) -> Result<Credentials, TokenError> {
        let sealed = self.store.sealed_secret(program.id).await?.ok_or(TokenError::Missing)?;
        let secret = self.keys.open(Purpose::AppSecret, &sealed)?;
        Ok(Credentials { appid: program.settings.appid.clone(), secret })
    }

    fn cached(&self, id: MiniProgramId, good: impl Fn(&Cached, Millis) -> bool) -> Option<Held> {
        let cached = lock(&self.cache).get(&id).cloned()?;
        good(&cached, self.clock.now()).then(|| cached.held.clone())
    }

    async fn get_shared(&self, id: MiniProgramId) -> Result<Held, TokenError> {
        for _ in 0..WAIT.0 {
            let now = self.clock.now();
            let program = self.program(id).await?;
            let row = self.store.token(id).await?;
            if let Some(row) = &row {
                if let Some(held) = self.remember(&program, row, now)? {
                    return Ok(held);
                }
                // Nobody is told to wait for longer; what seems so is of a clock that has gone back since.
                if (1..=LONGEST_WAIT_MS).contains(&(row.retry_at - now)) {
                    // A failed early refresh does not take away a token that still works.
                    return self.usable(&program, row, now)?.ok_or(TokenError::Resting {
                        errcode: row.last_errcode.unwrap_or_default(),
                        retry_at: row.retry_at,
                    });
                }
            }
            let seen = row.as_ref().map_or(0, |row| row.version);
            match self.try_refresh(id, Some(seen)).await {
                Ok(Some(held)) => return Ok(held),
                // Somebody else is at it: the old one will do while it lasts.
                Ok(None) => {
                    if let Some(row) = &row
                        && let Some(held) = self.usable(&program, row, now)?
                    {
                        return Ok(held);
                    }
                }
                Err(error) => {
                    let row = self.store.token(id).await?;
                    return row.and_then(|row| self.usable(&program, &row, now).transpose()).unwrap_or(Err(error));
                }
            }
            tokio::time::sleep(WAIT.1).await;
        }
        Err(TokenError::Busy)
    }

    /// The stored token, unless it is time to refresh it.
    fn remember(&self, program: &MiniProgram, row: &TokenRow, now: Millis) -> Result<Option<Held>, TokenError> {
        // The instant was drawn when the token was first seen; comparing it with the database does not draw again.
        let drawn = lock(&self.cache).get(&program.id).filter(|c| c.held.version == row.version).map(|c| c.refresh_at);
        let refresh_at = drawn.unwrap_or_else(|| refresh_at(row.obtained_at, row.expires_at, early()));
        if now >= refresh_at {
            return Ok(None);
        }
        let Some(held) = self.open(program, row)? else { return Ok(None) };
        self.put(program.id, held.clone(), refresh_at, now);
        Ok(Some(held))
    }

    /// The stored token as long as it works at all.
    fn usable(&self, program: &MiniProgram, row: &TokenRow, now: Millis) -> Result<Option<Held>, TokenError> {
        if now + USABLE_MS < row.expires_at { self.open(program, row) } else { Ok(None) }
    }

    fn open(&self, program: &MiniProgram, row: &TokenRow) -> Result<Option<Held>, TokenError> {
        let Some(sealed) = &row.sealed else { return Ok(None) };
        let token = self.keys.open(Purpose::AccessToken, sealed)?;
        Ok(Some(Held { token, version: row.version, expires_at: row.expires_at, client: self.client(program)? }))
    }

    fn put(&self, id: MiniProgramId, held: Held, refresh_at: Millis, compared_at: Millis) {
        lock(&self.cache).insert(id, Arc::new(Cached { held, refresh_at, compared_at }));
    }
}

/// Good without a look at the database.
fn fresh(cached: &Cached, now: Millis) -> bool {
    // A clock that went back must not keep it from being compared.
    now < cached.refresh_at && (0..COMPARE_MS).contains(&(now - cached.compared_at))
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

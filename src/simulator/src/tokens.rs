//! Access tokens: two families that know nothing of each other (getStableAccessToken), each a chain in which the last
//! token but one lives on for five minutes.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use serde::{Deserialize, Serialize};

use crate::account::AccountState;
use crate::openid::random_text;
use crate::quota::Daily;
use crate::refusal::Refusal;
use crate::sync::{lock, read, write};

/// Both tokens work for five minutes after a refresh; the stable one is renewed in its last five minutes.
const OVERLAP_MS: i64 = 300_000;
/// Forced refreshes closer than this do not refresh (getStableAccessToken).
const FORCE_GAP_MS: i64 = 30_000;
const FORCES_PER_DAY: u64 = 20;
const STABLE_PER_DAY: u64 = 500_000;
const STABLE_PER_MINUTE: u64 = 10_000;

/// In which way tokens are ended before their time.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum TokenEnd {
    /// As if somebody else had fetched newer ones: 40001.
    Superseded,
    /// As if their time had run out: 42001.
    Expired,
}

/// A token as handed out.
#[derive(Clone, Debug)]
pub(crate) struct Granted {
    pub text: String,
    pub expires_in_secs: i64,
}

/// Which tokens of an account are current.
#[derive(Debug, Default)]
pub(crate) struct Chains {
    classic: Chain,
    stable: Chain,
    classic_calls: Daily,
    stable_calls: Daily,
    forces: Daily,
    forced_ms: Option<i64>,
    minute: (i64, u64),
}

#[derive(Debug, Default)]
struct Chain {
    current: Option<(String, i64)>,
    previous: Option<String>,
}

#[derive(Debug)]
struct Issued {
    account: Arc<AccountState>,
    /// When it dies of age.
    expires_ms: i64,
    /// When it stops working: the same, or earlier when a newer one took its place.
    ends_ms: i64,
}

/// All tokens ever handed out.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    issued: RwLock<HashMap<Box<str>, Issued>>,
}

impl Tokens {
    /// Whose token this is, if it still works.
    pub fn check(&self, token: Option<&str>, now_ms: i64) -> Result<Arc<AccountState>, Refusal> {
        let token = token.filter(|text| !text.is_empty()).ok_or(41001)?;
        let issued = read(&self.issued);
        // Which of the two codes garbage gets is not documented: one for what could be a token, one for the rest.
        let found = issued.get(token).ok_or(if token.len() > 100 { 40001 } else { 40014 })?;
        if now_ms < found.ends_ms {
            return Ok(found.account.clone());
        }
        Err(if now_ms >= found.expires_ms { 42001.into() } else { 40001.into() })
    }

    /// `GET /cgi-bin/token`: always a new one.
    pub fn classic(&self, account: &Arc<AccountState>, now_ms: i64) -> Result<Granted, Refusal> {
        let mut chains = lock(&account.chains);
        if !chains.classic_calls.take(account.settings().daily_classic_tokens, now_ms) {
            return Err(45009.into());
        }
        Ok(self.renew(account, &mut chains.classic, now_ms))
    }

    /// `POST /cgi-bin/stable_token`: the same one until its last five minutes, unless forced.
    pub fn stable(&self, account: &Arc<AccountState>, force: bool, now_ms: i64) -> Result<Granted, Refusal> {
        let mut chains = lock(&account.chains);
        chains.count_stable(now_ms)?;
        if force && chains.forced_ms.is_none_or(|at| now_ms - at >= FORCE_GAP_MS) {
            if !chains.forces.take(FORCES_PER_DAY, now_ms) {
                return Err(45009.into());
            }
            chains.forced_ms = Some(now_ms);
            return Ok(self.renew(account, &mut chains.stable, now_ms));
        }
        match &chains.stable.current {
            Some((text, expires_ms)) if expires_ms - now_ms > OVERLAP_MS => {
                Ok(Granted { text: text.clone(), expires_in_secs: (expires_ms - now_ms) / 1000 })
            }
            _ => Ok(self.renew(account, &mut chains.stable, now_ms)),
        }
    }

    /// Ends every token of an account before its time.
    pub fn end(&self, account: &AccountState, how: TokenEnd, now_ms: i64) {
        let mut chains = lock(&account.chains);
        let mut issued = write(&self.issued);
        for token in issued.values_mut().filter(|token| token.account.appid == account.appid && now_ms < token.ends_ms)
        {
            token.ends_ms = now_ms;
            if how == TokenEnd::Expired {
                token.expires_ms = now_ms;
            }
        }
        chains.classic = Chain::default();
        chains.stable = Chain::default();
    }

    fn renew(&self, account: &Arc<AccountState>, chain: &mut Chain, now_ms: i64) -> Granted {
        let lifetime = account.settings().token_lifetime_secs;
        let expires_ms = now_ms + lifetime * 1000;
        // As long as real ones, and with their version prefix.
        let text = format!("99_{}", random_text(136));
        let mut issued = write(&self.issued);
        if let Some(token) = chain.previous.take().and_then(|text| issued.get_mut(text.as_str())) {
            token.ends_ms = token.ends_ms.min(now_ms);
        }
        if let Some((old, _)) = chain.current.take() {
            if let Some(token) = issued.get_mut(old.as_str()) {
                token.ends_ms = token.ends_ms.min(now_ms + OVERLAP_MS);
            }
            chain.previous = Some(old);
        }
        issued.insert(text.as_str().into(), Issued { account: account.clone(), expires_ms, ends_ms: expires_ms });
        chain.current = Some((text.clone(), expires_ms));
        Granted { text, expires_in_secs: lifetime }
    }
}

impl Chains {
    fn count_stable(&mut self, now_ms: i64) -> Result<(), Refusal> {
        let minute = now_ms.div_euclid(60_000);
        if self.minute.0 != minute {
            self.minute = (minute, 0);
        }
        self.minute.1 += 1;
        if self.minute.1 > STABLE_PER_MINUTE {
            return Err(45011.into());
        }
        if !self.stable_calls.take(STABLE_PER_DAY, now_ms) {
            return Err(45009.into());
        }
        Ok(())
    }
}

//! Getting a token from WeChat, under the right to do so.

use super::{Held, TokenError, TokenKeeper, early, refresh_at};
use crate::{keys::Purpose, zone};
use model::{
    Millis,
    ids::MiniProgramId,
    mini_program::{MiniProgram, TokenMode},
    platform::{FORCED_A_DAY, Use},
};
use wechat::{CallError, PlatformError, Token};

/// The right to refresh lasts this long; well over the call's time-out.
const LEASE_MS: Millis = 30_000;
/// Forced refreshes closer together than this do nothing (getStableAccessToken).
const FORCE_APART_MS: Millis = 30_000;

impl TokenKeeper {
    /// Refreshes if the right to do so can be had; `None` when another process has it, or has stored a token since
    /// version `seen` was read.
    pub(super) async fn try_refresh(&self, id: MiniProgramId, seen: Option<i64>) -> Result<Option<Held>, TokenError> {
        let program = self.program(id).await?;
        let client = self.client(&program)?;
        let credentials = self.credentials_of(&program).await?;
        let lease = self.keys.random_lease()?;
        let now = self.clock.now();
        if !self.store.lease_token_refresh(id, lease, seen, now, now + LEASE_MS).await? {
            return Ok(None);
        }
        let got = match program.settings.token_mode {
            TokenMode::Classic => client.classic_token(&credentials).await,
            TokenMode::Stable => match client.stable_token(&credentials, false).await {
                Ok(token) => self.replaced(&program, lease, token, &client, &credentials).await?,
                Err(error) => Err(error),
            },
        };
        match got {
            Ok(token) => self.keep(&program, lease, token).await,
            Err(error) => {
                let (errcode, errmsg, rest_ms) = describe(&error);
                tracing::warn!(mini_program.id = id.0, errcode, error = %errmsg, "access token refresh failed");
                self.store.fail_token(id, lease, errcode, &errmsg, self.clock.now() + rest_ms).await?;
                Err(error.into())
            }
        }
    }

    /// The stable call may hand out the very token that was called invalid a moment ago. Then, and only then, it is made
    /// to give another one: at most 20 times a day, 30 s apart, so that there is no storm.
    async fn replaced(
        &self,
        program: &MiniProgram,
        lease: i64,
        token: Token,
        client: &wechat::Client,
        credentials: &wechat::Credentials,
    ) -> Result<Result<Token, CallError>, TokenError> {
        let row = self.store.token(program.id).await?;
        let dropped = row.and_then(|row| row.dropped_digest);
        let is_dropped = |token: &Token| dropped.as_deref() == Some(&*wechat::token_digest(&token.access_token));
        if !is_dropped(&token) {
            return Ok(Ok(token));
        }
        let now = self.clock.now();
        let day = zone::china_day(now);
        let uses = self.store.uses(program.id, &day).await?;
        let forced = uses.iter().find(|(what, _)| *what == Use::Forced).map_or(0, |(_, n)| *n);
        if forced >= FORCED_A_DAY || !self.store.note_forced(program.id, lease, FORCE_APART_MS, now).await? {
            return Ok(Err(still_invalid()));
        }
        self.store.count_use(program.id, Use::Forced, &day).await?;
        let forced = client.stable_token(credentials, true).await;
        Ok(forced.and_then(|token| if is_dropped(&token) { Err(still_invalid()) } else { Ok(token) }))
    }

    async fn keep(&self, program: &MiniProgram, lease: i64, token: Token) -> Result<Option<Held>, TokenError> {
        let id = program.id;
        let now = self.clock.now();
        let expires_at = now + token.expires_in_secs.max(1) * 1000;
        let sealed = self.keys.seal(Purpose::AccessToken, &token.access_token)?;
        let Some(version) = self.store.store_token(id, lease, &sealed, expires_at, now).await? else {
            // The lease was lost while we waited; whoever took it over has stored a token of its own.
            return Ok(None);
        };
        self.store.count_use(id, Use::Refresh, &zone::china_day(now)).await?;
        let held = Held { token: token.access_token, version, expires_at, client: self.client(program)? };
        self.put(id, held.clone(), refresh_at(now, expires_at, early()), now);
        tracing::info!(mini_program.id = id.0, expires_in_secs = token.expires_in_secs, "access token refreshed");
        Ok(Some(held))
    }
}

/// What WeChat would say of the token that it has just handed out again.
fn still_invalid() -> CallError {
    let errmsg =
        "the same invalid token was handed out again; it may be replaced 20 times a day, 30 s apart".to_owned();
    PlatformError { errcode: 40001, errmsg, rid: None }.into()
}

/// Code, text without secrets, and how long nobody asks again.
fn describe(error: &CallError) -> (i64, String, Millis) {
    use model::delivery::own_code;
    match error {
        CallError::Platform(e) => {
            let rest = match e.errcode {
                // Until the next day, but a person may reset the counter at any time.
                45009 => 600_000,
                45011 => 60_000,
                -1 => 2_000,
                // Refused by the administrator for an hour or a day.
                89506 | 89507 => 600_000,
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

//! The platform's callback: set-up, verification, and pushes, which are stored first and worked off after.

mod inbox;
mod worker;

pub(crate) use inbox::Inbox;
pub use worker::EventWorker;

use crate::{Services, UseError, UseResult, keys::Purpose};
use model::{
    Problem, Problems,
    callback::CallbackCount,
    ids::MiniProgramId,
    mini_program::{CallbackMode, GrantSource, MiniProgram},
};
use secrecy::{ExposeSecret, SecretString};
use store::{CallbackSetup, NewEvent};
use wechat::callback::{self, CallbackKeys, CallbackQuery, CallbackRefusal};

/// The name under which it is kept when the callback was set up or changed last.
pub(crate) const CALLBACK_SET: &str = "callback_set";

/// What the form sends. Token and key are copied into WeChat's console, so they are the person's to choose.
#[derive(Clone, Debug, Default)]
pub struct CallbackInput {
    /// `safe`, `compatible` or `plain`.
    pub mode: String,
    /// Token; empty when changing: keep the stored one.
    pub token: SecretString,
    /// EncodingAESKey; empty when changing: keep the stored one.
    pub encoding_key: SecretString,
}

/// What the answer to a push shall be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Push {
    /// Stored (or known already): `success`.
    Taken,
    /// Not taken, and why.
    Refused(CallbackRefusal),
}

impl Services {
    /// Sets the callback of a mini program up.
    ///
    /// # Errors
    /// `Invalid` with what is wrong, `NotFound`.
    pub async fn set_callback(&self, id: MiniProgramId, input: &CallbackInput) -> UseResult<()> {
        let stored = self.store.callback(id).await?;
        let mut problems = Problems::default();
        let mode =
            problems.take("mode", CallbackMode::parse(&input.mode).ok_or_else(crate::mini_programs::unknown_choice));
        let token = problems.take("token", typed(&input.token, stored.is_some(), is_token, &token_problem()));
        let plain = mode == Some(CallbackMode::Plain);
        let has_key = plain || stored.as_ref().is_some_and(|stored| stored.sealed_key.is_some());
        let key = typed(&input.encoding_key, has_key, callback::is_encoding_key, &key_problem());
        let key = problems.take("encoding_key", key);
        problems.check()?;
        let (Some(mode), Some(token), Some(key)) = (mode, token, key) else {
            return Err(UseError::Internal("a callback without problems"));
        };
        let sealed_token = match token {
            Some(token) => self.keys.seal(Purpose::CallbackToken, &token)?,
            None => stored.as_ref().map(|stored| stored.sealed_token.clone()).unwrap_or_default(),
        };
        let sealed_key = match key {
            Some(key) => Some(self.keys.seal(Purpose::CallbackKey, &key)?),
            None => stored.and_then(|stored| stored.sealed_key),
        };
        let setup = CallbackSetup { mode, sealed_token, sealed_key };
        if !self.store.set_callback(id, Some(&setup)).await? {
            return Err(UseError::NotFound);
        }
        self.keep(id, CALLBACK_SET, "", &mode).await
    }

    /// The opened token and key of a callback, for the demo's simulator only; no page or API shows them.
    ///
    /// # Errors
    /// When they cannot be opened.
    pub async fn callback_secrets(
        &self,
        id: MiniProgramId,
    ) -> UseResult<Option<(CallbackMode, SecretString, Option<SecretString>)>> {
        let Some(setup) = self.store.callback(id).await? else { return Ok(None) };
        let token = self.keys.open(Purpose::CallbackToken, &setup.sealed_token)?;
        let key = setup.sealed_key.map(|sealed| self.keys.open(Purpose::CallbackKey, &sealed)).transpose()?;
        Ok(Some((setup.mode, token, key)))
    }

    /// Takes the callback away: pushes are not taken any more.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` while only its events count for grants.
    pub async fn remove_callback(&self, id: MiniProgramId) -> UseResult<()> {
        if self.mini_program(id).await?.settings.grant_source == GrantSource::Event {
            return Err(Problem::whole(
                "events_count",
                "这个小程序的授权额度只以微信事件为准，移除回调后就不再有额度进来。请先在设置里改为以上报为准。",
                "Only WeChat's events count for this mini program's grants; without a callback none would come in. Choose reports in its settings first.",
            )
            .into());
        }
        if self.store.set_callback(id, None).await? { Ok(()) } else { Err(UseError::NotFound) }
    }

    /// A token and an EncodingAESKey to offer, fresh and random.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn suggest_callback(&self) -> UseResult<(String, String)> {
        Ok((self.alphanumeric(24)?, self.alphanumeric(43)?))
    }

    /// Letters and digits only, as WeChat's console takes them.
    fn alphanumeric(&self, length: usize) -> UseResult<String> {
        let mut text = String::new();
        while text.len() < length {
            text.extend(self.keys.random_text(48)?.chars().filter(char::is_ascii_alphanumeric));
        }
        text.truncate(length);
        Ok(text)
    }

    /// Answers a URL verification: what to send back, `None` where the signature is wrong.
    ///
    /// # Errors
    /// `NotFound` when no mini program of the AppID has a callback.
    pub async fn verify_callback(&self, appid: &str, query: &CallbackQuery) -> UseResult<Option<String>> {
        let (program, keys) = self.callback_keys(appid).await?;
        if callback::verifies(&keys, query) {
            self.store.count_callback(program.id, CallbackCount::Verified, 1, self.now()).await?;
            return Ok(Some(query.echostr.clone()));
        }
        self.note_refusal(program.id, CallbackRefusal::Signature).await?;
        Ok(None)
    }

    /// Counts what was refused, up to so many a minute: anybody may send it.
    async fn note_refusal(&self, id: MiniProgramId, refusal: CallbackRefusal) -> UseResult<()> {
        if self.limits.counts_refusal(id) {
            tracing::warn!(mini_program.id = id.0, %refusal, "a push was not taken");
            self.store.count_callback(id, counted(refusal), 1, self.now()).await?;
        }
        Ok(())
    }

    /// Takes a push: verifies, opens and stores it. Its effect comes after.
    ///
    /// # Errors
    /// `NotFound` when no mini program of the AppID has a callback; when the database fails, and WeChat tries again.
    pub async fn receive_push(&self, appid: &str, query: &CallbackQuery, body: &[u8]) -> UseResult<Push> {
        let (program, keys) = self.callback_keys(appid).await?;
        let now = self.now();
        match callback::receive(&keys, query, body, now) {
            Ok(received) => {
                let event = NewEvent {
                    mini_program: program.id,
                    digest: received.digest,
                    event: received.event,
                    received_at: now,
                };
                self.inbox.store(&*self.store, event).await?;
                self.events.notify_one();
                Ok(Push::Taken)
            }
            Err(refusal) => {
                self.note_refusal(program.id, refusal).await?;
                Ok(Push::Refused(refusal))
            }
        }
    }

    async fn callback_keys(&self, appid: &str) -> UseResult<(MiniProgram, CallbackKeys)> {
        let program = self.store.mini_program_by_appid(appid).await?.ok_or(UseError::NotFound)?;
        let setup = self.store.callback(program.id).await?.ok_or(UseError::NotFound)?;
        let token = self.keys.open(Purpose::CallbackToken, &setup.sealed_token)?;
        let encoding_key = match &setup.sealed_key {
            Some(sealed) => Some(self.keys.open(Purpose::CallbackKey, sealed)?),
            None => None,
        };
        let keys = CallbackKeys { appid: program.settings.appid.clone(), token, encoding_key, mode: setup.mode };
        Ok((program, keys))
    }
}

fn counted(refusal: CallbackRefusal) -> CallbackCount {
    match refusal {
        CallbackRefusal::Signature => CallbackCount::BadSignature,
        CallbackRefusal::Stale => CallbackCount::Stale,
        CallbackRefusal::Plaintext => CallbackCount::PlaintextRefused,
        CallbackRefusal::Undecipherable => CallbackCount::Undecipherable,
        CallbackRefusal::Malformed => CallbackCount::Malformed,
    }
}

/// `None`: keep what is stored (or do without).
fn typed(
    typed: &SecretString,
    may_be_empty: bool,
    good: impl Fn(&str) -> bool,
    problem: &Problem,
) -> Result<Option<SecretString>, Problem> {
    let text = typed.expose_secret().trim();
    if text.is_empty() && may_be_empty {
        return Ok(None);
    }
    if good(text) { Ok(Some(text.to_owned().into())) } else { Err(problem.clone()) }
}

/// WeChat's console: 3 to 32 letters and digits.
fn is_token(text: &str) -> bool {
    (3..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn token_problem() -> Problem {
    Problem::whole(
        "bad_token",
        "Token 应为 3 到 32 位字母或数字，与微信后台填写的一致。",
        "The token has 3 to 32 letters and digits, the same as in WeChat's console.",
    )
}

fn key_problem() -> Problem {
    Problem::whole(
        "bad_key",
        "EncodingAESKey 应为 43 位字母或数字，与微信后台填写的一致；只有明文模式可以不填。",
        "The EncodingAESKey has 43 letters and digits, the same as in WeChat's console; only plain mode can do without.",
    )
}

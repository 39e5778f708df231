//! Keys of the business API: made, shown once, checked at each call, revoked.

use crate::{Rate, Services, UseError, UseResult, zone};
use model::{
    Millis, Problem, Problems,
    api::{ApiKey, KeyStanding, Scope, split_key},
    ids::{ApiKeyId, MiniProgramId},
    mini_program::MiniProgram,
    values,
};
use ring::digest::{SHA256, digest};
use secrecy::SecretString;
use std::fmt::Write as _;
use store::NewApiKey;

/// A person looks at them all on one page.
const MOST_KEYS: usize = 100;
/// The last use is noted this often at most.
const TOUCH_MS: Millis = 60_000;

/// What the form sends.
#[derive(Clone, Debug, Default)]
pub struct ApiKeyInput {
    /// What people call it.
    pub name: String,
    /// [`Scope::code`]s.
    pub scopes: Vec<String>,
    /// The last day on which it opens anything, as `2026-12-31` in the mini program's zone; empty: no end.
    pub last_day: String,
}

/// Whoever calls with a good key.
#[derive(Clone, Debug)]
pub struct ApiCaller {
    /// The key.
    pub key: ApiKey,
    /// The only mini program that there is for it.
    pub program: MiniProgram,
}

/// What a key that somebody shows is worth.
#[derive(Clone, Debug)]
pub enum KeyCheck {
    /// It opens its mini program.
    Good(Box<ApiCaller>),
    /// There is none like it.
    Unknown,
    /// Its time is over.
    Expired,
    /// A person has revoked it.
    Revoked,
}

impl Services {
    /// Makes a key. The answer is the only time that it can be seen.
    ///
    /// # Errors
    /// `Invalid` with what is wrong, `NotFound` for an unknown mini program.
    pub async fn add_api_key(
        &self,
        mini_program: MiniProgramId,
        input: &ApiKeyInput,
        by: &str,
    ) -> UseResult<(ApiKeyId, SecretString)> {
        let program = self.mini_program(mini_program).await?;
        let mut problems = Problems::default();
        let name = problems.take("name", values::display_name(&input.name, 60));
        let scopes = problems.take("scopes[]", scopes(&input.scopes));
        let expires_at = problems.take("last_day", self.end_of(&program, &input.last_day));
        problems.check()?;
        let (Some(name), Some(scopes), Some(expires_at)) = (name, scopes, expires_at) else {
            return Err(UseError::Internal("parsed values"));
        };
        let now = self.now();
        let keys = self.store.api_keys(mini_program).await?;
        if keys.iter().filter(|key| key.standing(now) == KeyStanding::Good).count() >= MOST_KEYS {
            return Err(too_many().into());
        }
        let (public_id, secret) = (self.random_hex(8)?, self.keys.random_text(32)?);
        let new = NewApiKey {
            mini_program,
            name: &name,
            public_id: &public_id,
            digest: &hex_digest(secret.as_bytes()),
            scopes: &scopes,
            expires_at,
            created_by: by,
        };
        let id = self.store.add_api_key(new, now).await?;
        Ok((id, SecretString::from(format!("{}{public_id}_{secret}", ApiKey::PREFIX))))
    }

    /// All keys of a mini program, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn api_keys(&self, mini_program: MiniProgramId) -> UseResult<Vec<ApiKey>> {
        Ok(self.store.api_keys(mini_program).await?)
    }

    /// Revokes a key; it opens nothing from this moment on.
    ///
    /// # Errors
    /// `NotFound` when there is no such key or it is revoked already.
    pub async fn revoke_api_key(&self, mini_program: MiniProgramId, id: ApiKeyId, by: &str) -> UseResult<()> {
        if self.store.revoke_api_key(mini_program, id, by, self.now()).await? {
            Ok(())
        } else {
            Err(UseError::NotFound)
        }
    }

    /// What a key is worth. Of a key that is not known, not even the name is told to be right.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn check_api_key(&self, shown: &str) -> UseResult<KeyCheck> {
        let Some((public_id, secret)) = split_key(shown.trim()) else { return Ok(KeyCheck::Unknown) };
        let given = hex_digest(secret.as_bytes());
        let Some((key, stored)) = self.store.api_key_by_public_id(public_id).await? else {
            return Ok(KeyCheck::Unknown);
        };
        if !crate::keys::same_text(&given, &stored) {
            return Ok(KeyCheck::Unknown);
        }
        let now = self.now();
        match key.standing(now) {
            KeyStanding::Revoked => return Ok(KeyCheck::Revoked),
            KeyStanding::Expired => return Ok(KeyCheck::Expired),
            KeyStanding::Good => {}
        }
        if key.last_used_at.is_none_or(|at| now - at >= TOUCH_MS) {
            self.store.touch_api_key(key.id, TOUCH_MS, now).await?;
        }
        let program = self.mini_program(key.mini_program).await?;
        Ok(KeyCheck::Good(Box::new(ApiCaller { key, program })))
    }

    /// Counts a call of a key.
    ///
    /// # Errors
    /// The rate as it stands, when this call is one too many.
    pub fn count_api_call(&self, key: ApiKeyId) -> Result<Option<Rate>, Rate> {
        self.limits.api_key(key)
    }

    /// The end of a day in the mini program's zone.
    fn end_of(&self, program: &MiniProgram, day: &str) -> Result<Option<Millis>, Problem> {
        if day.trim().is_empty() {
            return Ok(None);
        }
        let date: jiff::civil::Date = day.trim().parse().map_err(|_| {
            Problem::whole("bad_date", "请填写日期，例如 2026-12-31。", "Give a date such as 2026-12-31.")
        })?;
        let end = zone::start_of(zone::plus_days(date, 1), &zone::of(&program.settings.time_zone));
        if end <= self.now() {
            return Err(Problem::whole(
                "in_the_past",
                "这一天已经过去，请填写今天或以后的日期。",
                "This day is over. Give today or a later day.",
            ));
        }
        Ok(Some(end))
    }

    fn random_hex(&self, bytes: usize) -> UseResult<String> {
        let random = self.keys.random_text(bytes.max(16))?;
        let mut digest = hex_digest(random.as_bytes());
        digest.truncate(bytes * 2);
        Ok(digest)
    }
}

/// SHA-256, in hexadecimal digits.
pub(crate) fn hex_digest(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn scopes(codes: &[String]) -> Result<Vec<Scope>, Problem> {
    let unknown = || Problem::whole("unknown_choice", "请从列表中选择。", "Choose from the list.");
    let mut scopes = codes.iter().map(|code| Scope::parse(code).ok_or_else(unknown)).collect::<Result<Vec<_>, _>>()?;
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        return Err(Problem::whole("required", "请至少选择一项权限。", "Choose at least one thing that it may do."));
    }
    Ok(scopes)
}

fn too_many() -> Problem {
    Problem::whole(
        "too_many",
        format!("一个小程序最多 {MOST_KEYS} 个有效密钥，请先撤销不再使用的。"),
        format!("A mini program has at most {MOST_KEYS} keys that are good. Revoke those that nobody uses any more."),
    )
}

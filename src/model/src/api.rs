//! Keys of the business API.

use crate::{
    Millis,
    ids::{ApiKeyId, MiniProgramId},
};
use serde::{Deserialize, Serialize};

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Order and cancel notices.
    Send,
    /// Look at templates, notices, deliveries and statistics.
    Read,
    /// Record what people answered.
    Grants,
    /// Look at subscribers and their balances.
    Subscribers,
}

impl Scope {
    /// All.
    pub const ALL: [Self; 4] = [Self::Send, Self::Read, Self::Grants, Self::Subscribers];

    /// The stored name, and the one in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Read => "read",
            Self::Grants => "grants",
            Self::Subscribers => "subscribers",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.code() == s)
    }
}

/// Whether a key opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStanding {
    /// It does.
    Good,
    /// Its time is over.
    Expired,
    /// A person has revoked it.
    Revoked,
}

/// A key as stored; its secret is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Row id.
    pub id: ApiKeyId,
    /// The only mini program it opens.
    pub mini_program: MiniProgramId,
    /// What people call it.
    pub name: String,
    /// The part that may be shown.
    pub public_id: String,
    /// What it may do, without repetition.
    pub scopes: Vec<Scope>,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Millis,
    /// Its end; `None`: never.
    pub expires_at: Option<Millis>,
    /// When it was revoked.
    pub revoked_at: Option<Millis>,
    /// By whom.
    pub revoked_by: Option<String>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Millis>,
}

impl ApiKey {
    /// What every key begins with, so that it is known for what it is wherever it turns up.
    pub const PREFIX: &'static str = "ys_live_";

    /// Whether it opens anything at an instant.
    #[must_use]
    pub fn standing(&self, now: Millis) -> KeyStanding {
        if self.revoked_at.is_some() {
            KeyStanding::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            KeyStanding::Expired
        } else {
            KeyStanding::Good
        }
    }

    /// Whether it may do something.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// The name that stands in the books for what it orders.
    #[must_use]
    pub fn signature(&self) -> String {
        format!("API: {}", self.name)
    }
}

/// Splits a key into its public and its secret part; `None` for what is none.
#[must_use]
pub fn split_key(key: &str) -> Option<(&str, &str)> {
    let (public, secret) = key.strip_prefix(ApiKey::PREFIX)?.split_once('_')?;
    let good = public.len() == 16 && public.bytes().all(|b| b.is_ascii_hexdigit()) && (32..=64).contains(&secret.len());
    good.then_some((public, secret))
}

#[cfg(test)]
mod tests {
    use super::split_key;

    #[test]
    fn a_key_is_a_prefix_a_name_and_a_secret() {
        let secret = "s".repeat(43);
        let key = format!("ys_live_0123456789abcdef_{secret}");
        assert_eq!(split_key(&key), Some(("0123456789abcdef", secret.as_str())));
        for bad in ["", "ys_live_", "ys_live_0123456789abcdef", "ys_live_xyz_secret", &key[1..], &key[..40]] {
            assert_eq!(split_key(bad), None, "{bad}");
        }
    }
}

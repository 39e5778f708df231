//! Access tokens.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::answer;
use crate::client::Client;
use crate::error::{CallError, UnknownCause};
use crate::lenient;

/// What a mini program proves itself with.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The AppID.
    pub appid: String,
    /// The AppSecret.
    pub secret: SecretString,
}

/// An access token.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token; up to 512 characters.
    pub access_token: SecretString,
    /// For how long it is good, 7200 at most (getAccessToken).
    pub expires_in_secs: i64,
}

#[derive(Serialize)]
struct StableOrder<'a> {
    grant_type: &'static str,
    appid: &'a str,
    secret: &'a str,
    force_refresh: bool,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    access_token: String,
    #[serde(default, deserialize_with = "lenient::number")]
    expires_in: Option<i64>,
}

const GRANT_TYPE: &str = "client_credential";

impl Client {
    /// `POST /cgi-bin/stable_token` (getStableAccessToken): the same token with the time it has left, until its last
    /// five minutes. Forcing replaces it; that is allowed 20 times a day and does nothing within 30 seconds.
    pub async fn stable_token(&self, credentials: &Credentials, force_refresh: bool) -> Result<Token, CallError> {
        let secret = credentials.secret.expose_secret();
        let order = StableOrder { grant_type: GRANT_TYPE, appid: &credentials.appid, secret, force_refresh };
        token(&self.post("/cgi-bin/stable_token", &[], answer::order(&order)?).await?)
    }

    /// `GET /cgi-bin/token` (getAccessToken): a new token each time; the one before lives on for five minutes. Whoever
    /// else uses this call for the same AppID makes ours invalid, which is why the stable one is the default.
    pub async fn classic_token(&self, credentials: &Credentials) -> Result<Token, CallError> {
        let secret = credentials.secret.expose_secret();
        let query = [("grant_type", GRANT_TYPE), ("appid", credentials.appid.as_str()), ("secret", secret)];
        token(&self.get("/cgi-bin/token", &query).await?)
    }
}

/// An answer without a token is a failure whatever its error code: it must never reach a cache.
fn token(body: &[u8]) -> Result<Token, CallError> {
    let answer: Answer = answer::read(body)?;
    if answer.access_token.is_empty() {
        return Err(UnknownCause::Incomplete("access_token").into());
    }
    let expires_in_secs =
        answer.expires_in.filter(|seconds| *seconds > 0).ok_or(UnknownCause::Incomplete("expires_in"))?;
    Ok(Token { access_token: answer.access_token.into(), expires_in_secs })
}

/// Names a token without showing it: the first 16 bytes of its SHA-256, in hex.
pub fn token_digest(token: &SecretString) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, token.expose_secret().as_bytes());
    digest.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

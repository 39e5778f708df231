//! Login codes.

use secrecy::ExposeSecret;
use serde::Deserialize;

use crate::answer;
use crate::client::Client;
use crate::error::{CallError, UnknownCause};
use crate::token::Credentials;

/// Who a login code belongs to. The session key of the answer is not even read: it must reach nobody.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Session {
    /// The person in this mini program.
    #[serde(default)]
    pub openid: String,
    /// The person across one company's programs, if the mini program is bound to an Open Platform account.
    #[serde(default)]
    pub unionid: Option<String>,
}

impl Client {
    /// `GET /sns/jscode2session` (code2Session): a code of `wx.login` is good once and for five minutes.
    pub async fn code_to_session(&self, credentials: &Credentials, js_code: &str) -> Result<Session, CallError> {
        let query = [
            ("appid", credentials.appid.as_str()),
            ("secret", credentials.secret.expose_secret()),
            ("js_code", js_code),
            ("grant_type", "authorization_code"),
        ];
        let session: Session = answer::read(&self.get("/sns/jscode2session", &query).await?)?;
        if session.openid.is_empty() {
            return Err(UnknownCause::Incomplete("openid").into());
        }
        Ok(session)
    }
}

//! Operations (openApi 管理): quota, resets, request details, callback check.

mod callback_check;
mod mask;
mod rid;

use model::platform::Quota;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;

use crate::answer;
use crate::client::Client;
use crate::error::{CallError, UnknownCause};
use crate::lenient::number_of;
use crate::token::Credentials;

pub use callback_check::CheckOrder;

/// The path whose quota matters here.
pub const SEND_PATH: &str = "/cgi-bin/message/subscribe/send";

#[derive(Serialize)]
struct QuotaOrder<'a> {
    cgi_path: &'a str,
}

#[derive(Serialize)]
struct ClearOrder<'a> {
    appid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    appsecret: Option<&'a str>,
}

impl Client {
    /// `POST /cgi-bin/openapi/quota/get` (getApiQuota) for one path, such as [`SEND_PATH`].
    pub async fn quota(&self, token: &SecretString, path: &str) -> Result<Quota, CallError> {
        let query = [("access_token", token.expose_secret())];
        let order = answer::order(&QuotaOrder { cgi_path: path })?;
        quota(&self.post("/cgi-bin/openapi/quota/get", &query, order).await?)
    }

    /// `POST /cgi-bin/clear_quota` (clearQuota): 10 a month, shared with the console; over: 48006.
    pub async fn clear_quota(&self, token: &SecretString, appid: &str) -> Result<(), CallError> {
        let query = [("access_token", token.expose_secret())];
        let order = answer::order(&ClearOrder { appid, appsecret: None })?;
        answer::done(&self.post("/cgi-bin/clear_quota", &query, order).await?)
    }

    /// `POST /cgi-bin/clear_quota/v2` (clearQuotaByAppSecret): the same without a token, for when even the token quota is
    /// used up.
    pub async fn clear_quota_by_secret(&self, credentials: &Credentials) -> Result<(), CallError> {
        let secret = credentials.secret.expose_secret();
        let order = answer::order(&ClearOrder { appid: &credentials.appid, appsecret: Some(secret) })?;
        answer::done(&self.post("/cgi-bin/clear_quota/v2", &[], order).await?)
    }
}

fn quota(body: &[u8]) -> Result<Quota, CallError> {
    let answer: Value = answer::read(body)?;
    let quota = answer.get("quota").ok_or(UnknownCause::Incomplete("quota"))?;
    let daily_limit = number_of(quota, "daily_limit").ok_or(UnknownCause::Incomplete("daily_limit"))?;
    let used = number_of(quota, "used").ok_or(UnknownCause::Incomplete("used"))?;
    let rate = answer.get("rate_limit").unwrap_or(&Value::Null);
    Ok(Quota {
        daily_limit,
        used,
        remain: number_of(quota, "remain").unwrap_or_else(|| daily_limit.saturating_sub(used).max(0)),
        rate_calls: number_of(rate, "call_count").unwrap_or(0),
        rate_seconds: number_of(rate, "refresh_second").unwrap_or(0),
    })
}

//! `POST /cgi-bin/openapi/quota/get`, `POST /cgi-bin/clear_quota` and its second version without a token.

use axum::response::Response;
use serde::Deserialize;

use super::token::identify;
use crate::account::AccountState;
use crate::answer::Outcome;
use crate::calls::Record;
use crate::endpoint::Endpoint;
use crate::fault::Subject;
use crate::flow;
use crate::input::Input;
use crate::simulator::Inner;
use crate::sync::lock;

#[derive(Deserialize)]
struct Order {
    #[serde(default)]
    cgi_path: String,
    #[serde(default)]
    appid: String,
    #[serde(default)]
    appsecret: String,
}

pub(super) async fn get(inner: &Inner, record: &mut Record<'_>, input: &Input) -> Response {
    flow::run(inner, Endpoint::QuotaGet, record, Subject::default(), |record| quota(inner, record, input)).await
}

pub(super) async fn clear(inner: &Inner, record: &mut Record<'_>, input: &Input) -> Response {
    flow::run(inner, Endpoint::ClearQuota, record, Subject::default(), |record| reset(inner, record, input)).await
}

pub(super) async fn clear_by_secret(inner: &Inner, record: &mut Record<'_>, input: &Input) -> Response {
    let process = |record: &mut Record<'_>| reset_by_secret(inner, record, input);
    flow::run(inner, Endpoint::ClearQuotaBySecret, record, Subject::default(), process).await
}

fn quota(inner: &Inner, record: &mut Record<'_>, input: &Input) -> Outcome {
    let account = inner.tokens.check(input.query("access_token").as_deref(), inner.now())?;
    record.call.appid = Some(account.appid.clone());
    let order: Order = input.json()?;
    if !order.cgi_path.starts_with('/') {
        return Err(76003.into());
    }
    let (settings, now) = (account.settings(), inner.now());
    let (limit, used) = match Endpoint::of(&order.cgi_path) {
        Endpoint::Send => (settings.daily_sends, lock(&account.quota).used(now)),
        Endpoint::Templates => (settings.daily_template_lists, lock(&account.quota).lists_used(now)),
        _ => return Err(76021.into()),
    };
    let answer = serde_json::json!({
        "errcode": 0, "errmsg": "ok",
        "quota": { "daily_limit": limit, "used": used, "remain": limit.saturating_sub(used) },
        "rate_limit": { "call_count": 0, "refresh_second": 0 },
    });
    Ok(answer.to_string())
}

fn reset(inner: &Inner, record: &mut Record<'_>, input: &Input) -> Outcome {
    let account = inner.tokens.check(input.query("access_token").as_deref(), inner.now())?;
    record.call.appid = Some(account.appid.clone());
    let order: Order = input.json()?;
    if order.appid != *account.appid {
        return Err(40013.into());
    }
    spend_reset(inner, &account)
}

fn reset_by_secret(inner: &Inner, record: &mut Record<'_>, input: &Input) -> Outcome {
    let order: Order = input.json()?;
    let account = identify(inner, &order.appid, &order.appsecret)?;
    record.call.appid = Some(account.appid.clone());
    spend_reset(inner, &account)
}

fn spend_reset(inner: &Inner, account: &AccountState) -> Outcome {
    if !lock(&account.quota).reset(inner.now()) {
        return Err(48006.into());
    }
    Ok(r#"{"errcode":0,"errmsg":"ok"}"#.to_owned())
}

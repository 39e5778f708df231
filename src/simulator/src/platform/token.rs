//! `GET /cgi-bin/token` and `POST /cgi-bin/stable_token`.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use axum::response::Response;
use serde::Deserialize;

use crate::account::AccountState;
use crate::answer::Outcome;
use crate::calls::Record;
use crate::endpoint::Endpoint;
use crate::fault::Subject;
use crate::flow;
use crate::input::Input;
use crate::refusal::Refusal;
use crate::simulator::Inner;
use crate::tokens::Granted;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Order<'a> {
    #[serde(borrow)]
    grant_type: Cow<'a, str>,
    #[serde(borrow)]
    appid: Cow<'a, str>,
    #[serde(borrow)]
    secret: Cow<'a, str>,
    force_refresh: bool,
}

pub(super) async fn classic(inner: &Inner, record: &mut Record<'_>, input: &Input) -> Response {
    let order = Order {
        grant_type: input.query("grant_type").unwrap_or_default(),
        appid: input.query("appid").unwrap_or_default(),
        secret: input.query("secret").unwrap_or_default(),
        force_refresh: false,
    };
    let subject = note(inner, record, &order);
    flow::run(inner, Endpoint::ClassicToken, record, subject, |_| {
        let account = admit(inner, &order, input.ip)?;
        inner.tokens.classic(&account, inner.now()).map(json)
    })
    .await
}

pub(super) async fn stable(inner: &Inner, record: &mut Record<'_>, input: &Input) -> Response {
    let parsed = input.json::<Order<'_>>();
    let unread = Order::default();
    let subject = note(inner, record, parsed.as_ref().unwrap_or(&unread));
    flow::run(inner, Endpoint::StableToken, record, subject, |_| stable_token(inner, &parsed, input.ip)).await
}

fn stable_token(inner: &Inner, parsed: &Result<Order<'_>, Refusal>, ip: IpAddr) -> Outcome {
    let order = parsed.as_ref().map_err(Refusal::clone)?;
    let account = admit(inner, order, ip)?;
    inner.tokens.stable(&account, order.force_refresh, inner.now()).map(json)
}

fn note<'a>(inner: &Inner, record: &mut Record<'_>, order: &'a Order<'_>) -> Subject<'a> {
    record.call.appid = inner.account(&order.appid).map(|account| account.appid.clone());
    Subject { appid: Some(&order.appid), ..Subject::default() }
}

/// Success bodies of the token pages carry no errcode.
fn json(granted: Granted) -> String {
    format!(r#"{{"access_token":"{}","expires_in":{}}}"#, granted.text, granted.expires_in_secs)
}

fn admit(inner: &Inner, order: &Order<'_>, ip: IpAddr) -> Result<Arc<AccountState>, Refusal> {
    if order.grant_type != "client_credential" {
        return Err(40002.into());
    }
    let account = identify(inner, &order.appid, &order.secret)?;
    let settings = account.settings();
    if settings.secret_frozen {
        return Err(40243.into());
    }
    if !settings.ip_allowed {
        return Err(Refusal::new(40164, not_whitelisted(ip)));
    }
    if settings.ip_unconfirmed {
        return Err(89503.into());
    }
    Ok(account)
}

/// The text of 40164 as seen in many reports: both spellings of the caller's address.
fn not_whitelisted(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => format!("invalid ip {v4} ipv6 {}, not in whitelist", v4.to_ipv6_mapped()),
        IpAddr::V6(v6) => format!("invalid ip {v6}, not in whitelist"),
    }
}

/// The account of an AppID and AppSecret.
pub(super) fn identify(inner: &Inner, appid: &str, secret: &str) -> Result<Arc<AccountState>, Refusal> {
    if appid.is_empty() {
        return Err(41002.into());
    }
    if secret.is_empty() {
        return Err(41004.into());
    }
    let account = inner.account(appid).ok_or(40013)?;
    if account.settings().secret != secret {
        return Err(40125.into());
    }
    Ok(account)
}

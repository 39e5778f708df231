//! Who calls: the key, what it may do, how often.

use super::refusal::{Refusal, too_many};
use crate::{
    api::{answer::language, caller::bearer},
    web::{WebState, client_address},
};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::{Lang, Problem, api::Scope};
use service::{ApiCaller, KeyCheck, Rate, UseError};
use std::sync::Arc;

/// Whoever calls with a good key.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The key and its mini program.
    pub api: Arc<ApiCaller>,
    /// The language of the answer's sentences.
    pub lang: Lang,
}

/// A caller with a right.
macro_rules! may {
    ($(#[$doc:meta])* $name:ident, $scope:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub Caller);

        impl<S: Sync> FromRequestParts<S> for $name {
            type Rejection = Refusal;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
                let caller = parts.extensions.get::<Caller>().cloned().ok_or_else(no_key)?;
                if caller.api.key.may($scope) { Ok(Self(caller)) } else { Err(lacks($scope)) }
            }
        }
    };
}

may!(
    /// May look at templates, notices, deliveries and statistics.
    Reads,
    Scope::Read
);
may!(
    /// May order and cancel notices.
    Sends,
    Scope::Send
);
may!(
    /// May record what people answered.
    Grants,
    Scope::Grants
);
may!(
    /// May look at subscribers.
    Knows,
    Scope::Subscribers
);

/// Lets in whoever has a key, as often as it may call.
pub async fn admit(State(state): State<WebState>, mut request: Request, next: Next) -> Response {
    let shown = bearer(request.headers());
    let address = client_address(&request, state.behind_proxy);
    let api = match check(&state, shown, &address).await {
        Ok(api) => api,
        Err(refusal) => return refusal.into_response(),
    };
    let rate = state.services.count_api_call(api.key.id);
    let caller = Caller { api: Arc::new(api), lang: language(request.headers()) };
    request.extensions_mut().insert(caller);
    let (mut response, rate) = match rate {
        Ok(rate) => (next.run(request).await, rate),
        Err(rate) => (too_many().after(rate.retry_secs).into_response(), Some(rate)),
    };
    if let Some(rate) = rate {
        tell(response.headers_mut(), rate);
    }
    response
}

async fn check(state: &WebState, shown: Option<String>, address: &str) -> Result<ApiCaller, Refusal> {
    let Some(shown) = shown else { return Err(refuse(state, address)) };
    match state.services.check_api_key(&shown).await.map_err(Refusal::from)? {
        KeyCheck::Good(caller) => Ok(*caller),
        KeyCheck::Unknown => Err(refuse(state, address)),
        KeyCheck::Expired => Err(unauthorized(
            "key_expired",
            "这个 API 密钥已过期，请在控制台新建。",
            "This API key has expired. Make a new one in the console.",
        )),
        KeyCheck::Revoked => Err(unauthorized(
            "key_revoked",
            "这个 API 密钥已被撤销，请在控制台新建。",
            "This API key was revoked. Make a new one in the console.",
        )),
    }
}

/// Whoever tries keys is slowed down by the address.
fn refuse(state: &WebState, address: &str) -> Refusal {
    match state.services.allow_address(address) {
        Err(UseError::TooMany { retry_after_secs }) => too_many().after(u64::try_from(retry_after_secs).unwrap_or(1)),
        _ => no_key(),
    }
}

fn no_key() -> Refusal {
    unauthorized(
        "key_unknown",
        "请在请求头 Authorization 中携带有效的 API 密钥：Bearer ys_live_…。",
        "Send a good API key in the header Authorization: Bearer ys_live_….",
    )
}

fn unauthorized(code: &'static str, zh: &str, en: &str) -> Refusal {
    Refusal::of(StatusCode::UNAUTHORIZED, code, "API 密钥无效", "No good API key").because(vec![Problem::of(
        "Authorization",
        code,
        zh,
        en,
    )])
}

fn lacks(scope: Scope) -> Refusal {
    let problem = Problem::of(
        "Authorization",
        "scope_missing",
        format!("这个 API 密钥没有 {} 权限，请在控制台新建有此权限的密钥。", scope.code()),
        format!("This API key lacks the scope {}. Make one that has it in the console.", scope.code()),
    );
    Refusal::of(StatusCode::FORBIDDEN, "scope_missing", "密钥没有这项权限", "The key may not do this")
        .because(vec![problem])
}

fn tell(headers: &mut HeaderMap, rate: Rate) {
    for (name, value) in [
        ("ratelimit-limit", u64::from(rate.limit)),
        ("ratelimit-remaining", u64::from(rate.remaining)),
        ("ratelimit-reset", rate.reset_secs),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
}

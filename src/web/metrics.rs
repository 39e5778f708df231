//! `/metrics`: the numbers for Prometheus. Without a token only this machine may read them.

use axum::{
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use ring::digest::{SHA256, digest};
use secrecy::{ExposeSecret, SecretString};
use service::Services;
use std::{net::SocketAddr, sync::Arc};
use subtle::ConstantTimeEq;

const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What answering needs.
#[derive(Clone, Debug)]
pub struct MetricsState {
    /// The use cases.
    pub services: Arc<Services>,
    /// What has to be shown; none: whoever asks must be on this machine.
    pub token: Option<Arc<SecretString>>,
}

/// The numbers, for whoever may see them.
pub async fn metrics(State(state): State<MetricsState>, request: Request<Body>) -> Response {
    if let Some(refusal) = refusal(state.token.as_deref(), &request) {
        return refusal;
    }
    match state.services.metrics().await {
        Ok(text) => ([(header::CONTENT_TYPE, FORMAT), (header::CACHE_CONTROL, "no-store")], text).into_response(),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "no metrics");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn refusal(token: Option<&SecretString>, request: &Request<Body>) -> Option<Response> {
    match token {
        Some(token) if shows(request.headers(), token) => None,
        Some(_) => {
            let ask = [(header::WWW_AUTHENTICATE, "Bearer realm=\"metrics\"")];
            Some((StatusCode::UNAUTHORIZED, ask, "a bearer token is needed\n").into_response())
        }
        None if is_local(request) => None,
        None => {
            let why = "for this machine only; set YANSHU_METRICS_TOKEN to read from elsewhere\n";
            Some((StatusCode::FORBIDDEN, why).into_response())
        }
    }
}

/// Digests are compared, so that neither content nor length of the token shows in the time it takes.
fn shows(headers: &HeaderMap, token: &SecretString) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((scheme, given)) = given.and_then(|text| text.split_once(' ')) else { return false };
    let [given, wanted] = [given.trim(), token.expose_secret()].map(|text| digest(&SHA256, text.as_bytes()));
    scheme.eq_ignore_ascii_case("bearer") && bool::from(given.as_ref().ct_eq(wanted.as_ref()))
}

/// Asked from this machine, and not by a proxy on it for somebody else.
fn is_local(request: &Request<Body>) -> bool {
    let forwarded = ["x-forwarded-for", "forwarded", "x-real-ip"];
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.is_some_and(|peer| peer.0.ip().to_canonical().is_loopback())
        && !forwarded.iter().any(|name| request.headers().contains_key(*name))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn asked(peer: &str, headers: &[(&str, &str)]) -> Request<Body> {
        let mut request = Request::builder().uri("/metrics");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        request
    }

    fn status(token: Option<&str>, request: &Request<Body>) -> u16 {
        let token = token.map(|text| SecretString::from(text.to_owned()));
        refusal(token.as_ref(), request).map_or(200, |response| response.status().as_u16())
    }

    #[test]
    fn without_a_token_only_this_machine_itself_may_read() {
        assert_eq!(status(None, &asked("127.0.0.1:9", &[])), 200);
        assert_eq!(status(None, &asked("[::1]:9", &[])), 200);
        assert_eq!(status(None, &asked("[::ffff:127.0.0.1]:9", &[])), 200);
        assert_eq!(status(None, &asked("192.0.2.7:9", &[])), 403);
        // A proxy on this machine speaks for somebody else.
        for header in ["x-forwarded-for", "forwarded", "x-real-ip"] {
            assert_eq!(status(None, &asked("127.0.0.1:9", &[(header, "192.0.2.7")])), 403, "{header}");
        }
        assert_eq!(status(None, &asked("192.0.2.7:9", &[("x-forwarded-for", "127.0.0.1")])), 403);
    }

    #[test]
    fn with_a_token_everybody_has_to_show_it() {
        let token = Some("correct-horse-battery");
        let with = |value| asked("192.0.2.7:9", &[("authorization", value)]);
        assert_eq!(status(token, &with("Bearer correct-horse-battery")), 200);
        assert_eq!(status(token, &with("bearer  correct-horse-battery")), 200);
        for wrong in ["Bearer correct-horse-batterx", "Bearer ", "Basic correct-horse-battery", "correct-horse-battery"]
        {
            assert_eq!(status(token, &with(wrong)), 401, "{wrong}");
        }
        assert_eq!(status(token, &asked("127.0.0.1:9", &[])), 401);
    }
}

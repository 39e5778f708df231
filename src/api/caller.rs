//! Who calls: the login token, and the address, which may call only so often.

use super::answer::failure;
use crate::web::{WebState, client_address};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};

/// The token of `Authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// Refuses an address that calls too often.
pub async fn limit(State(state): State<WebState>, request: Request, next: Next) -> Response {
    let address = client_address(&request, state.behind_proxy);
    match state.services.allow_address(&address) {
        Ok(()) => next.run(request).await,
        Err(error) => failure(error, request.headers()),
    }
}

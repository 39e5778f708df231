//! `/wechat/callback/{appid}`: what WeChat verifies (GET) and pushes (POST).
//!
//! A push is answered `success` as soon as it is stored; its effect comes after. Whatever is wrong with it is counted and
//! shown on the mini program's callback page; WeChat learns only that it was not taken.

use super::WebState;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Query, State, rejection::BytesRejection, rejection::QueryRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use service::{Push, UseError};
use wechat::callback::{CallbackQuery, CallbackRefusal};

/// A push of many items is some ten kilobytes.
const MOST_BYTES: usize = 256 * 1024;

/// The route below `/wechat`.
pub(super) fn router() -> Router<WebState> {
    Router::new().route("/callback/{appid}", get(verify).post(push)).layer(DefaultBodyLimit::max(MOST_BYTES))
}

async fn verify(
    State(state): State<WebState>,
    Path(appid): Path<String>,
    query: Result<Query<CallbackQuery>, QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else { return StatusCode::BAD_REQUEST.into_response() };
    match state.services.verify_callback(&appid, &query).await {
        // As it came, and as text: it is the caller's, and must never be taken for a page.
        Ok(Some(echo)) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], echo).into_response(),
        Ok(None) => StatusCode::FORBIDDEN.into_response(),
        Err(error) => failure(&error),
    }
}

async fn push(
    State(state): State<WebState>,
    Path(appid): Path<String>,
    query: Result<Query<CallbackQuery>, QueryRejection>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(Query(query)) = query else { return StatusCode::BAD_REQUEST.into_response() };
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return rejection.status().into_response(),
    };
    match state.services.receive_push(&appid, &query, &body).await {
        Ok(Push::Taken) => "success".into_response(),
        Ok(Push::Refused(CallbackRefusal::Signature | CallbackRefusal::Stale)) => StatusCode::FORBIDDEN.into_response(),
        Ok(Push::Refused(_)) => StatusCode::BAD_REQUEST.into_response(),
        Err(error) => failure(&error),
    }
}

fn failure(error: &UseError) -> Response {
    match error {
        UseError::NotFound => StatusCode::NOT_FOUND.into_response(),
        error => {
            tracing::error!(error = error as &dyn std::error::Error, "a push could not be stored");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

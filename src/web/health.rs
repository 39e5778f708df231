//! `/healthz`: the process answers. `/readyz`: it can do its work.

use super::WebState;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

/// Alive.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Ready: the database answers and takes writes.
pub async fn readyz(State(state): State<WebState>) -> Response {
    match state.services.store().ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

//! `/healthz`: the process answers. `/readyz`: it can do its work.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use service::Services;
use std::sync::Arc;

/// Alive.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Ready: the database answers and takes writes.
pub async fn readyz(State(services): State<Arc<Services>>) -> Response {
    match services.store().ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

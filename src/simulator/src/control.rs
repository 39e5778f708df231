//! The control paths under `/sim/`: JSON in, JSON out, camelCase.

mod accounts;
mod faults;
mod grants;
mod log;
mod one_or_many;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use serde_json::json;

use crate::simulator::{Simulator, UnknownAccount};

/// A million grants in one request are some 150 MB.
const BODY_LIMIT: usize = 512 * 1024 * 1024;

pub(crate) fn router() -> Router<Simulator> {
    Router::new()
        .route("/accounts", get(accounts::list).post(accounts::add))
        .route("/templates", get(accounts::templates).post(accounts::add_template))
        .route("/rotate-secret", post(accounts::rotate_secret))
        .route("/end-tokens", post(accounts::end_tokens))
        .route("/codes", post(accounts::add_code))
        .route("/grants", get(grants::balance).post(grants::add).put(grants::set))
        .route("/faults", get(faults::list).post(faults::add).delete(faults::clear))
        .route("/settings", post(faults::configure))
        .route("/calls", get(log::calls))
        .route("/sends/summary", get(log::summary))
        .route("/log", delete(log::clear))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}

impl IntoResponse for UnknownAccount {
    fn into_response(self) -> Response {
        (StatusCode::NOT_FOUND, axum::Json(json!({ "error": self.to_string() }))).into_response()
    }
}

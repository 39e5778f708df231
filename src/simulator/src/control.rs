//! The control paths under `/sim/`: JSON in, JSON out, camelCase.

mod accounts;
mod callback;
mod faults;
mod grants;
mod guard;
mod log;
mod one_or_many;
mod page;
mod phone;
mod pushes;
mod state;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware;
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
        .route("/templates/delete", post(accounts::delete_template))
        .route("/templates/ban", post(accounts::ban_template))
        .route("/phone-codes", post(accounts::add_phone_code))
        .route("/rotate-secret", post(accounts::rotate_secret))
        .route("/end-tokens", post(accounts::end_tokens))
        .route("/codes", post(accounts::add_code))
        .route("/grants", get(grants::balance).post(grants::add).put(grants::set))
        .route("/faults", get(faults::list).post(faults::add).delete(faults::clear))
        .route("/settings", get(state::settings).post(faults::configure).put(faults::configure))
        .route("/state", get(state::state))
        .route("/phone", get(phone::view))
        .route("/phone/people", get(phone::people).post(phone::add_person))
        .route("/phone/prompt", post(phone::prompt))
        .route("/phone/settings", post(phone::settings))
        .route("/callback", get(callback::get).put(callback::put))
        .route("/callback/verify", post(callback::verify))
        .route("/callback/push", post(callback::push))
        .route("/pushes", get(pushes::log))
        .route("/pushes/pending", get(pushes::pending))
        .route("/pushes/deliver", post(pushes::deliver))
        .route("/calls", get(log::calls))
        .route("/sends/summary", get(log::summary))
        .route("/log", delete(log::clear))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn(guard::same_origin))
        // The page tells nothing and changes nothing: a link to it may stand anywhere.
        .route("/app.js", get(page::script))
        .route("/style.css", get(page::style))
        .route("/app/{name}", get(page::part))
}

/// The page itself, with and without the slash.
pub(crate) fn entrance() -> Router<Simulator> {
    Router::new().route("/sim", get(page::without_slash)).route("/sim/", get(page::index))
}

impl IntoResponse for UnknownAccount {
    fn into_response(self) -> Response {
        (StatusCode::NOT_FOUND, axum::Json(json!({ "error": self.to_string() }))).into_response()
    }
}

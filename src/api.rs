//! What the mini program calls: `POST /api/login` and `POST /api/subscribe/record`.

mod answer;
mod login;
mod record;

use crate::web::WebState;
use axum::{Router, extract::DefaultBodyLimit, routing::post};

/// A report of 20 templates is 2 kB.
const MOST_BYTES: usize = 64 * 1024;

/// The routes below `/api`.
pub fn router() -> Router<WebState> {
    Router::new()
        .route("/login", post(login::login))
        .route("/subscribe/record", post(record::record))
        .fallback(answer::no_such_path)
        .method_not_allowed_fallback(answer::wrong_method)
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

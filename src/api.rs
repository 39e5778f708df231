//! The APIs: the business API in [`v1`], and what the mini program calls: `POST /api/login`, `GET /api/subscribe/ask` and `POST /api/subscribe/record`.
//!
//! There is no CORS: mini programs are not browsers and need none, and nobody else's page shall call this.

mod answer;
mod ask;
mod caller;
mod codes;
mod docs;
mod login;
mod record;
pub mod v1;

pub use answer::{broken_down, request_id};

use crate::web::WebState;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    routing::{get, post},
};

/// A report of 20 templates is 2 kB.
const MOST_BYTES: usize = 64 * 1024;

/// The routes below `/api`.
pub fn router(state: &WebState) -> Router<WebState> {
    Router::new()
        .route("/login", post(login::login))
        .route("/subscribe/record", post(record::record))
        .route("/subscribe/ask", get(ask::ask))
        .route_layer(middleware::from_fn_with_state(state.clone(), caller::limit))
        .route("/error-codes", get(codes::codes))
        .route("/docs", get(docs::page))
        .nest("/v1", v1::router(state))
        .fallback(answer::no_such_path)
        .method_not_allowed_fallback(answer::wrong_method)
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

//! The business API, `/api/v1`: thin over the use cases, described by the code itself.
//!
//! Handlers answer `Result<Json<…>, Refusal>`; [`refusal::render`] words what was refused for the request's language.
//! Who calls is found out once, by [`caller::admit`]; a handler takes [`caller::Reads`], [`caller::Sends`], … and so cannot
//! forget to ask for the right.

mod body;
mod caller;
mod cursor;
pub mod document;
mod grants;
mod misfit;
mod notices;
mod object;
mod once;
mod parameters;
mod refusal;
mod shapes;
mod statistics;
mod subscribers;
mod templates;

use crate::web::WebState;
use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    http::HeaderMap,
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use refusal::Refusal;
pub use refusal::broken_down;
use utoipa_axum::{router::OpenApiRouter, routes};

/// 10,000 recipients with values of their own.
pub const MOST_BYTES: usize = 8 * 1024 * 1024;

/// Every route that a key opens, with its description.
fn described() -> OpenApiRouter<WebState> {
    OpenApiRouter::new()
        .routes(routes!(notices::order, notices::list))
        .routes(routes!(notices::one))
        .routes(routes!(notices::deliveries))
        .routes(routes!(notices::cancel))
        .routes(routes!(templates::list))
        .routes(routes!(subscribers::list))
        .routes(routes!(subscribers::one))
        .routes(routes!(grants::record))
        .routes(routes!(statistics::report))
}

/// The routes below `/api/v1`.
pub fn router(state: &WebState) -> Router<WebState> {
    let (routes, _) = described().split_for_parts();
    routes
        .route_layer(middleware::from_fn(parameters::known))
        .route_layer(middleware::from_fn_with_state(state.clone(), caller::admit))
        .route("/openapi.json", get(openapi))
        .fallback(no_such_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(refusal::render))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
}

async fn openapi(headers: HeaderMap) -> Response {
    // Tools on another site's page may read it; it says nothing about anybody.
    let mut response = Json(document::document()).into_response();
    if headers.contains_key("origin") {
        response.headers_mut().insert("access-control-allow-origin", axum::http::HeaderValue::from_static("*"));
    }
    response
}

async fn no_such_path() -> Refusal {
    Refusal::no_such_path()
}

async fn wrong_method() -> Refusal {
    Refusal::wrong_method()
}

//! Keeps other sites' pages in a browser away from the control paths, which have no password.

use axum::Json;
use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Refuses what a browser sends on behalf of another site. Programs send neither header and pass.
pub(super) async fn same_origin(request: Request, next: Next) -> Response {
    if is_foreign(request.method(), request.headers()) {
        let error = "the control paths answer their own page and programs, not the pages of other sites";
        return (StatusCode::FORBIDDEN, Json(json!({ "error": error }))).into_response();
    }
    next.run(request).await
}

fn is_foreign(method: &Method, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    // A link or an address typed in: the site that it stands on does not see the answer.
    let visits = method == Method::GET
        && text("sec-fetch-mode") == Some("navigate")
        && text("sec-fetch-dest") == Some("document");
    if visits {
        return false;
    }
    // Another port of one host counts as the same site, but is another origin.
    let other_site = text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none"));
    let host = text(HOST.as_str());
    let other_origin = text(ORIGIN.as_str()).is_some_and(|origin| host.is_none() || origin_host(origin) != host);
    other_site || other_origin
}

/// What stands after the scheme; `null` has nothing there.
fn origin_host(origin: &str) -> Option<&str> {
    origin.split_once("://").map(|(_, host)| host)
}

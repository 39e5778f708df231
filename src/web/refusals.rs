//! Refusals that somebody sees in a browser: a bare status becomes the page that says what happened and what to do.

use super::router::render;
use app::web::Context;
use axum::{
    body::{Body, HttpBody as _},
    extract::Request,
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::Response,
};

/// Whoever asks for a page gets one, also from handlers that answer with a file, a stream or a redirect. Other
/// clients get the status alone.
pub async fn as_pages(request: Request, next: Next) -> Response {
    let wanted = request.extensions().get::<Context>().cloned().filter(|_| wants_page(request.headers()));
    let Some(ctx) = wanted else { return next.run(request).await };
    let mut parts = request.extensions().clone();
    let (uri, headers) = (request.uri().clone(), request.headers().clone());
    let response = next.run(request).await;
    if !is_bare(&response) {
        return response;
    }
    let mut again = Request::new(Body::empty());
    std::mem::swap(again.extensions_mut(), &mut parts);
    *again.method_mut() = Method::GET;
    *again.uri_mut() = uri;
    *again.headers_mut() = headers;
    render(ctx, Some(response.status()), again).await
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// A refusal that says nothing more than its status.
fn is_bare(response: &Response) -> bool {
    let status = response.status();
    (status.is_client_error() || status.is_server_error()) && response.body().size_hint().exact() == Some(0)
}

//! A handler that breaks down ends its own request only, with an answer that its caller can read.

use crate::api;
use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt as _;
use std::{any::Any, panic::AssertUnwindSafe};

/// Answers 500 where a handler panicked, and says so in the log once, with the request that did it.
pub async fn caught(request: Request, next: Next) -> Response {
    let (path, headers) = (request.uri().path().to_owned(), request.headers().clone());
    // Whatever the handler held is dropped with it: nothing of it is looked at afterwards.
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => {
            tracing::error!(
                path,
                request_id = api::request_id(&headers),
                panic = said(&*panic),
                "a handler broke down"
            );
            answer(&path, &headers)
        }
    }
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("?")
}

fn answer(path: &str, headers: &HeaderMap) -> Response {
    let below = |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if below("/api/v1") {
        return api::v1::broken_down(headers);
    }
    if below("/api") {
        return api::broken_down(headers);
    }
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    let text = format!(
        "服务暂时出错，请稍后重试。 Something failed on our side. Try again later. ({})",
        api::request_id(headers)
    );
    (StatusCode::INTERNAL_SERVER_ERROR, plain, text).into_response()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware, routing::get};
    use tower::ServiceExt as _;

    async fn broken() -> &'static str {
        panic!("no luck")
    }

    async fn ask(path: &str) -> (StatusCode, String, String) {
        let app = Router::new()
            .route("/api/v1/x", get(broken))
            .route("/api/x", get(broken))
            .route("/x", get(broken))
            .route("/good", get(|| async { "good" }))
            .layer(middleware::from_fn(caught));
        let request = Request::get(path).header("x-request-id", "r-1").header("accept-language", "en");
        let response = app.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, kind, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_handler_that_breaks_down_is_answered_in_the_form_of_its_callers() {
        for (path, kind, part) in [
            ("/api/v1/x", "application/problem+json", "\"code\":\"internal\""),
            ("/api/x", "application/json", "\"requestId\":\"r-1\""),
            ("/x", "text/plain; charset=utf-8", "r-1"),
        ] {
            let (status, found, body) = ask(path).await;
            assert_eq!((status, found.as_str()), (StatusCode::INTERNAL_SERVER_ERROR, kind), "{path}");
            assert!(body.contains(part) && body.contains("r-1") && !body.contains("no luck"), "{path}: {body}");
        }
        assert_eq!(ask("/good").await.2, "good");
    }
}

//! How an answer looks on the wire.

use std::io;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use crate::refusal::Refusal;

/// What a platform call came to: the JSON of its success, or a refusal.
pub(crate) type Outcome = Result<String, Refusal>;

/// The JSON of a refusal. The suffix is the platform's request id, which 200022 also carries as a field.
pub(crate) fn error_body(refusal: &Refusal, rid: &str) -> String {
    let errmsg = format!("{} rid: {rid}", refusal.errmsg);
    let mut body = serde_json::json!({ "errcode": refusal.errcode, "errmsg": errmsg });
    if let Some(existing) = &refusal.existing {
        body["priTmplId"] = (**existing).into();
        body["rid"] = rid.into();
    }
    body.to_string()
}

/// The same JSON with its error code as a string, if it has one.
pub(crate) fn with_string_code(body: String) -> String {
    let Ok(mut value) = serde_json::from_str::<serde_json::Value>(&body) else { return body };
    if let Some(code) = value.get_mut("errcode").filter(|code| code.is_number()) {
        *code = code.to_string().into();
    }
    value.to_string()
}

/// Business errors come with HTTP 200 and, as do successes, as `text/plain` (field reports on sns/* and others).
pub(crate) fn plain(status: StatusCode, body: impl Into<Body>) -> Response {
    with_type(status, "text/plain; charset=utf-8", body)
}

/// What a proxy in front of the platform answers.
pub(crate) fn html(status: StatusCode) -> Response {
    let page =
        format!("<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center></body></html>");
    with_type(status, "text/html", page)
}

pub(crate) fn bare(status: StatusCode, retry_after_secs: Option<u64>) -> Response {
    let mut response = html(status);
    if let Some(seconds) = retry_after_secs {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Closes the connection without an answer: the body fails before its first byte, and hyper then closes the socket
/// without having written the head.
pub(crate) fn dropped() -> Response {
    let failure = io::Error::new(io::ErrorKind::ConnectionAborted, "dropped by a fault script");
    Response::new(Body::from_stream(futures::stream::iter([Err::<&[u8], _>(failure)])))
}

fn with_type(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

//! One call: out, and its answer back.

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Error, RequestBuilder, Response, StatusCode};
use url::form_urlencoded;

use super::Client;
use crate::error::{CallError, NotSentCause, UnknownCause};

/// Real answers have some hundred bytes; a larger one than this is not from the platform.
const BODY_LIMIT: usize = 1024 * 1024;

/// The values of a query string.
type Query<'a> = &'a [(&'a str, &'a str)];

impl Client {
    pub(crate) async fn get(&self, path: &str, query: Query<'_>) -> Result<Vec<u8>, CallError> {
        exchange(self.http.get(self.url(path, query))).await
    }

    /// The body has a known length, so it goes out with Content-Length: the platform's gateway answers chunked bodies
    /// with 412 (field report).
    pub(crate) async fn post(&self, path: &str, query: Query<'_>, body: Vec<u8>) -> Result<Vec<u8>, CallError> {
        exchange(self.http.post(self.url(path, query)).header(CONTENT_TYPE, "application/json").body(body)).await
    }

    fn url(&self, path: &str, query: Query<'_>) -> String {
        let mut url = String::with_capacity(256);
        url.push_str(&self.base);
        url.push_str(path);
        if query.is_empty() {
            return url;
        }
        url.push('?');
        let start = url.len();
        form_urlencoded::Serializer::for_suffix(url, start).extend_pairs(query).finish()
    }
}

async fn exchange(request: RequestBuilder) -> Result<Vec<u8>, CallError> {
    let response = request.send().await.map_err(of_transport)?;
    let status = response.status();
    if status.is_success() {
        return body(response).await;
    }
    Err(match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            CallError::Throttled { status: status.as_u16(), retry_after_ms: retry_after_ms(&response) }
        }
        _ if status.is_client_error() || status.is_redirection() => CallError::Refused { status: status.as_u16() },
        _ => UnknownCause::Status(status.as_u16()).into(),
    })
}

/// The seconds of `Retry-After`; its other form, a date, is not worth trusting another machine's clock.
fn retry_after_ms(response: &Response) -> Option<i64> {
    let seconds: i64 = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    seconds.checked_mul(1000).filter(|ms| *ms >= 0)
}

async fn body(mut response: Response) -> Result<Vec<u8>, CallError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(of_transport)? {
        if body.len() + chunk.len() > BODY_LIMIT {
            return Err(UnknownCause::TooLarge.into());
        }
        body.extend_from_slice(&chunk);
    }
    if body.is_empty() { Err(UnknownCause::Empty.into()) } else { Ok(body) }
}

/// Only what failed before there was a connection was certainly not written. Everything else is in doubt, also an
/// error while writing: the bytes before it may have been enough.
fn of_transport(error: Error) -> CallError {
    let error = error.without_url();
    if error.is_builder() {
        CallError::NotSent { cause: NotSentCause::Invalid, source: Box::new(error) }
    } else if error.is_connect() {
        CallError::NotSent { cause: NotSentCause::NotConnected, source: Box::new(error) }
    } else {
        let cause = if error.is_timeout() { UnknownCause::Timeout } else { UnknownCause::Broken };
        CallError::Unknown { cause, source: Some(Box::new(error)) }
    }
}

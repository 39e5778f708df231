//! One call: out, and its answer back.

use reqwest::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Error, Method, Request, RequestBuilder, Response, StatusCode};
use url::{Url, form_urlencoded};

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

    /// An address that many calls share, so that it is put together once.
    pub(crate) fn address(&self, path: &str, query: Query<'_>) -> Address {
        let mut url = self.base_url.clone();
        url.set_path(&format!("{}{path}", self.base_url.path().trim_end_matches('/')));
        url.query_pairs_mut().extend_pairs(query);
        Address { http: self.http.clone(), url }
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

/// One address of the platform, with the token in it.
pub(crate) struct Address {
    http: reqwest::Client,
    url: Url,
}

impl Address {
    /// As [`Client::post`].
    pub(crate) async fn post(&self, body: Vec<u8>) -> Result<Vec<u8>, CallError> {
        let mut request = Request::new(Method::POST, self.url.clone());
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(body.into());
        answer(self.http.execute(request).await).await
    }
}

async fn exchange(request: RequestBuilder) -> Result<Vec<u8>, CallError> {
    answer(request.send().await).await
}

async fn answer(response: Result<Response, Error>) -> Result<Vec<u8>, CallError> {
    let response = response.map_err(of_transport)?;
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

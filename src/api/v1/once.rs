//! Requests with an `Idempotency-Key` are done once: the answer is kept for a day, and whoever breaks off is taken over.

use super::{
    caller::Caller,
    refusal::{Refusal, internal},
};
use crate::web::WebState;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use model::{Problem, Problems};
use serde_json::Value;
use service::{Once, Start};
use std::future::Future;

/// The header.
pub const HEADER: &str = "idempotency-key";
/// Its longest value.
const MOST: usize = 255;

/// What a request that changes something answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// 200 or 202.
    pub status: StatusCode,
    /// The body.
    pub body: Value,
}

/// Does a request, once where it is named. It is done to its end even when the caller hangs up.
pub async fn once<F, Fut>(
    state: &WebState,
    caller: &Caller,
    headers: &HeaderMap,
    written: &[u8],
    work: F,
) -> Result<Response, Refusal>
where
    F: FnOnce(Option<Once>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<Answer, Refusal>> + Send + 'static,
{
    let Some(name) = name(headers)? else {
        let done = tokio::spawn(work(None)).await.map_err(|_| internal())??;
        return Ok(respond(done.status, done.body.to_string(), false));
    };
    match state.services.begin_once(&caller.api, &name, written).await? {
        Start::Answered(status, body) => {
            let status =
                u16::try_from(status).ok().and_then(|n| StatusCode::from_u16(n).ok()).unwrap_or(StatusCode::OK);
            Ok(respond(status, body, true))
        }
        Start::Busy => Err(busy()),
        Start::Different => Err(different()),
        Start::Ours(once) => {
            let services = state.services.clone();
            let done = tokio::spawn(async move {
                let done = work(Some(once.clone())).await;
                let kept = match &done {
                    Ok(answer) => {
                        services.end_once(&once, answer.status.as_u16().into(), &answer.body.to_string()).await
                    }
                    Err(refusal) => services.give_up_once(&once, refusal.is_the_callers()).await,
                };
                if let Err(error) = kept {
                    // The answer stands; a repetition finds what was done by the draft that is noted.
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the answer of a named request was not kept"
                    );
                }
                done
            });
            let done = done.await.map_err(|_| internal())??;
            Ok(respond(done.status, done.body.to_string(), false))
        }
    }
}

fn respond(status: StatusCode, body: String, repeated: bool) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if repeated {
        response
            .headers_mut()
            .insert(HeaderName::from_static("idempotency-replayed"), HeaderValue::from_static("true"));
    }
    response
}

fn name(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    match value.to_str().map(str::trim) {
        Ok(name) if (1..=MOST).contains(&name.len()) => Ok(Some(name.to_owned())),
        _ => {
            let problem = Problem::of(
                "Idempotency-Key",
                "bad_idempotency_key",
                format!("Idempotency-Key 为 1 到 {MOST} 个可见的 ASCII 字符，例如订单号或 UUID。"),
                format!(
                    "An Idempotency-Key is 1 to {MOST} visible ASCII characters, such as an order number or a UUID."
                ),
            );
            Err(Refusal::invalid(Problems::from(problem)))
        }
    }
}

fn busy() -> Refusal {
    let problem = Problem::of(
        "Idempotency-Key",
        "busy",
        "同一个 Idempotency-Key 的请求正在处理，请稍后用原样的请求重试。",
        "A request with this Idempotency-Key is being worked on. Repeat it as it is in a moment.",
    );
    Refusal::of(StatusCode::CONFLICT, "busy", "同一个请求正在处理", "The same request is being worked on")
        .because(vec![problem])
        .after(1)
}

fn different() -> Refusal {
    let problem = Problem::of(
        "Idempotency-Key",
        "idempotency_key_reused",
        "这个 Idempotency-Key 已用于内容不同的请求，请换一个。",
        "This Idempotency-Key was used for another request. Use a new one.",
    );
    Refusal::of(
        StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency_key_reused",
        "Idempotency-Key 已被使用",
        "The Idempotency-Key was used before",
    )
    .because(vec![problem])
}

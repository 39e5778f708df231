//! Answers of the API: `{"ok":true,…}` or `{"ok":false,"code","message","errors":[…],"requestId"}`.

use axum::{
    Json,
    extract::rejection::JsonRejection,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{Lang, Problem, Problems, advice};
use serde_json::{Value, json};
use service::UseError;
use wechat::CallError;

/// The request id of the headers, set by the router before any handler runs.
pub fn request_id(headers: &HeaderMap) -> String {
    headers.get("x-request-id").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
}

pub(super) fn language(headers: &HeaderMap) -> Lang {
    let accepted = headers.get("accept-language").and_then(|v| v.to_str().ok()).unwrap_or_default();
    accepted.split(',').find_map(|tag| Lang::parse(tag.trim())).unwrap_or_default()
}

/// A refusal.
pub fn refuse(status: StatusCode, code: &str, message: &str, errors: Value, headers: &HeaderMap) -> Response {
    let body = json!({
        "ok": false,
        "code": code,
        "message": message,
        "errors": errors,
        "requestId": request_id(headers),
    });
    (status, Json(body)).into_response()
}

/// What a use case refused or could not do.
pub fn failure(error: UseError, headers: &HeaderMap) -> Response {
    let lang = language(headers);
    match error {
        UseError::Invalid(problems) => invalid(&problems, lang, headers),
        UseError::NotFound => {
            let text = lang.t("没有找到。", "Not found.");
            refuse(StatusCode::NOT_FOUND, "not_found", text, json!([]), headers)
        }
        UseError::TooMany { retry_after_secs } => {
            let text = lang.t("请求过于频繁，请稍后再试。", "Too many requests. Try again later.");
            let mut response = refuse(StatusCode::TOO_MANY_REQUESTS, "too_many", text, json!([]), headers);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after_secs));
            response
        }
        UseError::Platform(CallError::Platform(error)) => {
            let advice = advice::advise(error.errcode);
            let body =
                json!([{ "field": "", "code": format!("wechat_{}", error.errcode), "message": advice.remedy(lang) }]);
            refuse(StatusCode::BAD_REQUEST, "wechat_refused", advice.cause(lang), body, headers)
        }
        UseError::Platform(_) => {
            let text =
                lang.t("暂时无法连接微信服务器，请稍后重试。", "WeChat cannot be reached at the moment. Try again.");
            refuse(StatusCode::BAD_GATEWAY, "wechat_unreachable", text, json!([]), headers)
        }
        other => {
            tracing::error!(error = &other as &dyn std::error::Error, "an API call failed");
            broken_down(headers)
        }
    }
}

fn invalid(problems: &Problems, lang: Lang, headers: &HeaderMap) -> Response {
    let errors: Vec<_> =
        problems.0.iter().map(|p| json!({ "field": p.field, "code": p.code, "message": p.say(lang) })).collect();
    let first = problems.0.first().map_or("", |p| p.say(lang));
    let unauthorized = problems.0.iter().any(|p| p.field == "token");
    let status = if unauthorized { StatusCode::UNAUTHORIZED } else { StatusCode::UNPROCESSABLE_ENTITY };
    refuse(status, "invalid", first, json!(errors), headers)
}

/// A body that is not the JSON asked for.
pub fn bad_body(rejection: &JsonRejection, headers: &HeaderMap) -> Response {
    let status = rejection.status();
    let lang = language(headers);
    let text = match status {
        StatusCode::PAYLOAD_TOO_LARGE => lang.t("请求内容太大。", "The body is too large."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            lang.t("请求头 Content-Type 应为 application/json。", "The Content-Type must be application/json.")
        }
        _ => lang.t("请求内容不是预期的 JSON。", "The body is not the JSON that is expected here."),
    };
    let detail = Problem::of("", "bad_json", rejection.body_text(), rejection.body_text());
    refuse(
        status,
        "bad_body",
        text,
        json!([{ "field": "", "code": detail.code, "message": detail.say(lang) }]),
        headers,
    )
}

/// Something of ours failed.
pub fn broken_down(headers: &HeaderMap) -> Response {
    let text = language(headers).t("服务暂时出错，请稍后重试。", "Something failed on our side. Try again later.");
    refuse(StatusCode::INTERNAL_SERVER_ERROR, "internal", text, json!([]), headers)
}

/// Nothing lives at this path.
pub async fn no_such_path(headers: HeaderMap) -> Response {
    let text = language(&headers).t("没有这个接口。", "There is no such endpoint.");
    refuse(StatusCode::NOT_FOUND, "no_such_path", text, json!([]), &headers)
}

/// Something lives here, under another method.
pub async fn wrong_method(headers: HeaderMap) -> Response {
    let text =
        language(&headers).t("请求方法不对，请查看接口说明。", "Wrong method: see the documentation of this endpoint.");
    refuse(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", text, json!([]), &headers)
}

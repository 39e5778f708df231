//! What is refused: `application/problem+json` (RFC 9457) with a stable code and the path of each thing that is wrong.

use super::shapes::Numbers;
use crate::api::answer::{language, request_id};
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use model::{Lang, Problem, Problems, Text};
use serde_json::{Map, Value, json};
use service::{OrderNumbers, UseError};

/// A refusal before it is put into words.
#[derive(Clone, Debug)]
pub struct Refusal {
    status: StatusCode,
    code: &'static str,
    title: Box<Text>,
    problems: Vec<Problem>,
    retry_secs: Option<u64>,
    /// Of a refusal that has more to say.
    recipients: Option<Box<OrderNumbers>>,
}

impl Refusal {
    /// A refusal with its title.
    pub fn of(status: StatusCode, code: &'static str, zh: &str, en: &str) -> Self {
        let title = Box::new(Text::new(zh, en));
        Self { status, code, title, problems: Vec::new(), retry_secs: None, recipients: None }
    }

    /// With what is wrong, by path.
    pub fn because(mut self, problems: Vec<Problem>) -> Self {
        self.problems = problems;
        self
    }

    /// To be tried again after so many seconds.
    pub fn after(mut self, seconds: u64) -> Self {
        self.retry_secs = Some(seconds);
        self
    }

    /// Everything that is wrong with the input.
    pub fn invalid(problems: Problems) -> Self {
        Self::of(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "请求内容有误", "The request is not right")
            .because(problems.0)
    }

    /// The thing is not there, or is of another mini program, which is the same to the caller.
    pub fn not_found() -> Self {
        Self::of(StatusCode::NOT_FOUND, "not_found", "没有找到", "Not found")
    }

    /// Nothing lives at this path.
    pub fn no_such_path() -> Self {
        Self::of(StatusCode::NOT_FOUND, "no_such_path", "没有这个接口", "There is no such endpoint")
    }

    /// Something lives here, under another method.
    pub fn wrong_method() -> Self {
        Self::of(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", "请求方法不对", "Wrong method")
    }

    /// Nobody would get the order.
    pub fn nobody(numbers: OrderNumbers) -> Self {
        let problem = nobody(&numbers);
        let mut refusal = Self::of(StatusCode::UNPROCESSABLE_ENTITY, "nobody", "没有人会收到", "Nobody would get it");
        refusal.recipients = Some(Box::new(numbers));
        refusal.because(vec![problem])
    }

    /// Everything that is wrong.
    #[cfg(test)]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether it is the caller's to mend: nothing was done then.
    pub fn is_the_callers(&self) -> bool {
        self.status.is_client_error()
    }

    fn words(&self, lang: Lang, request_id: &str) -> Value {
        let errors: Vec<Value> =
            self.problems.iter().map(|p| json!({ "path": p.field, "code": p.code, "message": p.say(lang) })).collect();
        let title = self.title.pick(lang);
        let mut body = Map::new();
        body.insert("type".to_owned(), json!(format!("/api/docs#code-{}", self.code)));
        body.insert("title".to_owned(), json!(title));
        body.insert("status".to_owned(), json!(self.status.as_u16()));
        body.insert("detail".to_owned(), json!(self.problems.first().map_or(title, |p| p.say(lang))));
        body.insert("code".to_owned(), json!(self.code));
        body.insert("request_id".to_owned(), json!(request_id));
        body.insert("errors".to_owned(), json!(errors));
        if let Some(numbers) = &self.recipients {
            body.insert("recipients".to_owned(), json!(Numbers::from(**numbers)));
        }
        Value::Object(body)
    }
}

impl IntoResponse for Refusal {
    /// The words are put in by [`render`], which knows the request's language.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<UseError> for Refusal {
    fn from(error: UseError) -> Self {
        match error {
            UseError::Invalid(problems) if problems.0.iter().any(|p| p.code == "taken_over") => {
                Self::of(StatusCode::CONFLICT, "busy", "同一个请求正在处理", "The same request is being worked on")
                    .because(problems.0)
                    .after(1)
            }
            UseError::Invalid(problems) => Self::invalid(problems),
            UseError::NotFound => Self::not_found(),
            UseError::TooMany { retry_after_secs } => too_many().after(u64::try_from(retry_after_secs).unwrap_or(1)),
            UseError::Store(error) if error.is_transient() => {
                tracing::warn!(error = &error as &dyn std::error::Error, "an API call could not reach the database");
                Self::of(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "unavailable",
                    "数据库暂时没有响应，请稍后重试",
                    "The database does not answer at the moment. Try again",
                )
                .after(5)
            }
            other => {
                tracing::error!(error = &other as &dyn std::error::Error, "an API call failed");
                internal()
            }
        }
    }
}

/// Why nobody would get it, each cause with how many and what may be done.
fn nobody(numbers: &OrderNumbers) -> Problem {
    let causes = [
        (
            numbers.no_grant,
            "人没有可用的授权额度，请先在小程序里请他们授权",
            "without a grant (ask them for one in the mini program)",
        ),
        (numbers.refused, "人已拒绝接收", "who refused"),
        (
            numbers.too_often,
            "人近期收到的消息已达频次上限，请稍后再发，或填写 urgent: true",
            "who had as many messages lately as the frequency cap allows (order later, or with urgent: true)",
        ),
        (numbers.invalid, "人的内容不符合字段规则", "whose message breaks a field rule"),
    ];
    let counted = causes.iter().filter(|(n, ..)| *n > 0);
    let zh: Vec<String> = counted.clone().map(|(n, zh, _)| format!("{n} {zh}")).collect();
    let en: Vec<String> = counted.map(|(n, _, en)| format!("{n} {en}")).collect();
    Problem::of(
        "recipients",
        "nobody",
        format!("没有可以发送的接收人：{}。没有保存任何内容。", zh.join("；")),
        format!("Nobody would get it: {}. Nothing was stored.", en.join("; ")),
    )
}

/// Too many calls.
pub fn too_many() -> Refusal {
    Refusal::of(StatusCode::TOO_MANY_REQUESTS, "too_many", "请求过于频繁", "Too many requests")
}

/// Something of ours failed.
pub fn internal() -> Refusal {
    Refusal::of(
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "服务暂时出错，请把 request_id 告诉管理员",
        "Something failed on our side. Tell the administrator the request_id",
    )
}

/// Puts refusals into words.
pub async fn render(request: Request, next: Next) -> Response {
    let (lang, id) = (language(request.headers()), request_id(request.headers()));
    let mut response = next.run(request).await;
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    let Some(refusal) = response.extensions_mut().remove::<Refusal>() else { return response };
    worded(&refusal, response, lang, &id)
}

/// What is answered where a handler broke down.
pub fn broken_down(headers: &HeaderMap) -> Response {
    let refusal = internal();
    let response = refusal.status.into_response();
    worded(&refusal, response, language(headers), &request_id(headers))
}

fn worded(refusal: &Refusal, mut response: Response, lang: Lang, id: &str) -> Response {
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    *response.body_mut() = Body::from(refusal.words(lang, id).to_string());
    dress(response.headers_mut(), refusal, lang);
    response
}

fn dress(headers: &mut HeaderMap, refusal: &Refusal, lang: Lang) {
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
    if let Some(seconds) = refusal.retry_secs {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if refusal.status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"yanshu\""));
    }
}

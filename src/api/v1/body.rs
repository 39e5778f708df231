//! Reading a request: what does not fit is told by its path.

use super::{
    misfit::{misfit, shown_path},
    object::Object,
    refusal::Refusal,
};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use model::{Problem, Problems};
use serde::{Deserialize, de::DeserializeOwned};
use serde_path_to_error::Track;

/// A JSON body.
#[derive(Debug)]
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// How it was written, with method and path: what a named request is compared by.
    pub written: Vec<u8>,
    /// The request's headers.
    pub headers: HeaderMap,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let headers = request.headers().clone();
        if !is_json(&headers) {
            return Err(not_json());
        }
        let mut written = format!("{} {}\n", request.method(), request.uri().path()).into_bytes();
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| unreadable(rejection.status()))?;
        let value = parse(&bytes)?;
        written.extend_from_slice(&bytes);
        Ok(Self { value, written, headers })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let mut track = Track::new();
    let read = Object::<T>::deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track));
    let error = match read {
        Ok(Object(value)) => match json.end() {
            Ok(()) => return Ok(value),
            Err(error) => error,
        },
        Err(error) => error,
    };
    if error.is_data() {
        return Err(misfit(&shown_path(&track.path()), &error.to_string()));
    }
    let (line, column) = (error.line(), error.column());
    let problem = Problem::whole(
        "bad_json",
        format!("请求内容不是正确的 JSON：第 {line} 行第 {column} 列附近有误。"),
        format!("The body is no JSON: something is wrong near line {line}, column {column}."),
    );
    Err(Refusal::of(StatusCode::BAD_REQUEST, "bad_json", "请求内容不是 JSON", "The body is no JSON")
        .because(vec![problem]))
}

fn not_json() -> Refusal {
    let problem = Problem::of(
        "Content-Type",
        "not_json",
        "请求头 Content-Type 应为 application/json。",
        "The header Content-Type must be application/json.",
    );
    Refusal::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "请求内容应为 JSON", "The body must be JSON")
        .because(vec![problem])
}

fn unreadable(status: StatusCode) -> Refusal {
    if status != StatusCode::PAYLOAD_TOO_LARGE {
        return Refusal::of(StatusCode::BAD_REQUEST, "bad_body", "请求内容没有收完整", "The body did not come whole");
    }
    let most = super::MOST_BYTES / 1024 / 1024;
    let problem = Problem::whole(
        "too_large",
        format!("请求内容最多 {most} MB，请把接收人分成几次。"),
        format!("The body may have {most} MB: split the recipients into several calls."),
    );
    Refusal::of(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "请求内容太大", "The body is too large")
        .because(vec![problem])
}

/// A query string.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(pairs)
            .map(Self)
            .map_err(|error| misfit(&shown_path(error.path()), &error.inner().to_string()))
    }
}

/// A part of the path; what cannot be read names nothing.
#[derive(Debug)]
pub struct Name(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Path(name) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Refusal::not_found())?;
        Ok(Self(name))
    }
}

impl Name {
    /// The number that it is.
    pub fn number(&self) -> Result<i64, Refusal> {
        self.0.parse().map_err(|_| Refusal::not_found())
    }
}

/// Rows of a page when nobody says how many.
const USUAL_SIZE: i64 = 50;
/// The most.
const MOST_SIZE: i64 = 200;

/// How many rows a page has.
pub fn size(limit: Option<i64>) -> Result<i64, Refusal> {
    let size = limit.unwrap_or(USUAL_SIZE);
    if (1..=MOST_SIZE).contains(&size) {
        return Ok(size);
    }
    let problem = Problem::of(
        "limit",
        "out_of_range",
        format!("请填写 1 到 {MOST_SIZE} 的整数。"),
        format!("Give a whole number from 1 to {MOST_SIZE}."),
    );
    Err(Refusal::invalid(Problems::from(problem)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{super::object::Texts, *};
    use model::Lang;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Order {
        name: String,
        people: Vec<Object<Person>>,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Person {
        openid: String,
        #[serde(default)]
        data: Texts,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Formal,
        Trial,
    }

    fn refused(json: &str) -> (String, String) {
        let refusal = parse::<Order>(json.as_bytes()).unwrap_err();
        let debug = format!("{refusal:?}");
        let field = debug.split("field: \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let code = debug.split("Problem { code: \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        (field, code)
    }

    #[test]
    fn what_does_not_fit_is_told_by_its_path() {
        for (json, field, code) in [
            ("{\"name\":1,\"people\":[]}", "name", "wrong_type"),
            ("{\"people\":[]}", "name", "required"),
            ("{\"name\":\"a\",\"people\":[],\"more\":1}", "more", "unknown_field"),
            ("{\"name\":\"a\",\"people\":[{\"openid\":\"o\"},{\"data\":{}}]}", "people[1].openid", "required"),
            (
                "{\"name\":\"a\",\"people\":[{\"openid\":\"o\",\"data\":{\"thing1\":5}}]}",
                "people[0].data.thing1",
                "wrong_type",
            ),
            ("{\"name\":\"a\",\"people\":[{\"openid\":\"o\",\"x\":5}]}", "people[0].x", "unknown_field"),
            ("{\"name\":\"a\",\"people\":[],\"kind\":\"x\"}", "kind", "unknown_choice"),
            ("{\"name\":\"a\",\"name\":\"b\",\"people\":[]}", "name", "duplicate_field"),
            ("{\"name\":\"a\",\"people\":[[\"o\",{}]]}", "people[0]", "wrong_type"),
            (
                "{\"name\":\"a\",\"people\":[{\"openid\":\"o\",\"data\":{\"a\":\"1\",\"b\":\"2\",\"a\":\"3\"}}]}",
                "people[0].data.a",
                "duplicate_field",
            ),
            ("{\"name\":\"a\",\"people\":[{\"openid\":\"o\",\"data\":null}]}", "people[0].data", "wrong_type"),
            ("{\"name\":\"\\ud800\",\"people\":[]}", "", "bad_json"),
            ("[]", "", "wrong_type"),
            ("[\"a\",[]]", "", "wrong_type"),
            ("{\"name\":", "", "bad_json"),
            ("{\"name\":\"a\",\"people\":[]} x", "", "bad_json"),
            ("", "", "bad_json"),
        ] {
            assert_eq!(refused(json), (field.to_owned(), code.to_owned()), "{json}");
        }
    }

    fn said(json: &str, lang: Lang) -> String {
        let refusal = parse::<Order>(json.as_bytes()).unwrap_err();
        refusal.problems()[0].say(lang).to_owned()
    }

    #[test]
    fn a_wrong_type_is_told_in_the_readers_language_with_what_is_expected_and_what_was_given() {
        for (json, zh, en) in [
            ("{\"name\":5,\"people\":[]}", "应为文本，现在是整数", "a text is expected here, not a whole number"),
            ("{\"name\":{},\"people\":[]}", "应为文本，现在是对象", "a text is expected here, not an object"),
            ("{\"name\":null,\"people\":[]}", "应为文本，现在是 null", "a text is expected here, not null"),
            ("{\"name\":\"a\",\"people\":\"x\"}", "应为数组，现在是文本", "an array is expected here, not a text"),
            (
                "{\"name\":\"a\",\"people\":[true]}",
                "应为对象，现在是布尔值",
                "an object is expected here, not true or false",
            ),
            (
                "{\"name\":\"a\",\"people\":[{\"openid\":\"o\",\"data\":{\"a\":1.5}}]}",
                "应为文本，现在是小数",
                "a text is expected here, not a fraction",
            ),
            ("7", "应为对象，现在是整数", "an object is expected here, not a whole number"),
        ] {
            let (told_zh, told_en) = (said(json, Lang::Zh), said(json, Lang::En));
            assert!(told_zh.contains(zh) && !told_zh.contains("expected"), "{json}: {told_zh}");
            assert!(told_en.to_lowercase().contains(en), "{json}: {told_en}");
        }
    }

    #[test]
    fn no_more_than_64_characters_of_a_name_are_told_again() {
        let long = "长".repeat(100_000);
        for json in [
            format!("{{\"name\":\"a\",\"people\":[],\"{long}\":1}}"),
            format!("{{\"name\":\"a\",\"people\":[{{\"openid\":\"o\",\"data\":{{\"{long}\":1}}}}]}}"),
            format!(
                "{{\"name\":\"a\",\"people\":[{{\"openid\":\"o\",\"data\":{{\"{long}\":\"\",\"{long}\":\"\"}}}}]}}"
            ),
            format!("{{\"name\":\"a\",\"people\":[],\"kind\":\"{long}\"}}"),
        ] {
            let refusal = parse::<Order>(json.as_bytes()).unwrap_err();
            let problem = &refusal.problems()[0];
            assert!(problem.field.chars().count() < 100, "{}", problem.field.len());
            assert!(problem.say(Lang::Zh).chars().count() < 150, "{}", problem.say(Lang::Zh).len());
        }
    }
}

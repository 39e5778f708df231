//! Reading a request: what does not fit is told by its path.

use super::refusal::Refusal;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use model::{Problem, Problems};
use serde::de::DeserializeOwned;
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
    let read = T::deserialize(serde_path_to_error::Deserializer::new(&mut json, &mut track));
    let error = match read {
        Ok(value) => match json.end() {
            Ok(()) => return Ok(value),
            Err(error) => error,
        },
        Err(error) => error,
    };
    if error.is_data() {
        return Err(misfit(&track.path().to_string(), &error.to_string()));
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

/// What serde says of a place, in our words. It stops at the first thing that does not fit.
fn misfit(path: &str, said: &str) -> Refusal {
    // Where in the text it was is told by the path.
    let said = said.split(" at line ").next().unwrap_or(said);
    let named = said.split('`').nth(1).unwrap_or_default();
    let path = if path == "." { String::new() } else { path.to_owned() };
    let inside = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    let problem = if said.starts_with("missing field") {
        Problem::of(inside(named), "required", "缺少这个字段，请补上。", "This field is missing: add it.")
    } else if said.starts_with("unknown field") {
        let ends_with_it = path == named || path.ends_with(&format!(".{named}"));
        let place = if ends_with_it { path.clone() } else { inside(named) };
        Problem::of(
            place,
            "unknown_field",
            "没有这个字段，请检查拼写或删除。",
            "There is no such field: check its spelling or remove it.",
        )
    } else if said.starts_with("duplicate field") {
        Problem::of(inside(named), "duplicate_field", "这个字段出现了两次。", "This field is there twice.")
    } else if said.starts_with("unknown variant") {
        let choices =
            said.split("expected").nth(1).unwrap_or_default().trim().trim_start_matches("one of").replace('`', "");
        Problem::of(
            path,
            "unknown_choice",
            format!("没有这个选项，可用的是：{}。", choices.trim()),
            format!("There is no such choice. There are: {}.", choices.trim()),
        )
    } else {
        Problem::of(path, "wrong_type", format!("类型不对：{said}。"), format!("This is of the wrong type: {said}."))
    };
    Refusal::invalid(problem.into())
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
            .map_err(|error| misfit(&error.path().to_string(), &error.inner().to_string()))
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
    use super::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Order {
        name: String,
        people: Vec<Person>,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Person {
        openid: String,
        #[serde(default)]
        data: BTreeMap<String, String>,
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
            ("[]", "", "wrong_type"),
            ("{\"name\":", "", "bad_json"),
            ("{\"name\":\"a\",\"people\":[]} x", "", "bad_json"),
            ("", "", "bad_json"),
        ] {
            assert_eq!(refused(json), (field.to_owned(), code.to_owned()), "{json}");
        }
    }
}

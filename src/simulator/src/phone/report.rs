//! The mini program's own calls to its back end: log in, then report what the popup returned.

use std::time::Duration;

use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::code::login_code;
use super::prompt::Prompt;
use crate::push::exchange;
use crate::simulator::Inner;

/// Longer than that no mini program waits (wx.request has 60 s, people have less).
const PATIENCE: Duration = Duration::from_secs(10);

/// How the two calls to the back end went.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// `POST /api/login`.
    pub login: Option<Exchange>,
    /// `POST /api/subscribe/record`; absent: the login gave no token.
    pub record: Option<Exchange>,
}

/// One call to the back end.
#[derive(Clone, Debug, Serialize)]
pub struct Exchange {
    /// The HTTP status; absent: there was no answer.
    pub status: Option<u16>,
    /// The body, as JSON where it is, else as a text; without an answer, why.
    pub body: Value,
}

pub(super) async fn report(
    inner: &Inner,
    backend: &str,
    prompt: &Prompt,
    results: &[(String, &'static str)],
) -> Report {
    let code = login_code(inner, &prompt.appid, &prompt.openid);
    let login = call(inner, backend, "/api/login", None, &json!({ "code": code, "appId": prompt.appid })).await;
    let Some(token) = login.body.get("token").and_then(Value::as_str) else {
        return Report { login: Some(login), record: None };
    };
    let results: Map<String, Value> = results.iter().map(|(id, word)| (id.clone(), (*word).into())).collect();
    let mut body = json!({ "appId": prompt.appid, "results": results });
    if prompt.report_id {
        body["reportId"] = format!("{:032x}", fastrand::u128(..)).into();
    }
    let record = call(inner, backend, "/api/subscribe/record", Some(token), &body).await;
    Report { login: Some(login), record: Some(record) }
}

async fn call(inner: &Inner, backend: &str, path: &str, token: Option<&str>, body: &Value) -> Exchange {
    let request = |client: &reqwest::Client| -> RequestBuilder {
        let url = format!("{}{path}", backend.trim_end_matches('/'));
        let request = client.post(url).header(CONTENT_TYPE, "application/json").body(body.to_string());
        match token {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    };
    let answer = match inner.pushes.client.get() {
        Ok(client) => exchange(request(client), PATIENCE).await,
        Err(failure) => Err(failure),
    };
    match answer {
        Ok(answer) => {
            let body = serde_json::from_str(&answer.body).unwrap_or_else(|_text| Value::from(answer.body));
            Exchange { status: Some(answer.status), body }
        }
        Err(failure) => Exchange { status: None, body: failure.0.into() },
    }
}

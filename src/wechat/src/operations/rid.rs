//! What the platform kept of a call.

use model::platform::RidDetail;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;

use super::mask::masked;
use crate::answer;
use crate::client::Client;
use crate::error::{CallError, UnknownCause};
use crate::lenient::{number_of, text, text_of};

#[derive(Serialize)]
struct Order<'a> {
    rid: &'a str,
}

impl Client {
    /// `POST /cgi-bin/openapi/rid/get` (getRidInfo): what the platform kept of a call of the last 7 days. Tokens and
    /// secrets in it are masked.
    pub async fn rid_detail(&self, token: &SecretString, rid: &str) -> Result<RidDetail, CallError> {
        let query = [("access_token", token.expose_secret())];
        detail(&self.post("/cgi-bin/openapi/rid/get", &query, answer::order(&Order { rid })?).await?)
    }
}

fn detail(body: &[u8]) -> Result<RidDetail, CallError> {
    let answer: Value = answer::read(body)?;
    let request = answer.get("request").filter(|value| value.is_object());
    let request = request.ok_or(UnknownCause::Incomplete("request"))?;
    Ok(RidDetail {
        // Seconds, as in the page's sample.
        invoked_at: number_of(request, "invoke_time").unwrap_or(0).saturating_mul(1000),
        cost_ms: number_of(request, "cost_in_ms").unwrap_or(0),
        url: shown(request, "request_url"),
        request: shown(request, "request_body"),
        response: shown(request, "response_body"),
        client_ip: text_of(request, "client_ip"),
    })
}

/// The bodies are JSON inside of strings; should they come as objects, they are shown as their JSON.
fn shown(request: &Value, name: &str) -> String {
    masked(&match request.get(name) {
        Some(value @ (Value::Object(_) | Value::Array(_))) => value.to_string(),
        Some(value) => text(value),
        None => String::new(),
    })
}

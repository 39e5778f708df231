//! Whether the platform finds the callback's host.

use model::platform::{CallbackCheck, CheckedAddress, CheckedPing};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;

use crate::answer;
use crate::client::Client;
use crate::error::{CallError, UnknownCause};
use crate::lenient::text_of;

/// What `callback/check` looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckOrder {
    /// Names only.
    Dns,
    /// Reachability only.
    Ping,
    /// Both.
    All,
}

/// The operator that the check goes out from is left to the platform.
#[derive(Serialize)]
struct Order {
    action: CheckOrder,
    check_operator: &'static str,
}

impl Client {
    /// `POST /cgi-bin/callback/check` (callbackCheck): whether the platform finds the callback's host. 40201: no callback
    /// is set up.
    pub async fn callback_check(&self, token: &SecretString, order: CheckOrder) -> Result<CallbackCheck, CallError> {
        let query = [("access_token", token.expose_secret())];
        let order = answer::order(&Order { action: order, check_operator: "DEFAULT" })?;
        checked(&self.post("/cgi-bin/callback/check", &query, order).await?)
    }
}

/// A success has no error code in the page's sample, so it is known by its lists.
fn checked(body: &[u8]) -> Result<CallbackCheck, CallError> {
    let answer: Value = answer::read(body)?;
    if ["dns", "ping", "errcode"].iter().all(|name| answer.get(name).is_none()) {
        return Err(UnknownCause::Incomplete("dns").into());
    }
    let dns = |entry: &Value| CheckedAddress { ip: text_of(entry, "ip"), operator: text_of(entry, "real_operator") };
    let ping = |entry: &Value| CheckedPing {
        ip: text_of(entry, "ip"),
        operator: text_of(entry, "from_operator"),
        loss: text_of(entry, "package_loss"),
        time: text_of(entry, "time"),
    };
    Ok(CallbackCheck {
        dns: entries(&answer, "dns").iter().map(dns).collect(),
        ping: entries(&answer, "ping").iter().map(ping).collect(),
    })
}

fn entries<'a>(answer: &'a Value, name: &str) -> &'a [Value] {
    answer.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

//! Sending a subscribe message.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::answer;
use crate::client::{Address, Client};
use crate::error::{CallError, UnknownCause};
use crate::lenient;
use crate::operations::SEND_PATH;

/// A subscribe message to one person (sendMessage).
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SendRequest<'a> {
    /// The openid in this mini program.
    pub touser: &'a str,
    /// The template of this account.
    pub template_id: &'a str,
    /// The page that a tap opens, perhaps with a query; without it the card does nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<&'a str>,
    /// `developer`, `trial` or `formal`.
    pub miniprogram_state: &'a str,
    /// `zh_CN`, `en_US`, `zh_HK` or `zh_TW`.
    pub lang: &'a str,
    /// The values.
    pub data: Data<'a>,
}

/// The values of a message.
#[derive(Clone, Copy, Debug)]
pub enum Data<'a> {
    /// Values by key: `thing1` → text.
    Values(&'a BTreeMap<String, String>),
    /// The platform's own shape, ready: `{"thing1":{"value":"…"}}`.
    Raw(&'a RawValue),
}

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Raw(raw) => raw.serialize(serializer),
            Self::Values(values) => {
                let mut map = serializer.serialize_map(Some(values.len()))?;
                for (key, value) in *values {
                    map.serialize_entry(key, &Value { value })?;
                }
                map.end()
            }
        }
    }
}

#[derive(Serialize)]
struct Value<'a> {
    value: &'a str,
}

/// The platform accepted a message. Whether it was delivered is told later, by an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendAccepted {
    /// The id that the later event carries. It is not documented and not always there.
    pub msgid: Option<i64>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(default, deserialize_with = "lenient::number")]
    errcode: Option<i64>,
    #[serde(borrow, default)]
    errmsg: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "lenient::optional_number")]
    msgid: Option<i64>,
}

/// Sends with one token: the address with the token is put together once for many calls. Shows no token.
pub struct Sender(Address);

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

impl Sender {
    /// `POST /cgi-bin/message/subscribe/send` (sendMessage). Two calls for one person must not overlap (43108).
    pub async fn send(&self, request: &SendRequest<'_>) -> Result<SendAccepted, CallError> {
        accepted(&self.0.post(answer::order(request)?).await?)
    }
}

impl Client {
    /// What sends with this token.
    pub fn sender(&self, token: &SecretString) -> Sender {
        Sender(self.address(SEND_PATH, &[("access_token", token.expose_secret())]))
    }
}

/// Any JSON object would do for "no error code"; one that has nothing of the platform's is a stranger's, and the
/// message may not have gone out.
fn accepted(body: &[u8]) -> Result<SendAccepted, CallError> {
    let answer: Answer<'_> = answer::read(body)?;
    if answer.errcode.is_none() && answer.msgid.is_none() && answer.errmsg.as_deref() != Some("ok") {
        return Err(UnknownCause::Incomplete("errcode").into());
    }
    Ok(SendAccepted { msgid: answer.msgid })
}

//! The envelope that every answer shares.

use std::borrow::Cow;

use serde::Deserialize;

use crate::error::{CallError, PlatformError, UnknownCause};
use crate::lenient;

/// Absent on the success of the token and login calls (their pages), so absence is no error in itself.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, deserialize_with = "lenient::number")]
    errcode: Option<i64>,
    #[serde(borrow, default)]
    errmsg: Option<Cow<'a, str>>,
    #[serde(default)]
    rid: Option<String>,
}

/// Reads an answer, whatever its content type says: the platform sends JSON as `text/plain`.
pub(crate) fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, CallError> {
    let envelope: Envelope<'_> = json(body)?;
    match envelope.errcode.unwrap_or(0) {
        0 => json(body),
        errcode => {
            let errmsg = envelope.errmsg.as_deref().unwrap_or_default();
            Err(PlatformError::new(errcode, errmsg, envelope.rid).into())
        }
    }
}

/// The error of the parser is dropped: it may quote the body, and with it a token.
fn json<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, CallError> {
    // serde would also read a list, as the fields in their order.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(UnknownCause::NotJson.into());
    }
    serde_json::from_slice(body).map_err(|_may_quote_secrets| UnknownCause::NotJson.into())
}

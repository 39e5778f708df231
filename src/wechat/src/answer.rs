//! The envelope that every answer shares, and the request's body.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{CallError, NotSentCause, PlatformError, UnknownCause};
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

/// Reads the answer of a call that has nothing to tell but that it was done. Any JSON object would do for "no error
/// code"; one that has nothing of the platform's is a stranger's, and the call may not have been made.
pub(crate) fn done(body: &[u8]) -> Result<(), CallError> {
    let answer: Envelope<'_> = read(body)?;
    if answer.errcode.is_none() && answer.errmsg.as_deref() != Some("ok") {
        return Err(UnknownCause::Incomplete("errcode").into());
    }
    Ok(())
}

/// Reads the list of an answer, under `data`. Where there is nothing to list it may be absent, but then the code is not.
pub(crate) fn list(body: &[u8]) -> Result<(Value, Vec<Value>), CallError> {
    let mut answer: Value = read(body)?;
    let entries = match answer.get_mut("data").map(Value::take) {
        Some(Value::Array(entries)) => entries,
        None | Some(Value::Null) if lenient::number_of(&answer, "errcode") == Some(0) => Vec::new(),
        _ => return Err(UnknownCause::Incomplete("data").into()),
    };
    Ok((answer, entries))
}

/// Writes a request.
pub(crate) fn order(order: &impl Serialize) -> Result<Vec<u8>, CallError> {
    serde_json::to_vec(order)
        .map_err(|error| CallError::NotSent { cause: NotSentCause::Invalid, source: Box::new(error) })
}

/// The error of the parser is dropped: it may quote the body, and with it a token.
fn json<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, CallError> {
    // serde would also read a list, as the fields in their order.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(UnknownCause::NotJson.into());
    }
    serde_json::from_slice(body).map_err(|_may_quote_secrets| UnknownCause::NotJson.into())
}

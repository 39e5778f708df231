//! Recipients.

use super::{json, to_json};
use crate::{StoreError, StoreResult, text::text};
use model::recipient::Recipient;
use std::borrow::Cow;

/// A row of `recipients`.
#[derive(sqlx::FromRow)]
pub(crate) struct RecipientRecord {
    openid: String,
    line: Option<i64>,
    data: Option<String>,
    problem: Option<String>,
}

impl TryFrom<RecipientRecord> for Recipient {
    type Error = StoreError;

    fn try_from(r: RecipientRecord) -> StoreResult<Self> {
        Ok(Self {
            openid: r.openid,
            line: r.line,
            values: r.data.map(|data| json("recipients", "data", &data)).transpose()?.unwrap_or_default(),
            problem: r.problem.map(|problem| json("recipients", "problem", &problem)).transpose()?,
        })
    }
}

/// Openid, line, data, problem.
#[derive(serde::Serialize)]
pub(crate) struct NewRecipient<'a>(pub Cow<'a, str>, pub Option<i64>, pub Option<String>, pub Option<String>);

impl<'a> NewRecipient<'a> {
    pub(crate) fn of(recipient: &'a Recipient) -> StoreResult<Self> {
        let data = if recipient.values.is_empty() { None } else { Some(to_json(&recipient.values)?) };
        let problem = recipient.problem.as_ref().map(to_json).transpose()?;
        Ok(Self(text(&recipient.openid), recipient.line, data, problem))
    }
}

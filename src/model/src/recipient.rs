//! Recipients that come with more than their openid, and the message each of them gets.

use crate::{Millis, Problem, field::Field, placeholders, rules};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A row of a file or list of recipients.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// To whom.
    pub openid: String,
    /// The line of the file, or the place in the list, from 1.
    pub line: Option<i64>,
    /// The person's own values: under a field's key it takes the place of the notice's value, under any other name it
    /// fills `{{name}}`.
    pub values: BTreeMap<String, String>,
    /// Why nothing can be sent to this person.
    pub problem: Option<Problem>,
}

impl Recipient {
    /// Somebody without values of their own.
    #[must_use]
    pub fn of(openid: impl Into<String>) -> Self {
        Self { openid: openid.into(), ..Self::default() }
    }
}

/// What makes a message differ from person to person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Personal {
    /// Values that came with the notice, see [`Recipient::values`].
    pub values: BTreeMap<String, String>,
    /// The subscriber's attributes.
    pub attributes: BTreeMap<String, String>,
}

impl Personal {
    /// The values of one person's message: own values first, then the notice's with its placeholders filled.
    ///
    /// # Errors
    /// The first field that cannot be filled or that breaks a field rule.
    pub fn fill(
        &self,
        fields: &[Field],
        shared: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, Problem> {
        let mut filled = BTreeMap::new();
        for field in fields {
            let value = match self.values.get(&field.key) {
                Some(own) => own.clone(),
                None => {
                    let shared = shared.get(&field.key).map_or("", String::as_str);
                    placeholders::fill(shared, |name| self.named(name)).map_err(|p| p.at(&field.key))?
                }
            };
            rules::check(field, &value)?;
            filled.insert(field.key.clone(), value);
        }
        Ok(filled)
    }

    fn named(&self, name: &str) -> Option<&str> {
        self.values.get(name).or_else(|| self.attributes.get(name)).map(String::as_str).filter(|v| !v.trim().is_empty())
    }
}

/// Somebody who would be sent to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reachable {
    /// The row id of the subscriber.
    pub subscriber: i64,
    /// To whom.
    pub openid: String,
    /// The subscriber's attributes.
    pub attributes: BTreeMap<String, String>,
    /// Values of their own that came with a copy of an earlier notice.
    pub values: BTreeMap<String, String>,
}

/// What filling the message for everybody came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Names the content and audience that it holds for.
    pub key: String,
    /// How many cannot be sent to. Of a `Listed` audience they carry their problem themselves, and this is 0.
    pub invalid: i64,
    /// Some of them.
    pub sample: Vec<Recipient>,
    /// When it was begun.
    #[serde(default)]
    pub at: Millis,
    /// Whether everybody was looked at.
    #[serde(default)]
    pub is_done: bool,
}

impl Check {
    /// It holds for so long: what is known of people changes.
    pub const LASTS_MS: Millis = 600_000;

    /// Whether it tells of content and audience of this name.
    #[must_use]
    pub fn holds(&self, key: &str, now: Millis) -> bool {
        self.is_done && self.key == key && (now - self.at).abs() < Self::LASTS_MS
    }
}

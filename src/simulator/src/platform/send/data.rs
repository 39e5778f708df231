//! The `data` object of a send.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::refusal::Refusal;
use crate::rules;
use crate::template::KnownTemplate;

/// Values with this in them are answered 45168.
const SENSITIVE: &str = "敏感词";

/// The values by key; empty when `data` was absent or no object.
pub(super) struct Data<'a>(HashMap<Cow<'a, str>, Cow<'a, str>>);

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    value: Option<&'a RawValue>,
}

impl<'a> Data<'a> {
    pub fn read(raw: Option<&'a RawValue>) -> Self {
        let entries: HashMap<Cow<'a, str>, &'a RawValue> =
            raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
        Self(entries.into_iter().map(|(key, entry)| (key, text(entry))).collect())
    }

    /// Every key of the template must have a value that fits its type; further keys are ignored.
    pub fn check(&self, template: &KnownTemplate) -> Result<(), Refusal> {
        if template.keys.is_empty() {
            self.0.keys().try_for_each(|key| self.check_key(template, key))?;
        } else {
            template.keys.iter().try_for_each(|key| self.check_key(template, key))?;
        }
        if self.0.values().any(|value| value.contains(SENSITIVE)) { Err(45168.into()) } else { Ok(()) }
    }

    fn check_key(&self, template: &KnownTemplate, key: &str) -> Result<(), Refusal> {
        let value = self.0.get(key).map(AsRef::as_ref).unwrap_or_default();
        if value.is_empty() {
            return Err(Refusal::new(47003, format!("argument invalid! data.{key}.value is empty")));
        }
        if !rules::fits(key, value, template.allowed(key)) {
            return Err(Refusal::new(47003, format!("argument invalid! data.{key}.value invalid")));
        }
        Ok(())
    }
}

/// The values of a `data` object, to be kept.
pub(crate) fn values(raw: &str) -> HashMap<String, String> {
    let raw = serde_json::from_str(raw).ok();
    Data::read(raw).0.into_iter().map(|(key, value)| (key.into_owned(), value.into_owned())).collect()
}

/// The value of `{"value": any}` as text; numbers are tolerated (sendMessage: `value` is `any`).
fn text(entry: &RawValue) -> Cow<'_, str> {
    let Some(value) = serde_json::from_str::<Entry<'_>>(entry.get()).ok().and_then(|entry| entry.value) else {
        return Cow::Borrowed("");
    };
    let raw = value.get();
    if !raw.starts_with('"') {
        return Cow::Borrowed(if raw == "null" { "" } else { raw });
    }
    let inside = raw.trim_matches('"');
    if !inside.contains('\\') {
        return Cow::Borrowed(inside);
    }
    serde_json::from_str::<String>(raw).map_or(Cow::Borrowed(""), Cow::Owned)
}

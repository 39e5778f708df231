//! Numbers that come as numbers or as strings: SDKs in the field cast them, so it happens.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, Visitor};
use serde_json::Value;

/// The number under a name: a number, or one in a string. `None` for anything else.
pub(crate) fn number_of(object: &Value, name: &str) -> Option<i64> {
    match object.get(name)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The text under a name: a string, or a number as it would be written. Empty for anything else.
pub(crate) fn text_of(object: &Value, name: &str) -> String {
    object.get(name).map(text).unwrap_or_default()
}

/// A string, or a number as it would be written. Empty for anything else.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// For `#[serde(deserialize_with)]`: a number, a number in a string, or null. Anything else is an error.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_any(Number)
}

/// The same for values that nothing depends on: anything else is as good as absent.
pub(crate) fn optional_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let value: Option<&serde_json::value::RawValue> = serde::Deserialize::deserialize(deserializer)?;
    Ok(value.and_then(|raw| raw.get().trim_matches('"').parse().ok()))
}

struct Number;

impl Visitor<'_> for Number {
    type Value = Option<i64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        i64::try_from(value).map(Some).map_err(|_range| E::custom("a number out of range"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        value.trim().parse().map(Some).map_err(|_not_a_number| E::custom("a string that is no number"))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

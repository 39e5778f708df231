//! A field (keyword) of a template.

use serde::{Deserialize, Serialize};

/// One field: key `thing1`, label 标签, example, and the allowed values of an enum.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Type prefix and number, such as `thing1` or `character_string2`.
    pub key: String,
    /// The platform's label on the card.
    pub label: String,
    /// An example value; may be empty.
    pub example: String,
    /// The only values an enum field takes; empty for other types.
    pub allowed: Vec<String>,
}

//! A body as a tree, whether it came as XML or as JSON.

use serde_json::Value;

use super::{CallbackRefusal, json, xml};
use crate::lenient;

/// A push of many items is some ten kilobytes.
const MOST_BYTES: usize = 1024 * 1024;

/// A body: an object, in which repeated elements of XML are lists.
pub(super) struct Document(Value);

impl Document {
    /// Reads XML or JSON, told apart by the first character.
    pub(super) fn parse(body: &[u8]) -> Result<Self, CallbackRefusal> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
        let tree = match body.first() {
            Some(b'<') if body.len() <= MOST_BYTES => xml::parse(body),
            Some(b'{') if body.len() <= MOST_BYTES => json::parse(body),
            _ => None,
        };
        tree.filter(Value::is_object).map(Self).ok_or(CallbackRefusal::Malformed)
    }

    /// A value at the top.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A text or number at the top; empty where there is none.
    pub(super) fn text(&self, name: &str) -> String {
        lenient::text_of(&self.0, name).trim().to_owned()
    }

    /// A number at the top, perhaps in a string.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        lenient::number_of(&self.0, name)
    }

    /// The ciphertext; empty where there is none. It is signed as it stands.
    pub(super) fn encrypted(&self) -> String {
        self.text("Encrypt")
    }

    /// Whether there is ciphertext and nothing that tells what happened.
    pub(super) fn is_ciphertext_only(&self) -> bool {
        !self.encrypted().is_empty() && self.text("Event").is_empty() && self.text("MsgType").is_empty()
    }

    /// Everything but the ciphertext, in a form that depends on the values alone.
    pub(super) fn without_ciphertext(&self) -> Vec<u8> {
        let mut rest = self.0.clone();
        if let Value::Object(members) = &mut rest {
            members.remove("Encrypt");
        }
        rest.to_string().into_bytes()
    }
}

//! A JSON body as a tree.

use serde_json::Value;

/// `None` for anything that is no JSON, or nested deeper than 128 (the parser's own bound).
pub(super) fn parse(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok()
}

//! Signatures: SHA-1 over the sorted parts (message push page).

use model::Millis;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;

use super::{CallbackKeys, CallbackQuery, STALE_MS};

/// Whether `signature` is right, which covers token, timestamp and nonce, but no body.
pub(super) fn is_of_query(keys: &CallbackKeys, query: &CallbackQuery) -> bool {
    is_right(keys, &query.signature, &[&query.timestamp, &query.nonce])
}

/// Whether `msg_signature` is right, which covers the ciphertext as well.
pub(super) fn is_of_ciphertext(keys: &CallbackKeys, query: &CallbackQuery, encrypted: &str) -> bool {
    is_right(keys, &query.msg_signature, &[&query.timestamp, &query.nonce, encrypted])
}

/// The comparison takes the same time wherever the first difference is. Without a token anybody could sign.
fn is_right(keys: &CallbackKeys, given: &str, parts: &[&str]) -> bool {
    let token = keys.token.expose_secret();
    let right = of(token, parts);
    !token.is_empty() && bool::from(right.as_bytes().ct_eq(given.as_bytes()))
}

/// Hex of the SHA-1 of token and parts, sorted by their bytes and joined.
fn of(token: &str, parts: &[&str]) -> String {
    let mut all = vec![token];
    all.extend(parts);
    all.sort_unstable();
    hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, all.concat().as_bytes()).as_ref())
}

/// Lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// When the push was sent by its timestamp (seconds); `None` where that is too far from now, or is no number.
pub(super) fn sent_at(query: &CallbackQuery, now: Millis) -> Option<Millis> {
    let at = query.timestamp.parse::<i64>().ok()?.checked_mul(1000)?;
    (at.abs_diff(now) <= STALE_MS.unsigned_abs()).then_some(at)
}

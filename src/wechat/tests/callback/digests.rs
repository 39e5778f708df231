//! What names a push.

use model::mini_program::CallbackMode::{self, Compatible, Plain, Safe};
use wechat::callback::receive;

use crate::support::{APPID, KEY, NOW, SENT, encrypt, keys, padded, query_at, taken};

fn digest(mode: CallbackMode, timestamp: &str, random: &[u8; 16], message: &str, beside: bool) -> String {
    let encrypted = encrypt(KEY, &padded(random, message.as_bytes(), APPID));
    let body = if beside {
        message.replacen('{', &format!(r#"{{"Encrypt":"{encrypted}","#), 1)
    } else {
        format!(r#"{{"ToUserName":"gh_1","Encrypt":"{encrypted}"}}"#)
    };
    receive(&keys(mode), &query_at(timestamp, Some(&encrypted)), body.as_bytes(), NOW).unwrap().digest
}

#[test]
fn a_repeated_push_has_the_same_digest_however_it_was_encrypted() {
    let first = digest(Safe, "1714112445", b"0123456789abcdef", SENT, false);
    assert_eq!(first.len(), 64);
    assert!(first.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase()), "{first}");
    assert_eq!(digest(Safe, "1714112450", b"fedcba9876543210", SENT, false), first);
    assert_eq!(digest(Compatible, "1714112451", b"fedcba9876543210", SENT, true), first);
    let plain = (query_at("1714112449", None), SENT.to_owned());
    assert_eq!(taken(Plain, &plain).unwrap().digest, first);
}

#[test]
fn ciphertext_beside_plaintext_that_is_read_does_not_count() {
    let one = digest(Plain, "1714112445", b"0123456789abcdef", SENT, true);
    assert_eq!(digest(Plain, "1714112450", b"fedcba9876543210", SENT, true), one);
}

#[test]
fn another_person_time_event_or_content_has_another_digest() {
    let of = |message: &str| taken(Plain, &(query_at("1714112445", None), message.to_owned())).unwrap().digest;
    let mut seen = vec![of(SENT)];
    for (what, other) in [
        ("oABC", "oABD"),
        ("1620973045", "1620973046"),
        ("2097683633284153344", "2097683633284153345"),
        ("subscribe_msg_sent_event", "subscribe_msg_other_event"),
        ("\"0\"", "\"1\""),
    ] {
        let digest = of(&SENT.replacen(what, other, 1));
        assert!(!seen.contains(&digest), "{what}");
        seen.push(digest);
    }
}

//! What each mode takes, and every refusal.

use model::callback::EventBody;
use model::mini_program::CallbackMode::{Compatible, Plain, Safe};
use wechat::callback::{CallbackKeys, CallbackQuery, CallbackRefusal, STALE_MS, receive, verifies};

use crate::support::{AT, NONCE, NOW, SENT, TOKEN, keys, query, query_at, seal, sealed_json, sealed_xml, sign, taken};

const ALL: [model::mini_program::CallbackMode; 3] = [Safe, Compatible, Plain];

fn plain() -> (CallbackQuery, String) {
    (query(None), SENT.to_owned())
}

/// Plaintext and ciphertext of one message side by side.
fn both(message: &str) -> (CallbackQuery, String) {
    let encrypted = seal(message);
    let body = message.replacen('{', &format!(r#"{{"Encrypt":"{encrypted}","#), 1);
    (query(Some(&encrypted)), body)
}

#[test]
fn ciphertext_is_taken_in_safe_and_compatible_mode_in_both_formats() {
    let xml = "<xml><FromUserName>oABC</FromUserName><CreateTime>1</CreateTime><Event>debug_demo</Event></xml>";
    for mode in [Safe, Compatible] {
        for push in [sealed_json(SENT), sealed_xml(SENT)] {
            assert!(matches!(taken(mode, &push).unwrap().event.body, EventBody::Sent(_)), "{mode:?}");
        }
        for push in [sealed_json(xml), sealed_xml(xml)] {
            assert_eq!(taken(mode, &push).unwrap().event.body, EventBody::Other("debug_demo".to_owned()));
        }
    }
}

#[test]
fn plaintext_is_taken_in_plain_and_compatible_mode_and_refused_in_safe_mode() {
    assert!(taken(Plain, &plain()).is_ok());
    assert!(taken(Compatible, &plain()).is_ok());
    assert_eq!(taken(Safe, &plain()), Err(CallbackRefusal::Plaintext));
    let keyless = CallbackKeys { encoding_key: None, ..keys(Plain) };
    assert!(receive(&keyless, &query(None), SENT.as_bytes(), NOW).is_ok());
}

#[test]
fn ciphertext_where_plain_mode_is_set_cannot_be_opened() {
    assert_eq!(taken(Plain, &sealed_json(SENT)), Err(CallbackRefusal::Undecipherable));
    assert_eq!(taken(Plain, &sealed_xml(SENT)), Err(CallbackRefusal::Undecipherable));
}

#[test]
fn compatible_mode_believes_the_ciphertext_and_not_the_text_beside_it() {
    let (query, body) = both(SENT);
    let forged = body.replacen("\"FromUserName\":\"oABC\"", "\"FromUserName\":\"oEVIL\"", 1);
    assert_ne!(body, forged);
    assert_eq!(taken(Compatible, &(query.clone(), forged)).unwrap().event.openid, "oABC");
    // A wrong msg_signature is not made good by the right signature of the plaintext.
    let wrong = CallbackQuery { msg_signature: sign(&["x"]), ..query };
    assert_eq!(taken(Compatible, &(wrong, body)), Err(CallbackRefusal::Signature));
}

#[test]
fn plaintext_beside_ciphertext_is_read_where_the_query_speaks_of_none() {
    let (query, body) = both(SENT);
    let raw = CallbackQuery { encrypt_type: "raw".to_owned(), msg_signature: String::new(), ..query.clone() };
    assert!(taken(Compatible, &(raw, body.clone())).is_ok());
    assert!(taken(Plain, &(query.clone(), body.clone())).is_ok());
    // Safe mode looks at the ciphertext alone.
    assert!(taken(Safe, &(query, body)).is_ok());
}

#[test]
fn safe_mode_goes_by_msg_signature_and_never_by_signature() {
    let (query, body) = sealed_json(SENT);
    for msg_signature in [String::new(), query.signature.clone(), query.msg_signature.to_uppercase()] {
        let wrong = CallbackQuery { msg_signature, ..query.clone() };
        assert_eq!(taken(Safe, &(wrong, body.clone())), Err(CallbackRefusal::Signature));
    }
    let unsigned = CallbackQuery { signature: String::new(), ..query.clone() };
    assert!(taken(Safe, &(unsigned, body.clone())).is_ok());
    let untyped = CallbackQuery { encrypt_type: String::new(), ..query };
    assert!(taken(Safe, &(untyped, body)).is_ok());
}

#[test]
fn another_signature_timestamp_nonce_or_token_is_a_wrong_signature() {
    for mode in ALL {
        let (query, body) = if mode == Safe { sealed_json(SENT) } else { plain() };
        let late = CallbackQuery { timestamp: (AT + 1).to_string(), ..query.clone() };
        let other = CallbackQuery { nonce: "1".to_owned(), ..query.clone() };
        let none = CallbackQuery::default();
        for wrong in [late, other, none] {
            assert_eq!(taken(mode, &(wrong, body.clone())), Err(CallbackRefusal::Signature), "{mode:?}");
        }
        let keys = CallbackKeys { token: "another".into(), ..keys(mode) };
        assert_eq!(receive(&keys, &query, body.as_bytes(), NOW), Err(CallbackRefusal::Signature));
    }
}

#[test]
fn without_a_token_nobody_can_sign() {
    let keys = CallbackKeys { token: "".into(), ..keys(Plain) };
    let at = AT.to_string();
    let query = CallbackQuery { signature: sign(&[&at, NONCE]), ..query(None) };
    assert!(!verifies(&keys, &query));
    assert_eq!(receive(&keys, &query, SENT.as_bytes(), NOW), Err(CallbackRefusal::Signature));
}

#[test]
fn a_push_from_more_than_ten_minutes_away_is_stale() {
    let at = AT * 1000;
    for (mode, (query, body)) in [(Plain, plain()), (Safe, sealed_json(SENT)), (Compatible, sealed_json(SENT))] {
        let taken = |now| receive(&keys(mode), &query, body.as_bytes(), now);
        assert!(taken(at + STALE_MS).is_ok() && taken(at - STALE_MS).is_ok());
        assert_eq!(taken(at + STALE_MS + 1), Err(CallbackRefusal::Stale));
        assert_eq!(taken(at - STALE_MS - 1), Err(CallbackRefusal::Stale));
        assert_eq!(taken(i64::MIN), Err(CallbackRefusal::Stale));
    }
    for timestamp in ["", "soon", "9223372036854775807", "-9223372036854775808", "1714112445.5", "99999999999999999999"]
    {
        let push = (query_at(timestamp, None), SENT.to_owned());
        assert_eq!(taken(Plain, &push), Err(CallbackRefusal::Stale), "{timestamp}");
    }
}

#[test]
fn the_signature_is_looked_at_before_anything_else() {
    let wrong = CallbackQuery { timestamp: "1".to_owned(), ..CallbackQuery::default() };
    for mode in ALL {
        for body in ["", "rubbish", "{", "<xml>", SENT, &sealed_json(SENT).1] {
            assert_eq!(taken(mode, &(wrong.clone(), body.to_owned())), Err(CallbackRefusal::Signature), "{body}");
        }
        // Signed, but of last year.
        let old = (query_at("1682576445", None), "rubbish".to_owned());
        assert_eq!(taken(mode, &old), Err(CallbackRefusal::Stale));
    }
}

#[test]
fn signed_rubbish_is_malformed_in_every_mode() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let long = format!("{{\"Event\":\"{}\"}}", "x".repeat(1024 * 1024));
    for mode in ALL {
        for body in
            ["", " ", "rubbish", "[]", "null", "\"x\"", "{", "{}", "{\"a\":1}", "<", "<xml>", "<xml/>", &deep, &long]
        {
            let refused = taken(mode, &(query(None), body.to_owned())).unwrap_err();
            // What parses and is no ciphertext is plaintext to safe mode.
            let wanted = if mode == Safe && matches!(body, "{}" | "{\"a\":1}") {
                CallbackRefusal::Plaintext
            } else {
                CallbackRefusal::Malformed
            };
            assert_eq!(refused, wanted, "{mode:?} {}", body.get(..20).unwrap_or(body));
        }
        assert_eq!(receive(&keys(mode), &query(None), b"{\"Event\":\"\xff\"}", NOW), Err(CallbackRefusal::Malformed));
    }
    for inner in ["", "rubbish", "{\"FromUserName\":\"oABC\"}"] {
        assert_eq!(taken(Safe, &sealed_json(inner)), Err(CallbackRefusal::Malformed), "{inner}");
    }
}

#[test]
fn a_verification_needs_the_right_signature() {
    for mode in ALL {
        let good = query(None);
        assert!(verifies(&keys(mode), &good));
        let cut = good.signature.get(..39).unwrap().to_owned();
        for signature in [String::new(), cut, format!("{}0", good.signature), sign(&[TOKEN])] {
            assert!(!verifies(&keys(mode), &CallbackQuery { signature, ..good.clone() }));
        }
    }
}

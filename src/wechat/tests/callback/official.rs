//! The vectors of the platform's message push page.

use model::callback::EventBody;
use model::mini_program::CallbackMode;
use serde_json::Value;
use wechat::callback::{CallbackKeys, CallbackQuery, CallbackRefusal, is_encoding_key, receive, verifies};

use crate::support;

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors.json")).unwrap()
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

fn keys(mode: CallbackMode) -> CallbackKeys {
    let vectors = vectors();
    CallbackKeys {
        appid: text(&vectors, "appid"),
        token: text(&vectors, "token").into(),
        encoding_key: Some(text(&vectors, "encoding_aes_key").into()),
        mode,
    }
}

fn query(of: &Value) -> CallbackQuery {
    CallbackQuery {
        signature: of["signature"].as_str().unwrap_or_default().to_owned(),
        msg_signature: of["msg_signature"].as_str().unwrap_or_default().to_owned(),
        timestamp: text(of, "timestamp"),
        nonce: text(of, "nonce"),
        echostr: String::new(),
        encrypt_type: "aes".to_owned(),
    }
}

fn now(of: &Value) -> i64 {
    text(of, "timestamp").parse::<i64>().unwrap() * 1000
}

#[test]
fn the_verification_of_the_url_is_right() {
    let vectors = vectors();
    let given = query(&vectors["url_verification"]);
    assert!(verifies(&keys(CallbackMode::Safe), &given));
    assert!(!verifies(&keys(CallbackMode::Safe), &CallbackQuery { nonce: "1514711493".to_owned(), ..given.clone() }));
    let other = CallbackKeys { token: "AAAAB".into(), ..keys(CallbackMode::Safe) };
    assert!(!verifies(&other, &given));
    assert!(is_encoding_key(&text(&vectors, "encoding_aes_key")));
}

#[test]
fn the_signature_of_the_plain_push_is_right() {
    let vectors = vectors();
    let of = &vectors["plain_push"];
    let body = r#"{"FromUserName":"oABC","CreateTime":1714037059,"MsgType":"event","Event":"debug_demo"}"#;
    let received = receive(&keys(CallbackMode::Plain), &query(of), body.as_bytes(), now(of)).unwrap();
    assert_eq!(received.event.body, EventBody::Other("debug_demo".to_owned()));
}

#[test]
fn the_safe_push_is_opened() {
    let vectors = vectors();
    let of = &vectors["safe_push"];
    for body in [
        format!(r#"{{"ToUserName":"gh_97417a04a28d","Encrypt":"{}"}}"#, text(of, "encrypt")),
        format!("<xml><ToUserName>gh_97417a04a28d</ToUserName><Encrypt>{}</Encrypt></xml>", text(of, "encrypt")),
    ] {
        for mode in [CallbackMode::Safe, CallbackMode::Compatible] {
            let received = receive(&keys(mode), &query(of), body.as_bytes(), now(of)).unwrap();
            assert_eq!(received.event.openid, "o9AgO5Kd5ggOC-bXrbNODIiE3bGY");
            assert_eq!(received.event.happened_at, 1_714_112_445_000);
            assert_eq!(received.event.body, EventBody::Other("debug_demo".to_owned()));
        }
        // The same token and key at another AppID.
        let other = CallbackKeys { appid: "wxba5fad812f8e6fb8".to_owned(), ..keys(CallbackMode::Safe) };
        let refused = receive(&other, &query(of), body.as_bytes(), now(of)).unwrap_err();
        assert_eq!(refused, CallbackRefusal::Undecipherable);
    }
}

#[test]
fn the_official_reply_is_what_these_tests_encrypt_and_sign() {
    let vectors = vectors();
    let of = &vectors["reply"];
    let random: [u8; 16] = text(of, "random").as_bytes().try_into().unwrap();
    let padded = support::padded(&random, text(of, "message").as_bytes(), &text(&vectors, "appid"));
    assert_eq!(support::encrypt(&text(&vectors, "encoding_aes_key"), &padded), text(of, "encrypt"));
    let parts = [text(&vectors, "token"), text(of, "timestamp"), text(of, "nonce"), text(of, "encrypt")];
    assert_eq!(support::sign(&parts.each_ref().map(String::as_str)), text(of, "msg_signature"));
}

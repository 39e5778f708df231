//! What the targets share: pushes signed and encrypted as the platform does it, written from its page, and what must hold
//! of every push that is taken.

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockEncryptMut, KeyIvInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::callback::{CallbackEvent, EventBody};
use model::mini_program::CallbackMode;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use wechat::callback::{CallbackKeys, CallbackQuery, CallbackRefusal, Received, receive};

/// The AppID of the callback.
pub const APPID: &str = "wx0123456789abcdef";
const TOKEN: &str = "token";
/// 32 zero bytes.
const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const NONCE: &str = "415670741";
const AT: &str = "1714112445";
const NOW: i64 = 1_714_112_445_000;

/// The set-up of the callback.
#[must_use]
pub fn keys(mode: CallbackMode) -> CallbackKeys {
    CallbackKeys { appid: APPID.to_owned(), token: TOKEN.into(), encoding_key: Some(KEY.into()), mode }
}

fn sign(parts: &[&str]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, parts.concat().as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The query of a push, rightly signed.
#[must_use]
pub fn query(encrypted: &str) -> CallbackQuery {
    CallbackQuery {
        signature: sign(&[TOKEN, AT, NONCE]),
        msg_signature: sign(&[TOKEN, AT, NONCE, encrypted]),
        timestamp: AT.to_owned(),
        nonce: NONCE.to_owned(),
        echostr: String::new(),
        encrypt_type: "aes".to_owned(),
    }
}

/// Encrypts whole blocks; what is missing of the last one is filled with zeros.
#[must_use]
pub fn encrypt(plain: &[u8]) -> String {
    let mut blocks = plain.to_vec();
    blocks.resize(plain.len().next_multiple_of(16), 0);
    let cipher = cbc::Encryptor::<aes::Aes256>::new(&[0; 32].into(), &[0; 16].into());
    STANDARD.encode(cipher.encrypt_padded_vec_mut::<NoPadding>(&blocks))
}

/// Encrypts a message as the platform does.
#[must_use]
pub fn seal(message: &[u8]) -> String {
    let mut plain = b"0123456789abcdef".to_vec();
    plain.extend(u32::try_from(message.len()).expect("a short message").to_be_bytes());
    plain.extend(message);
    plain.extend(APPID.as_bytes());
    let count = 32 - plain.len() % 32;
    plain.extend(vec![u8::try_from(count).expect("at most 32"); count]);
    encrypt(&plain)
}

/// The body that carries ciphertext.
#[must_use]
pub fn envelope(encrypted: &str) -> Vec<u8> {
    format!(r#"{{"ToUserName":"gh_1","Encrypt":"{encrypted}"}}"#).into_bytes()
}

/// Takes a push and checks what must hold of it.
///
/// # Panics
/// When it does not hold.
pub fn take(mode: CallbackMode, query: &CallbackQuery, body: &[u8]) -> Result<Received, CallbackRefusal> {
    let keys = keys(mode);
    let result = receive(&keys, query, body, NOW);
    if let Ok(received) = &result {
        check(&received.event);
        assert_eq!(received.digest.len(), 64);
        assert_eq!(receive(&keys, query, body, NOW).as_ref(), Ok(received), "the same twice");
    }
    // Nobody signed it so: nothing but that must be told.
    let unsigned = CallbackQuery { signature: String::new(), msg_signature: String::new(), ..query.clone() };
    assert_eq!(receive(&keys, &unsigned, body, NOW), Err(CallbackRefusal::Signature));
    result
}

/// What is stored must be short, printable and of use.
fn check(event: &CallbackEvent) {
    let is_id = |text: &str| text.len() <= 128 && text.bytes().all(|byte| byte.is_ascii_graphic());
    assert!(is_id(&event.openid));
    assert!((0..=253_402_300_799_000).contains(&event.happened_at) && event.happened_at % 1000 == 0);
    match &event.body {
        EventBody::Popup(items) | EventBody::Change(items) => {
            assert!(!items.is_empty() && !event.openid.is_empty());
            assert!(items.iter().all(|item| !item.pri_tmpl_id.is_empty() && is_id(&item.pri_tmpl_id)));
        }
        EventBody::Sent(items) => {
            assert!(!items.is_empty() && !event.openid.is_empty());
            assert!(items.iter().all(|item| is_id(&item.pri_tmpl_id) && is_short(&item.status, 100)));
            assert!(items.iter().all(|item| !item.pri_tmpl_id.is_empty() || item.msgid.is_some()));
        }
        EventBody::Other(name) => assert!(!name.is_empty() && is_short(name, 64)),
    }
}

fn is_short(text: &str, most: usize) -> bool {
    text.chars().count() <= most && !text.chars().any(char::is_control)
}

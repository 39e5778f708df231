//! Pushes as the platform makes them, written from its page and not from our code.

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockEncryptMut, KeyIvInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::callback::EventBody;
use model::mini_program::CallbackMode;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use wechat::callback::{CallbackKeys, CallbackQuery, CallbackRefusal, Received, receive};

pub const APPID: &str = "wx0123456789abcdef";
pub const TOKEN: &str = "tokenOfTheCallback";
/// Its last character has spare bits that are not zero.
pub const KEY: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJK012345";
pub const NONCE: &str = "415670741";
pub const AT: i64 = 1_714_112_445;
pub const NOW: i64 = AT * 1000 + 900;

pub fn keys(mode: CallbackMode) -> CallbackKeys {
    CallbackKeys { appid: APPID.to_owned(), token: TOKEN.into(), encoding_key: Some(KEY.into()), mode }
}

/// Hex SHA-1 over the sorted parts.
pub fn sign(parts: &[&str]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, parts.concat().as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The query of a push: always with `signature`, and with `msg_signature` where there is ciphertext.
pub fn query(encrypted: Option<&str>) -> CallbackQuery {
    query_at(&AT.to_string(), encrypted)
}

pub fn query_at(timestamp: &str, encrypted: Option<&str>) -> CallbackQuery {
    CallbackQuery {
        signature: sign(&[TOKEN, timestamp, NONCE]),
        msg_signature: encrypted.map(|text| sign(&[TOKEN, timestamp, NONCE, text])).unwrap_or_default(),
        timestamp: timestamp.to_owned(),
        nonce: NONCE.to_owned(),
        echostr: String::new(),
        encrypt_type: encrypted.map(|_| "aes".to_owned()).unwrap_or_default(),
    }
}

/// Random bytes, length, message, AppID, padded to blocks of 32.
pub fn padded(random: &[u8; 16], message: &[u8], appid: &str) -> Vec<u8> {
    let mut plain = random.to_vec();
    plain.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    plain.extend(message);
    plain.extend(appid.as_bytes());
    let count = 32 - plain.len() % 32;
    plain.extend(vec![u8::try_from(count).unwrap(); count]);
    plain
}

pub fn encrypt(key: &str, padded: &[u8]) -> String {
    // 43 characters of base64 without its `=`: the last one's spare bits are dropped by hand.
    let mut whole = key.to_owned();
    let last = whole.pop().unwrap();
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let kept = LETTERS.find(last).unwrap() & !0b11;
    whole.push_str(LETTERS.get(kept..=kept).unwrap());
    whole.push('=');
    let key = STANDARD.decode(whole).unwrap();
    let cipher = cbc::Encryptor::<aes::Aes256>::new_from_slices(&key, &key[..16]).unwrap();
    STANDARD.encode(cipher.encrypt_padded_vec_mut::<NoPadding>(padded))
}

pub fn seal(message: &str) -> String {
    encrypt(KEY, &padded(b"0123456789abcdef", message.as_bytes(), APPID))
}

/// A push in safe mode, the envelope as JSON.
pub fn sealed_json(message: &str) -> (CallbackQuery, String) {
    let encrypted = seal(message);
    (query(Some(&encrypted)), format!(r#"{{"ToUserName":"gh_1","Encrypt":"{encrypted}"}}"#))
}

/// The same as XML.
pub fn sealed_xml(message: &str) -> (CallbackQuery, String) {
    let encrypted = seal(message);
    let body =
        format!("<xml>\n<ToUserName><![CDATA[gh_1]]></ToUserName>\n<Encrypt><![CDATA[{encrypted}]]></Encrypt>\n</xml>");
    (query(Some(&encrypted)), body)
}

pub fn taken(mode: CallbackMode, push: &(CallbackQuery, String)) -> Result<Received, CallbackRefusal> {
    receive(&keys(mode), &push.0, push.1.as_bytes(), NOW)
}

/// What a plaintext body tells.
pub fn told(body: &str) -> Result<EventBody, CallbackRefusal> {
    taken(CallbackMode::Plain, &(query(None), body.to_owned())).map(|received| received.event.body)
}

pub const SENT: &str = r#"{"ToUserName":"gh_1","FromUserName":"oABC","CreateTime":"1620973045","MsgType":"event","Event":"subscribe_msg_sent_event","List":{"TemplateId":"T1","MsgID":"2097683633284153344","ErrorCode":"0","ErrorStatus":"success"}}"#;

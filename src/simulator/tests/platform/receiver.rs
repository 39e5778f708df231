//! A receiver of pushes, and a reading of them that follows the message-push page, not the simulator.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockDecryptMut, KeyIvInit};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::Value;
use simulator::Callback;
use tokio::net::TcpListener;

use crate::harness::APPID;

pub const TOKEN: &str = "callback-token";
pub const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

#[derive(Clone, Debug)]
pub struct Received {
    pub query: HashMap<String, String>,
    pub content_type: String,
    pub body: String,
}

/// What the next pushes are answered; afterwards 200 `success`.
type Answers = Arc<Mutex<VecDeque<(u16, &'static str, Duration)>>>;

#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
    answers: Answers,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/callback?of=test", listener.local_addr().unwrap());
        let receiver = Self { url, received: Arc::default(), answers: Arc::default() };
        let router = Router::new().route("/callback", get(verify).post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        receiver
    }

    pub fn plain(&self) -> Callback {
        Callback { encoding_key: KEY.to_owned(), ..Callback::plain(&self.url, TOKEN) }
    }

    pub fn answer(&self, status: u16, body: &'static str) {
        self.answers.lock().unwrap().push_back((status, body, Duration::ZERO));
    }

    pub fn answer_late(&self, after: Duration) {
        self.answers.lock().unwrap().push_back((200, "success", after));
    }

    pub fn all(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// What came, opened, as JSON.
    pub fn events(&self) -> Vec<Value> {
        self.all().iter().map(|one| serde_json::from_str(&one.plain()).unwrap()).collect()
    }
}

async fn verify(Query(query): Query<HashMap<String, String>>) -> (StatusCode, String) {
    let one = Received { query, content_type: String::new(), body: String::new() };
    if one.is_signed() {
        (StatusCode::OK, one.query["echostr"].clone())
    } else {
        (StatusCode::FORBIDDEN, "signature".to_owned())
    }
}

async fn receive(
    State(receiver): State<Receiver>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, &'static str) {
    let content_type = headers["content-type"].to_str().unwrap().to_owned();
    receiver.received.lock().unwrap().push(Received { query, content_type, body });
    let next = receiver.answers.lock().unwrap().pop_front();
    let (status, body, after) = next.unwrap_or((200, "success", Duration::ZERO));
    tokio::time::sleep(after).await;
    (StatusCode::from_u16(status).unwrap(), body)
}

impl Received {
    /// `signature` of the page: for the URL's verification and for plain pushes.
    pub fn is_signed(&self) -> bool {
        self.query["signature"] == sha1(&[TOKEN, &self.query["timestamp"], &self.query["nonce"]])
    }

    pub fn is_encrypted(&self) -> bool {
        self.query.get("encrypt_type").is_some_and(|kind| kind == "aes")
    }

    /// The event: the body, or what its ciphertext holds once `msg_signature` is right.
    pub fn plain(&self) -> String {
        assert!(self.is_signed(), "{:?}", self.query);
        if !self.is_encrypted() {
            return self.body.clone();
        }
        let ciphertext = self.field("Encrypt");
        let signed = sha1(&[TOKEN, &self.query["timestamp"], &self.query["nonce"], &ciphertext]);
        assert_eq!(self.query["msg_signature"], signed);
        decrypt(&ciphertext)
    }

    /// A text of the body's top level, whichever its format.
    pub fn field(&self, name: &str) -> String {
        if self.content_type == "application/json" {
            let body: Value = serde_json::from_str(&self.body).unwrap();
            return body[name].as_str().unwrap_or_default().to_owned();
        }
        assert_eq!(self.content_type, "text/xml");
        between(&self.body, &format!("<{name}><![CDATA["), &format!("]]></{name}>")).to_owned()
    }
}

pub fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).map_or("", |(inside, _)| inside)
}

fn sha1(parts: &[&str]) -> String {
    let mut parts = parts.to_vec();
    parts.sort();
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, parts.concat().as_bytes());
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn decrypt(ciphertext: &str) -> String {
    // The key's 43 characters stand for 258 bits, of which 256 count; KEY ends in a letter whose spare bits are not zero.
    let lenient = base64::engine::GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let engine = base64::engine::GeneralPurpose::new(&base64::alphabet::STANDARD, lenient);
    let key = engine.decode(format!("{KEY}=")).unwrap();
    let mut bytes = STANDARD.decode(ciphertext).unwrap();
    assert_eq!(bytes.len() % 32, 0, "the padding fills blocks of 32");
    let cipher = cbc::Decryptor::<aes::Aes256>::new_from_slices(&key, &key[..16]).unwrap();
    let plain = cipher.decrypt_padded_mut::<NoPadding>(&mut bytes).unwrap();
    let padding = usize::from(plain[plain.len() - 1]);
    assert!((1..=32).contains(&padding) && plain[plain.len() - padding..].iter().all(|b| usize::from(*b) == padding));
    let plain = &plain[16..plain.len() - padding];
    let length = u32::from_be_bytes(plain[..4].try_into().unwrap()) as usize;
    assert_eq!(&plain[4 + length..], APPID.as_bytes());
    String::from_utf8(plain[4..4 + length].to_vec()).unwrap()
}

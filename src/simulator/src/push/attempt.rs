//! One attempt of a push.

use std::time::{Duration, Instant};

use reqwest::header::CONTENT_TYPE;
use url::Url;

use super::client::{Answer, Failure, exchange};
use super::crypto::{encrypt, signature};
use super::log::Pushed;
use super::queue::Push;
use super::render;
use crate::callback::{Callback, Format, Mode};
use crate::simulator::Inner;

/// How long the platform waits for an answer (message-push).
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5);

/// Pushes once and writes it into the log.
pub(super) async fn attempt(inner: &Inner, push: &mut Push) -> Pushed {
    push.attempts = push.attempts.saturating_add(1);
    let (at_ms, began) = (inner.now(), Instant::now());
    let outcome = post(inner, push).await;
    let duration_ms = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
    let pushed = Pushed::new(push, at_ms, duration_ms, outcome);
    inner.pushes.log.write(pushed.clone());
    pushed
}

async fn post(inner: &Inner, push: &Push) -> Result<Answer, Failure> {
    let settings = push.account.settings();
    let callback = settings.pushes_to().ok_or_else(|| Failure("no callback is set up".to_owned()))?;
    let appid = &push.account.appid;
    let plain = render::plain(&push.event, appid, callback);
    let (url, body) = seal(inner, callback, appid, &push.event.openid, plain)?;
    let content_type = match callback.format {
        Format::Json => "application/json",
        Format::Xml => "text/xml",
    };
    exchange(inner.pushes.client.get()?.post(url).header(CONTENT_TYPE, content_type).body(body), TIMEOUT).await
}

/// The URL with its signatures, and the body in the callback's mode.
fn seal(
    inner: &Inner,
    callback: &Callback,
    appid: &str,
    openid: &str,
    plain: String,
) -> Result<(Url, String), Failure> {
    let (mut url, timestamp, nonce) = signed_url(inner, callback)?;
    if callback.mode == Mode::Plain {
        return Ok((url, plain));
    }
    let salt = crate::openid::random_text(16).into_bytes();
    let salt = <[u8; 16]>::try_from(salt).unwrap_or_default();
    let ciphertext =
        encrypt(&callback.encoding_key, appid, &plain, salt).map_err(|error| Failure(error.to_string()))?;
    let signed = signature(&[&callback.token, &timestamp, &nonce, &ciphertext]);
    let mut query = url.query_pairs_mut();
    query.append_pair("openid", openid).append_pair("encrypt_type", "aes").append_pair("msg_signature", &signed);
    drop(query);
    let body = match callback.mode {
        Mode::Compatible => render::compatible(&plain, callback.format, &ciphertext),
        Mode::Plain | Mode::Safe => render::safe(appid, callback.format, &ciphertext),
    };
    Ok((url, body))
}

/// The callback's URL with signature, timestamp and nonce, and the last two for themselves.
pub(super) fn signed_url(inner: &Inner, callback: &Callback) -> Result<(Url, String, String), Failure> {
    let mut url = Url::parse(&callback.url).map_err(|error| Failure(format!("the callback's URL: {error}")))?;
    let (timestamp, nonce) = (inner.now().div_euclid(1000).to_string(), fastrand::u32(1..).to_string());
    let signed = signature(&[&callback.token, &timestamp, &nonce]);
    let mut query = url.query_pairs_mut();
    query.append_pair("signature", &signed).append_pair("timestamp", &timestamp).append_pair("nonce", &nonce);
    drop(query);
    Ok((url, timestamp, nonce))
}

//! The check of a callback's URL, as the console makes it when the settings are submitted.

use serde::Serialize;

use super::attempt::{TIMEOUT, signed_url};
use super::client::{Failure, exchange};
use crate::simulator::{Inner, Simulator, UnknownAccount};

/// What a callback's URL answered.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    /// Whether it gave the `echostr` back, as it must.
    pub ok: bool,
    /// The HTTP status; absent: there was no answer.
    pub status: Option<u16>,
    /// The body of the answer, or why there was none.
    pub body: String,
}

impl Simulator {
    /// Checks a callback's URL: GET with `signature`, `timestamp`, `nonce` and `echostr` (message-push).
    pub async fn verify_callback(&self, appid: &str) -> Result<Verified, UnknownAccount> {
        let settings = self.known(appid)?.settings();
        let Some(callback) = settings.pushes_to() else {
            return Ok(failed(Failure("no callback is set up".to_owned())));
        };
        Ok(verify(&self.inner, callback).await.unwrap_or_else(failed))
    }
}

async fn verify(inner: &Inner, callback: &crate::callback::Callback) -> Result<Verified, Failure> {
    let (mut url, _, _) = signed_url(inner, callback)?;
    let echo = fastrand::u64(1_000_000_000_000_000_000..).to_string();
    url.query_pairs_mut().append_pair("echostr", &echo);
    let answer = exchange(inner.pushes.client.get()?.get(url), TIMEOUT).await?;
    Ok(Verified { ok: answer.status == 200 && answer.body == echo, status: Some(answer.status), body: answer.body })
}

fn failed(failure: Failure) -> Verified {
    Verified { ok: false, status: None, body: failure.0 }
}

//! The HTTP client of the platform's pushes and of the played mini program.

use std::error::Error;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{RequestBuilder, redirect};

/// More than this of an answer is not read.
const MOST: usize = 64 * 1024;

/// Made at its first use: most simulators never push.
#[derive(Debug, Default)]
pub(crate) struct Client {
    made: OnceLock<Result<reqwest::Client, String>>,
}

/// Why there was no answer, in words without the URL.
#[derive(Clone, Debug)]
pub(crate) struct Failure(pub String);

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut words = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            words = format!("{words}: {cause}");
            source = cause.source();
        }
        Self(words)
    }
}

/// An answer as far as it was read.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub body: String,
}

impl Client {
    pub fn get(&self) -> Result<&reqwest::Client, Failure> {
        self.made.get_or_init(make).as_ref().map_err(|words| Failure(words.clone()))
    }
}

fn make() -> Result<reqwest::Client, String> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // It fails only when another thread was quicker, which is as good.
        let _installed_meanwhile = rustls::crypto::ring::default_provider().install_default();
    }
    let builder = || reqwest::Client::builder().no_proxy().redirect(redirect::Policy::none());
    // A machine without certificate authorities can still push over plain HTTP.
    let built = builder().build().or_else(|_no_authorities| builder().tls_certs_only([]).build());
    built.map_err(|error| error.to_string())
}

/// Sends a request and reads its answer, all within `limit`.
pub(crate) async fn exchange(request: RequestBuilder, limit: Duration) -> Result<Answer, Failure> {
    let exchange = async {
        let mut response = request.send().await?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() >= MOST {
                break;
            }
        }
        Ok(Answer { status: response.status().as_u16(), body: String::from_utf8_lossy(&body).into_owned() })
    };
    let late = || Failure(format!("no answer within {} ms", limit.as_millis()));
    tokio::time::timeout(limit, exchange).await.map_err(|_elapsed| late())?
}

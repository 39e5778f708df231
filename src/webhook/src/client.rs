//! One call.

use crate::{Secret, is_public, tls};
use reqwest::{
    dns::{Addrs, Name, Resolve, Resolving},
    header::{CONTENT_TYPE, RETRY_AFTER},
    redirect::Policy,
    retry,
};
use std::{
    error::Error,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};
use url::{Host, Url};

/// Of an answer, more than this is not read.
const MOST_READ: usize = 1_024;
/// A receiver that wants to be left alone for longer is asked again all the same.
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);

/// The client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The HTTP client refused its settings.
    #[error("the HTTP client cannot be made")]
    Http(#[from] reqwest::Error),
    /// No TLS.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
}

/// How calls are made.
#[derive(Clone, Copy, Debug)]
pub struct ClientSettings {
    /// Of a whole call.
    pub timeout: Duration,
    /// Private addresses may be called, and http without TLS.
    pub allow_private: bool,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(10), allow_private: false }
    }
}

/// What is sent.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Names the message; the same for every try.
    pub id: &'a str,
    /// Now, in seconds since 1970.
    pub at: i64,
    /// JSON.
    pub body: &'a str,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Its beginning.
    pub text: String,
    /// How long the receiver wants to be left alone.
    pub retry_after: Option<Duration>,
}

impl Answer {
    /// Whether the message was taken.
    #[must_use]
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether nothing shall be sent here any more.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.status == 410
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The address is of this machine, its network or a reserved range.
    #[error("private_address")]
    PrivateAddress,
    /// Neither https nor, where private addresses may be called, http.
    #[error("not_https")]
    NotHttps,
    /// The name means nothing, or nobody listens.
    #[error("no_connection")]
    NoConnection,
    /// No answer in time.
    #[error("timed_out")]
    TimedOut,
    /// The connection broke, or what came was no HTTP.
    #[error("broken")]
    Broken,
    /// The secret cannot be read, so nothing can be signed.
    #[error("secret_unreadable")]
    NoSecret,
}

impl Fault {
    /// Its name in the database and on screen.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::PrivateAddress => "private_address",
            Self::NotHttps => "not_https",
            Self::NoConnection => "no_connection",
            Self::TimedOut => "timed_out",
            Self::Broken => "broken",
            Self::NoSecret => "secret_unreadable",
        }
    }
}

/// Makes calls.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    allow_private: bool,
}

impl Client {
    /// A client.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(settings: ClientSettings) -> Result<Self, BuildError> {
        tls::install_provider();
        let http = match builder(settings).build() {
            Ok(http) => http,
            Err(_no_system_roots) => builder(settings).tls_backend_preconfigured(tls::bundled_roots()?).build()?,
        };
        Ok(Self { http, allow_private: settings.allow_private })
    }

    /// Whether an address may be called, as far as it tells by itself: a name is judged when it is resolved.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, url: &Url) -> Result<(), Fault> {
        match url.scheme() {
            "https" => {}
            "http" if self.allow_private => {}
            _ => return Err(Fault::NotHttps),
        }
        let private = match url.host() {
            Some(Host::Ipv4(ip)) => !is_public(ip.into()),
            Some(Host::Ipv6(ip)) => !is_public(ip.into()),
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            None => true,
        };
        if private && !self.allow_private { Err(Fault::PrivateAddress) } else { Ok(()) }
    }

    /// Sends a message, signed with each of the secrets: the receiver may know any of them.
    ///
    /// # Errors
    /// Why there is no answer. The address never stands in it.
    pub async fn post(&self, url: &Url, secrets: &[Secret], message: Message<'_>) -> Result<Answer, Fault> {
        self.check(url)?;
        let sign = |secret: &Secret| secret.sign(message.id, message.at, message.body);
        let signatures = secrets.iter().map(sign).collect::<Vec<_>>().join(" ");
        let request = self
            .http
            .post(url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.at.to_string())
            .header("webhook-signature", signatures)
            .body(message.body.to_owned());
        let mut response = request.send().await.map_err(|error| fault(&error))?;
        let status = response.status().as_u16();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = retry_after.and_then(|value| wanted_pause(value, SystemTime::now()));
        let mut read = Vec::new();
        // What was answered counts, even where its text breaks off.
        while let Ok(Some(chunk)) = response.chunk().await {
            read.extend_from_slice(&chunk);
            if read.len() >= MOST_READ {
                break;
            }
        }
        read.truncate(MOST_READ);
        Ok(Answer { status, text: String::from_utf8_lossy(&read).into_owned(), retry_after })
    }
}

/// What `Retry-After` asks for, in seconds or until a date; never longer than [`LONGEST_PAUSE`].
fn wanted_pause(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let pause = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        value.parse().map_or(LONGEST_PAUSE, Duration::from_secs)
    } else {
        httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default()
    };
    Some(pause.min(LONGEST_PAUSE))
}

fn builder(settings: ClientSettings) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent("Yanshu-Webhooks")
        .timeout(settings.timeout)
        .connect_timeout(settings.timeout.min(Duration::from_secs(5)))
        .pool_idle_timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(4)
        // A proxy would resolve names itself, where nobody judges them.
        .no_proxy()
        .redirect(Policy::none())
        .retry(retry::never())
        .dns_resolver(Arc::new(Judge { allow_private: settings.allow_private }))
}

fn fault(error: &reqwest::Error) -> Fault {
    let mut source: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(inner) = source {
        if inner.is::<Private>() {
            return Fault::PrivateAddress;
        }
        source = inner.source();
    }
    if error.is_timeout() {
        Fault::TimedOut
    } else if error.is_connect() {
        Fault::NoConnection
    } else {
        Fault::Broken
    }
}

/// All addresses of a name are private.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to a private address")]
struct Private;

/// Resolves names, and leaves out what may not be called.
#[derive(Debug)]
struct Judge {
    allow_private: bool,
}

impl Resolve for Judge {
    fn resolve(&self, name: Name) -> Resolving {
        let (name, allow_private) = (name.as_str().to_owned(), self.allow_private);
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let good: Vec<SocketAddr> =
                found.iter().copied().filter(|address| allow_private || is_public(address.ip())).collect();
            if good.is_empty() && !found.is_empty() {
                return Err(Private.into());
            }
            Ok(Box::new(good.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use secrecy::SecretString;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    const MESSAGE: Message<'static> = Message { id: "msg_1", at: 1_614_265_330, body: "{}" };

    fn secret() -> Secret {
        Secret::read(&SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).unwrap()
    }

    /// Answers one call with these bytes; what was asked comes back.
    async fn answering(bytes: &'static str) -> (Url, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}/hook", listener.local_addr().unwrap().port()).parse().unwrap();
        let asked = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 4096];
            let n = stream.read(&mut asked).await.unwrap();
            stream.write_all(bytes.as_bytes()).await.unwrap();
            String::from_utf8_lossy(&asked[..n]).into_owned()
        });
        (url, asked)
    }

    fn client(allow_private: bool) -> Client {
        Client::new(ClientSettings { allow_private, timeout: Duration::from_secs(5) }).unwrap()
    }

    #[tokio::test]
    async fn a_message_arrives_signed() {
        let (url, asked) = answering("HTTP/1.1 204 No Content\r\n\r\n").await;
        let answer = client(true).post(&url, &[secret()], MESSAGE).await.unwrap();
        assert!(answer.is_good());
        let asked = asked.await.unwrap();
        assert!(
            asked.contains("webhook-id: msg_1\r\n") && asked.contains("webhook-timestamp: 1614265330\r\n"),
            "{asked}"
        );
        assert!(
            asked.contains(&format!("webhook-signature: {}\r\n", secret().sign("msg_1", 1_614_265_330, "{}"))),
            "{asked}"
        );
    }

    #[tokio::test]
    async fn a_message_may_be_signed_with_two_secrets() {
        let (url, asked) = answering("HTTP/1.1 204 No Content\r\n\r\n").await;
        let old = || Secret::read(&SecretString::from("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")).unwrap();
        client(true).post(&url, &[secret(), old()], MESSAGE).await.unwrap();
        let sign = |secret: Secret| secret.sign("msg_1", 1_614_265_330, "{}");
        let both = format!("webhook-signature: {} {}\r\n", sign(secret()), sign(old()));
        let asked = asked.await.unwrap();
        assert!(asked.contains(&both), "{asked}");
    }

    #[tokio::test]
    async fn a_receiver_says_how_long_it_wants_to_be_left_alone() {
        let (url, _) = answering("HTTP/1.1 429 Slow\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n").await;
        let answer = client(true).post(&url, &[secret()], MESSAGE).await.unwrap();
        assert_eq!((answer.status, answer.retry_after), (429, Some(Duration::from_secs(120))));
        let now = httpdate::parse_http_date("Sat, 21 Nov 2026 08:00:00 GMT").unwrap();
        for (value, seconds) in [
            ("0", Some(0)),
            (" 7 ", Some(7)),
            ("3601", Some(3_600)),
            ("99999999999999999999999999", Some(3_600)),
            ("Sat, 21 Nov 2026 08:10:00 GMT", Some(600)),
            ("Sat, 21 Nov 2026 07:00:00 GMT", Some(0)),
            ("Sun, 22 Nov 2026 08:00:00 GMT", Some(3_600)),
            ("-5", None),
            ("", None),
            ("soon", None),
        ] {
            assert_eq!(wanted_pause(value, now), seconds.map(Duration::from_secs), "{value}");
        }
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_not_followed() {
        let (url, _) =
            answering("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n").await;
        let answer = client(true).post(&url, &[secret()], MESSAGE).await.unwrap();
        assert_eq!((answer.status, answer.is_good()), (302, false));
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_called() {
        // Of a name that only its resolution gives away: as if it had been public when it was entered.
        let judge = Judge { allow_private: false };
        let refused = judge.resolve("localhost".parse().unwrap()).await;
        assert!(refused.is_err_and(|error| error.is::<Private>()));
        let allowed = Judge { allow_private: true }.resolve("localhost".parse().unwrap()).await.unwrap();
        assert!(allowed.count() > 0);
        for inside in
            ["https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://localhost/", "https://a.localhost/"]
        {
            let fault = client(false).post(&inside.parse().unwrap(), &[secret()], MESSAGE).await.unwrap_err();
            assert_eq!(fault, Fault::PrivateAddress, "{inside}");
        }
        let fault =
            client(false).post(&"http://example.com/".parse().unwrap(), &[secret()], MESSAGE).await.unwrap_err();
        assert_eq!(fault, Fault::NotHttps);
    }

    #[tokio::test]
    async fn what_comes_without_end_is_read_a_little_way_and_silence_times_out() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(async move {
            let (mut first, _) = listener.accept().await.unwrap();
            assert!(first.read(&mut [0; 4096]).await.unwrap() > 0);
            drop(first.write_all(b"HTTP/1.1 500 Oh\r\n\r\n").await);
            while first.write_all(&[b'x'; 4096]).await.is_ok() {}
            let (silent, _) = listener.accept().await.unwrap();
            std::future::pending::<()>().await;
            drop(silent);
        });
        let hasty = Client::new(ClientSettings { allow_private: true, timeout: Duration::from_millis(300) }).unwrap();
        let answer = hasty.post(&url, &[secret()], MESSAGE).await.unwrap();
        assert_eq!((answer.status, answer.text.len()), (500, MOST_READ));
        assert_eq!(hasty.post(&url, &[secret()], MESSAGE).await.unwrap_err(), Fault::TimedOut);
        let nobody: Url = "http://127.0.0.1:1/".parse().unwrap();
        assert_eq!(hasty.post(&nobody, &[secret()], MESSAGE).await.unwrap_err(), Fault::NoConnection);
    }
}

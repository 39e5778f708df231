//! The bare clients: what this machine can do when nothing is stored.
//!
//! The yardstick is hyper's own pooling client, as a program without a framework uses it: connections are kept, a body is
//! made once, no TLS, no time-out. Beside it stand the least that HTTP allows, one hyper connection for each task and not
//! even a pool, and reqwest with the engine's settings, which is what the engine could do if it stored nothing. Each task has its own addressee, because the platform refuses two calls to one person at a time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request,
    client::conn::http1::{self, SendRequest},
    header,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use reqwest::{redirect, retry};
use serde_json::json;
use tokio::{net::TcpStream, task::JoinSet};

use crate::{
    platform::{Platform, SEND, openid},
    world::{self, CONTENT, TEMPLATE, TITLE},
};

/// The account of the bare client.
const APPID: &str = "wxbe00000000000000";

/// Everything the tasks need.
#[derive(Clone, Debug)]
pub struct Bare {
    address: String,
    path: String,
}

impl Bare {
    /// Makes an account with this many addressees.
    ///
    /// # Errors
    /// When the simulator refuses.
    pub async fn prepare(platform: &Platform, addressees: usize) -> Result<Self> {
        platform.add_account(APPID).await?;
        platform.add_template(APPID, TEMPLATE, TITLE, CONTENT).await?;
        platform.grant(APPID, TEMPLATE, 0..i64::try_from(addressees)?, 2_000_000_000).await?;
        let token = platform.token(APPID).await?;
        let address = platform.base.trim_start_matches("http://").to_owned();
        Ok(Self { address, path: format!("{SEND}?access_token={token}") })
    }

    /// Sends so many messages with so many at once; messages per second.
    ///
    /// # Errors
    /// When one was not accepted.
    pub async fn rate(&self, how: How, sends: i64, at_once: usize) -> Result<f64> {
        let left = Arc::new(AtomicI64::new(sends));
        let (pool, reqwest) = (pool(), reqwest()?);
        let mut tasks = JoinSet::new();
        let began = Instant::now();
        for i in 0..at_once {
            let lane = match how {
                How::Pooled => Lane::Pooled(Box::new(pool.clone())),
                How::Connections => self.connect().await?,
                How::Reqwest => Lane::Reqwest(reqwest.clone()),
            };
            let body = Bytes::from(body(&openid(i64::try_from(i)?)));
            tasks.spawn(run(lane, self.clone(), body, left.clone()));
        }
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        Ok(world::per_second(sends, began.elapsed()))
    }

    async fn connect(&self) -> Result<Lane> {
        let stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Lane::Connection(sender))
    }

    fn request(&self, path: &str, body: &Bytes) -> hyper::http::Result<Request<Full<Bytes>>> {
        Request::post(path)
            .header(header::HOST, &self.address)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body.clone()))
    }
}

/// Which bare client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// One pooling client for all tasks.
    Pooled,
    /// A connection for each task.
    Connections,
    /// reqwest, as the engine uses it.
    Reqwest,
}

enum Lane {
    Pooled(Box<Client<HttpConnector, Full<Bytes>>>),
    Connection(SendRequest<Full<Bytes>>),
    Reqwest(reqwest::Client),
}

fn pool() -> Client<HttpConnector, Full<Bytes>> {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new()).build(connector)
}

fn reqwest() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .timeout(Duration::from_secs(10))
        .pool_max_idle_per_host(4_096)
        .http1_only()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .build()
}

/// The same content as the engine's notices.
fn body(openid: &str) -> String {
    json!({
        "touser": openid,
        "template_id": TEMPLATE,
        "page": world::PAGE,
        "miniprogram_state": "formal",
        "lang": "zh_CN",
        "data": world::values().into_iter().map(|(key, value)| (key, json!({ "value": value }))).collect::<serde_json::Map<_, _>>(),
    })
    .to_string()
}

async fn run(mut lane: Lane, bare: Bare, body: Bytes, left: Arc<AtomicI64>) -> Result<()> {
    let url = format!("http://{}{}", bare.address, bare.path);
    let parsed: url::Url = url.parse()?;
    while left.fetch_sub(1, Ordering::Relaxed) > 0 {
        let answer = match &mut lane {
            Lane::Pooled(client) => client.request(bare.request(&url, &body)?).await?,
            Lane::Connection(sender) => sender.send_request(bare.request(&bare.path, &body)?).await?,
            Lane::Reqwest(client) => {
                let request = client.post(parsed.clone()).header(header::CONTENT_TYPE, "application/json");
                accepted(&request.body(body.clone()).send().await?.bytes().await?)?;
                continue;
            }
        };
        accepted(&answer.into_body().collect().await?.to_bytes())?;
    }
    Ok(())
}

fn accepted(answer: &[u8]) -> Result<()> {
    ensure!(answer.starts_with(b"{\"errcode\":0,"), "not accepted: {}", String::from_utf8_lossy(answer));
    Ok(())
}

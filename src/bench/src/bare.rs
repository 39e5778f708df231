//! The bare client: what this machine can do at most when nothing is stored.
//!
//! Plain hyper, one kept connection per task, a body that is made once, no pool, no TLS, no time-out. Each task has its
//! own addressee, because the platform refuses two calls to one person at a time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Instant,
};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::{net::TcpStream, task::JoinSet};

use crate::{
    platform::{Platform, SEND, openid},
    world::{self, CONTENT, TEMPLATE, TITLE},
};

/// The account of the bare client.
const APPID: &str = "wxbe00000000000000";

/// Everything the tasks need.
#[derive(Debug)]
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
    pub async fn rate(&self, sends: i64, at_once: usize) -> Result<f64> {
        let left = Arc::new(AtomicI64::new(sends));
        let mut tasks = JoinSet::new();
        let began = Instant::now();
        for i in 0..at_once {
            let (address, path) = (self.address.clone(), self.path.clone());
            let body = Bytes::from(body(&openid(i64::try_from(i)?)));
            tasks.spawn(lane(address, path, body, left.clone()));
        }
        while let Some(done) = tasks.join_next().await {
            done??;
        }
        Ok(world::per_second(sends, began.elapsed()))
    }
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

async fn lane(address: String, path: String, body: Bytes, left: Arc<AtomicI64>) -> Result<()> {
    let stream = TcpStream::connect(&address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    while left.fetch_sub(1, Ordering::Relaxed) > 0 {
        let request = Request::post(&path)
            .header(header::HOST, &address)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body.clone()))?;
        let answer = sender.send_request(request).await?.into_body().collect().await?.to_bytes();
        ensure!(answer.starts_with(b"{\"errcode\":0,"), "not accepted: {}", String::from_utf8_lossy(&answer));
    }
    drop(sender);
    connection.await.context("the connection's task")??;
    Ok(())
}

//! A network that can be cut: every connection to a server goes through here.

use anyhow::{Context, Result};
use std::{net::Ipv4Addr, sync::Arc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};
use url::Url;

/// How the network is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    /// Everything passes.
    Fine,
    /// Nothing passes, and nobody is told.
    Still,
    /// Connections are broken, new ones too.
    Cut,
}

/// A listening proxy; it goes with the value.
#[derive(Debug)]
pub(crate) struct Proxy {
    /// The server's URL by way of here.
    pub url: String,
    weather: watch::Sender<Weather>,
    task: tokio::task::JoinHandle<()>,
}

impl Proxy {
    /// In front of the server that a URL names.
    pub async fn before(url: &str) -> Result<Self> {
        let mut url = Url::parse(url)?;
        let host = url.host_str().context("a host")?.to_owned();
        let target = Arc::new((host, url.port().unwrap_or(5432)));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let here = listener.local_addr()?;
        url.set_ip_host(here.ip()).ok().and_then(|()| url.set_port(Some(here.port())).ok()).context("an address")?;
        let (weather, seen) = watch::channel(Weather::Fine);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(carry(stream, target.clone(), seen.clone()));
            }
        });
        Ok(Self { url: url.into(), weather, task })
    }

    pub fn set(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.weather.send_replace(Weather::Cut);
        self.task.abort();
    }
}

/// Carries one connection until either side ends it or the network is cut.
async fn carry(from: TcpStream, target: Arc<(String, u16)>, weather: watch::Receiver<Weather>) {
    if *weather.borrow() == Weather::Cut {
        return;
    }
    let Ok(to) = TcpStream::connect((target.0.as_str(), target.1)).await else { return };
    // Best effort: without it small messages wait for one another.
    drop((from.set_nodelay(true), to.set_nodelay(true)));
    let ((from_read, from_write), (to_read, to_write)) = (from.into_split(), to.into_split());
    let mut cut = weather.clone();
    tokio::select! {
        () = pass(from_read, to_write, weather.clone()) => {}
        () = pass(to_read, from_write, weather) => {}
        _ = cut.wait_for(|weather| *weather == Weather::Cut) => {}
    }
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut weather: watch::Receiver<Weather>) {
    let mut buffer = vec![0; 16_384];
    while let Ok(n @ 1..) = from.read(&mut buffer).await {
        // What was read while nothing passes is held back; a cut then loses it.
        if weather.wait_for(|weather| *weather == Weather::Fine).await.is_err() {
            return;
        }
        let Some(bytes) = buffer.get(..n) else { return };
        if to.write_all(bytes).await.is_err() {
            return;
        }
    }
}

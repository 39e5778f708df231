//! `POST /cgi-bin/callback/check`: whether the platform finds the callback's host.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::{TcpStream, lookup_host};
use url::Url;

use crate::account::AccountState;
use crate::answer::Outcome;
use crate::input::Input;
use crate::simulator::Inner;

/// How long a name or a host may take.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
struct Order {
    #[serde(default)]
    action: String,
    #[serde(default)]
    check_operator: String,
}

/// An address of the host, and how long a connection to it took; `None`: there was none.
pub(super) type Reached = (IpAddr, Option<Duration>);

/// Looks for the callback's host: the platform pings it, this opens a connection.
pub(super) async fn look(inner: &Inner, input: &Input) -> Vec<Reached> {
    let Ok(account) = inner.tokens.check(input.query("access_token").as_deref(), inner.now()) else {
        return Vec::new();
    };
    let Some(url) = account.settings().pushes_to().and_then(|callback| Url::parse(&callback.url).ok()) else {
        return Vec::new();
    };
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return Vec::new() };
    let host = host.trim_matches(['[', ']']);
    let Ok(Ok(found)) = tokio::time::timeout(PATIENCE, lookup_host((host, port))).await else { return Vec::new() };
    let found: Vec<SocketAddr> = found.collect();
    futures::future::join_all(found.into_iter().map(reach)).await
}

async fn reach(address: SocketAddr) -> Reached {
    let began = Instant::now();
    let connected = tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await;
    (address.ip(), connected.is_ok_and(|stream| stream.is_ok()).then(|| began.elapsed()))
}

/// A success carries no errcode (the page's sample). 40202 and 40203 are for a wrong action and a wrong operator; 40201
/// for an account without a callback.
pub(super) fn check(account: &AccountState, input: &Input, hosts: &[Reached]) -> Outcome {
    let order: Order = input.json()?;
    let (dns, ping) = match order.action.as_str() {
        "dns" => (true, false),
        "ping" => (false, true),
        "all" => (true, true),
        _ => return Err(40202.into()),
    };
    let operator = match order.check_operator.as_str() {
        "DEFAULT" => "CAP",
        named @ ("CHINANET" | "UNICOM" | "CAP") => named,
        _ => return Err(40203.into()),
    };
    if account.settings().pushes_to().is_none() {
        return Err(40201.into());
    }
    let mut answer = json!({});
    if dns {
        let found = hosts.iter().map(|(ip, _)| json!({ "ip": ip.to_string(), "real_operator": "CAP" }));
        answer["dns"] = found.collect();
    }
    if ping {
        answer["ping"] = hosts.iter().map(|(ip, time)| pinged(*ip, *time, operator)).collect();
    }
    Ok(answer.to_string())
}

fn pinged(ip: IpAddr, time: Option<Duration>, operator: &str) -> Value {
    let (loss, time) = match time {
        Some(time) => ("0%", format!("{:.3}ms", time.as_secs_f64() * 1000.0)),
        None => ("100%", String::new()),
    };
    json!({ "ip": ip.to_string(), "from_operator": operator, "package_loss": loss, "time": time })
}

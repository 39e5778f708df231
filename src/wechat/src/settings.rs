//! How the client connects.

use std::time::Duration;

use url::Url;

/// The official host (all API pages). Others exist: `api2.` for disasters, `sh.`, `sz.` and `hk.` by region.
pub const DEFAULT_BASE: &str = "https://api.weixin.qq.com";

/// How the client connects.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// Where the API is; it may have a path, as a reverse proxy with a whitelisted address may want.
    pub base: Url,
    /// For DNS, TCP and TLS together. Must be shorter than `timeout`, or a dead host counts as "may have been sent".
    pub connect_timeout: Duration,
    /// For the whole call.
    pub timeout: Duration,
    /// How long an unused connection is kept. Shorter than the other side's patience: a request written to a
    /// connection that is just being closed ends as "may have been sent".
    pub pool_idle_timeout: Duration,
    /// The header `User-Agent`.
    pub user_agent: String,
}

impl ClientSettings {
    /// The usual times with the API elsewhere.
    pub fn at(base: Url) -> Self {
        Self {
            base,
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(10),
            pool_idle_timeout: Duration::from_secs(20),
            user_agent: concat!("yanshu/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// The usual times at the official host.
    pub fn official() -> Result<Self, url::ParseError> {
        DEFAULT_BASE.parse().map(Self::at)
    }
}

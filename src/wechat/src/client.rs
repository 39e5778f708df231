//! The connection to the platform.

mod call;

use std::fmt;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, retry};
use url::{Host, Url};

use crate::error::BuildError;
use crate::settings::ClientSettings;
use crate::tls;

/// A client of the platform. Clones share one pool of connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    /// Without a slash at the end: the API's paths begin with one.
    base: String,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Client {
    /// Makes a client; nothing is connected yet.
    pub fn new(settings: ClientSettings) -> Result<Self, BuildError> {
        let base = &settings.base;
        if !matches!(base.scheme(), "http" | "https") || !base.has_host() {
            return Err(BuildError::Base { scheme: base.scheme().to_owned() });
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(BuildError::BaseQuery);
        }
        tls::install_provider();
        let http = match builder(&settings).build() {
            Ok(http) => http,
            Err(_no_system_roots) => {
                builder(&settings).tls_backend_preconfigured(tls::bundled_roots()?).build().map_err(BuildError::Http)?
            }
        };
        Ok(Self { http, base: base.as_str().trim_end_matches('/').to_owned() })
    }
}

fn builder(settings: &ClientSettings) -> ClientBuilder {
    let builder = reqwest::Client::builder()
        .user_agent(&settings.user_agent)
        .connect_timeout(settings.connect_timeout)
        .timeout(settings.timeout)
        .pool_idle_timeout(settings.pool_idle_timeout)
        .pool_max_idle_per_host(4_096)
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(15))
        // One request per connection at a time: when a connection breaks, exactly one call is in doubt.
        .http1_only()
        // A send must never be repeated behind our back, neither by a redirect nor by a retry.
        .redirect(Policy::none())
        .retry(retry::never());
    if is_loopback(&settings.base) { builder.no_proxy() } else { builder }
}

/// A simulator on this machine is never behind the proxy of the environment.
fn is_loopback(base: &Url) -> bool {
    match base.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

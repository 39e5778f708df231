//! The connections: those that heed the proxy of the environment, and those that do not.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, retry};
use url::{Host, Url};

use crate::error::BuildError;
use crate::settings::ClientSettings;
use crate::tls;

/// One pool for all addresses behind the environment's proxy (where there is one) and one for this machine, each made when
/// the first address needs it.
pub(super) struct Pools {
    settings: ClientSettings,
    outside: OnceLock<reqwest::Client>,
    loopback: OnceLock<reqwest::Client>,
}

impl Pools {
    pub(super) fn new(settings: ClientSettings) -> Self {
        Self { settings, outside: OnceLock::new(), loopback: OnceLock::new() }
    }

    /// The connections for an address.
    pub(super) fn of(&self, base: &Url) -> Result<reqwest::Client, BuildError> {
        let is_loopback = is_loopback(base);
        let pool = if is_loopback { &self.loopback } else { &self.outside };
        if let Some(http) = pool.get() {
            return Ok(http.clone());
        }
        let made = self.make(is_loopback)?;
        // Of two made at one time, one is kept.
        Ok(pool.get_or_init(|| made).clone())
    }

    fn make(&self, is_loopback: bool) -> Result<reqwest::Client, BuildError> {
        let builder = || if is_loopback { builder(&self.settings).no_proxy() } else { builder(&self.settings) };
        builder().build().or_else(|_no_system_roots| {
            builder().tls_backend_preconfigured(tls::bundled_roots()?).build().map_err(BuildError::Http)
        })
    }
}

fn builder(settings: &ClientSettings) -> ClientBuilder {
    reqwest::Client::builder()
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
        .retry(retry::never())
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

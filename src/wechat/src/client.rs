//! The connection to the platform.

mod call;
mod pools;

pub(crate) use call::Address;

use std::fmt;
use std::sync::Arc;

use url::Url;

use crate::error::BuildError;
use crate::settings::ClientSettings;
use crate::tls;
use pools::Pools;

/// A client of the platform. Clones, and clients of other addresses made by [`Client::at`], share their connections.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    pools: Arc<Pools>,
    /// Without a slash at the end: the API's paths begin with one.
    base: String,
    base_url: Url,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Client {
    /// Makes a client; nothing is connected yet.
    pub fn new(settings: ClientSettings) -> Result<Self, BuildError> {
        let base = settings.base.clone();
        tls::install_provider();
        Self::of(Arc::new(Pools::new(settings)), &base)
    }

    /// A client of another address with the same settings, such as a mini program's own proxy.
    pub fn at(&self, base: &Url) -> Result<Self, BuildError> {
        Self::of(self.pools.clone(), base)
    }

    fn of(pools: Arc<Pools>, base: &Url) -> Result<Self, BuildError> {
        check(base)?;
        let http = pools.of(base)?;
        Ok(Self { http, pools, base: base.as_str().trim_end_matches('/').to_owned(), base_url: base.clone() })
    }

    /// Where the platform is, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }
}

fn check(base: &Url) -> Result<(), BuildError> {
    if !matches!(base.scheme(), "http" | "https") || !base.has_host() {
        return Err(BuildError::Base { scheme: base.scheme().to_owned() });
    }
    if base.query().is_some() || base.fragment().is_some() {
        return Err(BuildError::BaseQuery);
    }
    Ok(())
}

//! TLS: the ring provider, and certificate authorities where the machine has none.

use rustls::{
    ClientConfig, RootCertStore,
    crypto::{CryptoProvider, ring},
};
use std::sync::Arc;

/// Makes ring the provider of the process, unless it has one already.
pub(crate) fn install_provider() {
    if CryptoProvider::get_default().is_none() {
        // It fails only when another thread was quicker, which is as good.
        drop(ring::default_provider().install_default());
    }
}

/// Trusts the authorities of Mozilla's list, as compiled in: small containers come without any.
pub(crate) fn bundled_roots() -> Result<ClientConfig, rustls::Error> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    Ok(builder.with_safe_default_protocol_versions()?.with_root_certificates(roots).with_no_client_auth())
}

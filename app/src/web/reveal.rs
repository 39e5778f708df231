//! A secret on its way from the action that made it to the page that shows it, once. It is sealed meanwhile: sessions are
//! stored.

use super::Context;
use secrecy::{ExposeSecret, SecretString};
use service::{UseError, UseResult, keys::Purpose};

/// Leaves a secret for the next page of this name.
///
/// # Errors
/// When it cannot be sealed or the session not be written.
pub async fn leave_secret(ctx: &Context, name: &str, secret: &SecretString) -> UseResult<()> {
    let sealed = ctx.services.keys().seal(Purpose::Shown, secret)?;
    ctx.session.insert(&key(name), sealed).await.map_err(|_| UseError::Internal("the session cannot be written"))
}

/// Takes it away, if there is one. It is looked for first: a page that is only read must not write.
pub async fn take_secret(ctx: &Context, name: &str) -> Option<String> {
    ctx.session.get_value(&key(name)).await.ok().flatten()?;
    let sealed: Option<String> = ctx.session.remove(&key(name)).await.ok().flatten();
    let secret = ctx.services.keys().open(Purpose::Shown, &sealed?).ok()?;
    Some(secret.expose_secret().to_owned())
}

fn key(name: &str) -> String {
    format!("shown_{name}")
}

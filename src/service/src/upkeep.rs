//! What is cleared away now and again.

use crate::{Services, UseResult};
use model::Millis;
use std::time::Duration;

/// Removes sessions that ended, answers of named requests that are a day old, drafts of orders that broke off, old
/// webhooks, files that were handed in a week ago, and with a `retention` what ended longer ago than that; without one the
/// big tables are only made ready for what comes. In small steps: sending goes on meanwhile. Ends early when `stop` says
/// so.
///
/// # Errors
/// When the database fails; the next time does the rest.
pub async fn keep_up(services: &Services, retention: Option<Duration>, stop: impl Fn() -> bool) -> UseResult<()> {
    let now = services.now();
    services.store.delete_expired_sessions(now).await?;
    services.forget_named_requests().await?;
    services.forget_broken_orders().await?;
    services.tidy_webhooks().await?;
    services.forget_old_imports().await?;
    services.remove_strays().await?;
    let before = retention.map(|kept| cutoff(now, kept));
    let mut notices = 0;
    loop {
        let tidied = services.store.tidy(before, now).await?;
        notices += tidied.notices;
        if !tidied.more || stop() {
            break;
        }
    }
    if notices > 0 {
        tracing::info!(notices, "deliveries of notices that ended long ago were removed");
    }
    Ok(())
}

fn cutoff(now: Millis, kept: Duration) -> Millis {
    now.saturating_sub(Millis::try_from(kept.as_millis()).unwrap_or(Millis::MAX))
}

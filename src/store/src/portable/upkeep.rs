//! Removing what is older than is kept.

use super::{super::upkeep, dialect::Backend};
use crate::{StoreResult, Tidied, Upkeep};
use async_trait::async_trait;
use model::Millis;

#[async_trait]
impl Upkeep for Backend {
    async fn tidy(&self, before: Option<Millis>, now: Millis) -> StoreResult<Tidied> {
        upkeep::tidy(self, before, now).await
    }
}

//! The storage boundary, one trait per concern; [`Store`] is all of them.

mod api_keys;
mod callbacks;
mod checks;
mod control;
mod deliveries;
mod grants;
mod heard;
mod imports;
mod mini_programs;
mod notices;
mod people;
mod platform;
mod recipients;
mod statistics;
mod subscribers;
mod templates;
mod tokens;
mod traits_of_people;
mod upkeep;
mod webhooks;
mod workers;

pub use api_keys::*;
pub use callbacks::*;
pub use checks::*;
pub use control::*;
pub use deliveries::*;
pub use grants::*;
pub use heard::*;
pub use imports::*;
pub use mini_programs::*;
pub use notices::*;
pub use people::*;
pub use platform::*;
pub use recipients::*;
pub use statistics::*;
pub use subscribers::*;
pub use templates::*;
pub use tokens::*;
pub use traits_of_people::*;
pub use upkeep::*;
pub use webhooks::*;
pub use workers::*;

use crate::StoreResult;
use async_trait::async_trait;

/// Everything that is stored. Object safe: the rest of the program holds an `Arc<dyn Store>`.
#[async_trait]
pub trait Store:
    MiniPrograms
    + Templates
    + Subscribers
    + Grants
    + Notices
    + Control
    + Deliveries
    + Statistics
    + People
    + Tokens
    + Callbacks
    + Platform
    + Recipients
    + Imports
    + Checks
    + Traits
    + Upkeep
    + Workers
    + ApiKeys
    + Webhooks
    + std::fmt::Debug
    + Send
    + Sync
{
    /// `sqlite` or `postgres`.
    fn dialect(&self) -> &'static str;

    /// Whether the database answers and can be written to.
    async fn ping(&self) -> StoreResult<()>;

    /// What other processes announce.
    fn heard(&self) -> &Heard;

    /// Closes all connections, after what is under way.
    async fn close(&self);
}

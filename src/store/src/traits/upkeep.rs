//! Keeping the big tables small.

use crate::StoreResult;
use async_trait::async_trait;
use model::Millis;

/// What was tidied up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tidied {
    /// Notices whose deliveries are all gone now.
    pub notices: i64,
    /// Whether there is more to do at once: the work is done in small steps, so that sending goes on meanwhile.
    pub more: bool,
}

/// Upkeep.
#[async_trait]
pub trait Upkeep {
    /// A step of the upkeep, to be repeated while there is `more`. Removes deliveries and attempts of notices that ended
    /// before `before` (`None`: everything is kept); counts, counters and the ledger stay. PostgreSQL drops whole months,
    /// and begins a new part of the big tables with each month; it therefore keeps a month until all of it is old enough.
    /// Drafts that are as old go with their month.
    async fn tidy(&self, before: Option<Millis>, now: Millis) -> StoreResult<Tidied>;
}

//! How many subscribers there are, without counting a million rows for each page. Nobody is ever removed, so whoever was
//! counted once needs no second look.

use crate::{Services, UseResult};
use model::{Millis, ids::MiniProgramId};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// So many of the newest are counted again each time: on PostgreSQL one with a lower number may appear after one with a
/// higher number.
const NEWEST: i64 = 10_000;
/// Everybody is counted again after so long, should such a transaction have taken in more than that.
const LASTS_MS: Millis = 3_600_000;

/// What was counted, by mini program.
#[derive(Debug, Default)]
pub(crate) struct Headcounts(Mutex<HashMap<MiniProgramId, Counted>>);

#[derive(Clone, Copy, Debug)]
struct Counted {
    /// So many up to this one.
    n: i64,
    up_to: i64,
    at: Millis,
}

impl Services {
    /// How many subscribers a mini program has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_subscribers(&self, id: MiniProgramId) -> UseResult<i64> {
        let now = self.now();
        if let Some(counted) = self.headcounts.of(id, now) {
            let (newer, _) = self.store.count_subscribers_after(id, counted.up_to).await?;
            return Ok(counted.n + newer);
        }
        let (all, last) = self.store.count_subscribers_after(id, 0).await?;
        let up_to = last - NEWEST;
        if up_to > 0 {
            let (newest, _) = self.store.count_subscribers_after(id, up_to).await?;
            self.headcounts.note(id, Counted { n: all.saturating_sub(newest), up_to, at: now });
        }
        Ok(all)
    }
}

impl Headcounts {
    fn of(&self, id: MiniProgramId, now: Millis) -> Option<Counted> {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).copied();
        counted.filter(|counted| (0..LASTS_MS).contains(&(now - counted.at)))
    }

    fn note(&self, id: MiniProgramId, counted: Counted) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, counted);
    }
}

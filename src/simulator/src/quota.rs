//! The daily numbers of calls and their resets.

/// Calls of the current day, and when the counts were reset.
#[derive(Debug, Default)]
pub(crate) struct Quota {
    sends: Daily,
    lists: Daily,
    resets_ms: Vec<i64>,
}

/// Resets per month (openApi management): shared by console and API.
const RESETS_PER_MONTH: usize = 10;
/// A rolling month instead of a calendar one: nobody tests against the first of the month.
const MONTH_MS: i64 = 30 * 86_400_000;

impl Quota {
    /// Counts a send; false when the day's quota was used up before.
    pub fn take(&mut self, limit: u64, now_ms: i64) -> bool {
        self.sends.take(limit, now_ms)
    }

    pub fn used(&mut self, now_ms: i64) -> u64 {
        self.sends.used(now_ms)
    }

    /// Counts a call of gettemplate; false when the day's quota was used up before.
    pub fn take_list(&mut self, limit: u64, now_ms: i64) -> bool {
        self.lists.take(limit, now_ms)
    }

    pub fn lists_used(&mut self, now_ms: i64) -> u64 {
        self.lists.used(now_ms)
    }

    pub fn resets_left(&mut self, now_ms: i64) -> usize {
        self.resets_ms.retain(|at| *at > now_ms - MONTH_MS);
        RESETS_PER_MONTH.saturating_sub(self.resets_ms.len())
    }

    /// Sets the counts back to zero; false when that was done ten times this month.
    pub fn reset(&mut self, now_ms: i64) -> bool {
        if self.resets_left(now_ms) == 0 {
            return false;
        }
        self.resets_ms.push(now_ms);
        self.sends = Daily::default();
        self.lists = Daily::default();
        true
    }
}

/// A count that begins anew every day at midnight in Beijing.
#[derive(Debug, Default)]
pub(crate) struct Daily {
    day: i64,
    count: u64,
}

impl Daily {
    pub fn take(&mut self, limit: u64, now_ms: i64) -> bool {
        let free = self.used(now_ms) < limit;
        self.count += u64::from(free);
        free
    }

    pub fn used(&mut self, now_ms: i64) -> u64 {
        let day = (now_ms + 8 * 3_600_000).div_euclid(86_400_000);
        if day != self.day {
            *self = Self { day, count: 0 };
        }
        self.count
    }
}

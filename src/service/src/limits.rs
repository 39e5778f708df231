//! How often one address or one person may call the mini program's API.

use crate::{UseError, UseResult};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _, clock::DefaultClock,
    middleware::StateInformationMiddleware, state::keyed::DashMapStateStore,
};
use model::ids::{ApiKeyId, MiniProgramId};
use std::num::NonZeroU32;

/// As [`DefaultKeyedRateLimiter`], telling how much is left.
type TellingLimiter<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// Calls per minute; 0: no limit.
#[derive(Clone, Copy, Debug)]
pub struct LimitSettings {
    /// From one address. Generous: a whole town may come from one, and so does a back end that passes reports on.
    pub per_address: u32,
    /// About one person.
    pub per_openid: u32,
    /// With one key of the business API, in one process.
    pub per_key: u32,
}

/// How many calls of a minute are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Calls a minute.
    pub limit: u32,
    /// Of these, left now.
    pub remaining: u32,
    /// Seconds until all of them are there again.
    pub reset_secs: u64,
    /// Seconds until the next call may be made; 0: at once.
    pub retry_secs: u64,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self { per_address: 3_000, per_openid: 60, per_key: 600 }
    }
}

/// Refused pushes of one mini program that are counted in a minute. Anybody may send such, and each that is counted is a
/// write to the database.
const REFUSALS: NonZeroU32 = NonZeroU32::MIN.saturating_add(59);

/// The counters of this process.
#[derive(Debug)]
pub(crate) struct Limits {
    refusal: DefaultKeyedRateLimiter<MiniProgramId>,
    address: Option<DefaultKeyedRateLimiter<String>>,
    openid: Option<DefaultKeyedRateLimiter<String>>,
    key: Option<(NonZeroU32, TellingLimiter<ApiKeyId>)>,
    clock: DefaultClock,
}

impl Limits {
    pub(crate) fn new(settings: LimitSettings) -> Self {
        let limiter = |n| NonZeroU32::new(n).map(|n| RateLimiter::keyed(Quota::per_minute(n)));
        Self {
            refusal: RateLimiter::keyed(Quota::per_minute(REFUSALS)),
            address: limiter(settings.per_address),
            openid: limiter(settings.per_openid),
            key: NonZeroU32::new(settings.per_key)
                .map(|n| (n, RateLimiter::keyed(Quota::per_minute(n)).with_middleware::<StateInformationMiddleware>())),
            clock: DefaultClock::default(),
        }
    }

    /// Whether another refused push of a mini program is worth a write.
    pub(crate) fn counts_refusal(&self, id: MiniProgramId) -> bool {
        self.refusal.check_key(&id).is_ok()
    }

    pub(crate) fn address(&self, address: &str) -> UseResult<()> {
        self.check(self.address.as_ref(), address)
    }

    /// `None`: there is no limit.
    pub(crate) fn api_key(&self, key: ApiKeyId) -> Result<Option<Rate>, Rate> {
        let Some((limit, limiter)) = &self.key else { return Ok(None) };
        let limit = limit.get();
        let rate = |remaining: u32, retry_secs| {
            let used = u64::from(limit.saturating_sub(remaining));
            Rate { limit, remaining, reset_secs: (used * 60).div_ceil(u64::from(limit)), retry_secs }
        };
        match limiter.check_key(&key) {
            Ok(state) => Ok(Some(rate(state.remaining_burst_capacity(), 0))),
            Err(until) => Err(rate(0, until.wait_time_from(self.clock.now()).as_secs() + 1)),
        }
    }

    pub(crate) fn openid(&self, openid: &str) -> UseResult<()> {
        self.check(self.openid.as_ref(), openid)
    }

    fn check(&self, limiter: Option<&DefaultKeyedRateLimiter<String>>, key: &str) -> UseResult<()> {
        let Some(limiter) = limiter else { return Ok(()) };
        // Keys that have been quiet for long enough are as good as new: forget them before they become many.
        if limiter.len() > 100_000 {
            limiter.retain_recent();
        }
        limiter.check_key(&key.to_owned()).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            UseError::TooMany { retry_after_secs: i64::try_from(wait.as_secs()).unwrap_or(60) + 1 }
        })
    }
}

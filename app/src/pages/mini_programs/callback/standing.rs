//! How a callback stands, in one word.

use model::{
    Millis,
    callback::{CallbackCount, CallbackTally},
};
use service::CallbackHealth;

/// What matters most of a callback's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pages) enum Standing {
    /// Not set up.
    Off,
    /// Something was refused since the last thing that was good.
    Trouble(CallbackTally),
    /// Sends went out, and no result of one was heard of for so many hours.
    Silent(i64),
    /// Events come; the last one then.
    Good(Millis),
    /// WeChat verified the address; no event yet.
    Verified(Millis),
    /// Set up or changed here; WeChat was not heard of since.
    Waiting,
}

/// Reads the health.
pub(in crate::pages) fn standing(health: &CallbackHealth) -> Standing {
    if health.mode.is_none() {
        return Standing::Off;
    }
    // What was heard under an older token says nothing of this one.
    let since = health.set_at.unwrap_or(Millis::MIN);
    let heard = health.heard_at.unwrap_or(Millis::MIN);
    let troubles = health.tallies.iter().filter(|tally| tally.what.is_trouble() && tally.last_at >= since);
    let newest = troubles.max_by_key(|tally| tally.last_at);
    if let Some(trouble) = newest.filter(|trouble| trouble.last_at > heard) {
        return Standing::Trouble(*trouble);
    }
    if let Some(hours) = health.silent_hours {
        return Standing::Silent(hours);
    }
    let verified = health.of(CallbackCount::Verified).map(|tally| tally.last_at);
    match (last_event(health).filter(|at| *at >= since), verified.filter(|at| *at >= since)) {
        (Some(at), _) => Standing::Good(at),
        (None, Some(at)) => Standing::Verified(at),
        (None, None) => Standing::Waiting,
    }
}

/// When the last event came, of whatever kind.
pub(in crate::pages) fn last_event(health: &CallbackHealth) -> Option<Millis> {
    use CallbackCount::{Change, Duplicate, Other, Popup, Sent};
    [Popup, Change, Sent, Other, Duplicate].into_iter().filter_map(|what| health.of(what)).map(|t| t.last_at).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::mini_program::CallbackMode;

    fn health(tallies: &[(CallbackCount, Millis)], silent_hours: Option<i64>) -> CallbackHealth {
        let tallies: Vec<_> = tallies
            .iter()
            .map(|(what, last_at)| CallbackTally { what: *what, n: 1, last_at: *last_at, last_lag_ms: None })
            .collect();
        let heard_at = tallies
            .iter()
            .filter(|t| !t.what.is_trouble() && t.what != CallbackCount::Unmatched)
            .map(|t| t.last_at)
            .max();
        CallbackHealth {
            mode: Some(CallbackMode::Safe),
            set_at: None,
            tallies,
            heard_at,
            silent_hours,
            waiting_since: None,
            latest: Vec::new(),
        }
    }

    #[test]
    fn a_trouble_counts_until_something_good_is_heard() {
        use CallbackCount::{BadSignature, Popup, Verified};
        assert_eq!(standing(&CallbackHealth { mode: None, ..health(&[(Popup, 5)], None) }), Standing::Off);
        assert_eq!(standing(&health(&[], None)), Standing::Waiting);
        assert_eq!(standing(&health(&[(Verified, 3)], None)), Standing::Verified(3));
        assert_eq!(standing(&health(&[(Verified, 3), (Popup, 7), (BadSignature, 5)], None)), Standing::Good(7));
        let bad = standing(&health(&[(Popup, 7), (BadSignature, 9)], Some(8)));
        assert!(matches!(bad, Standing::Trouble(tally) if tally.what == BadSignature), "{bad:?}");
        assert_eq!(standing(&health(&[(Popup, 7), (BadSignature, 5)], Some(8))), Standing::Silent(8));
    }

    #[test]
    fn what_was_heard_before_a_change_says_nothing_of_it() {
        use CallbackCount::{BadSignature, Popup, Verified};
        let since = |set_at, tallies: &[_]| standing(&CallbackHealth { set_at: Some(set_at), ..health(tallies, None) });
        assert_eq!(since(10, &[(Verified, 3), (Popup, 7)]), Standing::Waiting);
        assert_eq!(since(10, &[(Popup, 7), (BadSignature, 9)]), Standing::Waiting);
        assert_eq!(since(10, &[(Verified, 10), (Popup, 7)]), Standing::Verified(10));
        assert_eq!(since(10, &[(Verified, 10), (Popup, 11)]), Standing::Good(11));
    }
}

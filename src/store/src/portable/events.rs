//! Stored pushes: taken in, worked off, listed, thrown away.
//!
//! Locks are taken in one order, which is that of everybody else: the events; deliveries; subscribers; grants by
//! template, then by key; counts; tallies.

mod answers;
mod batch;
pub(super) mod list;
mod lookup;
mod matching;
pub(super) mod prune;
pub(super) mod sent;
pub(super) mod store;
pub(super) mod tally;
pub(super) mod work;

use super::{counts, dialect, grants, query, query_as, subscribers, webhooks};
use model::{Millis, callback::CallbackEvent};

/// A push that cannot have its effect is tried for so long.
const GIVEN_UP_AFTER_MS: Millis = 3_600_000;
/// The first time between two tries; it doubles up to the longest.
const FIRST_DELAY_MS: Millis = 2_000;
const LONGEST_DELAY_MS: Millis = 600_000;

/// A push that is being worked off.
#[derive(Debug)]
struct Push {
    id: i64,
    mini_program: i64,
    received_at: Millis,
    tries: i64,
    /// When it happened: never after now, and when it arrived where it carries no time.
    at: Millis,
    event: CallbackEvent,
}

/// What becomes of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It had its effect.
    Done,
    /// Done, and nothing of ours fits it.
    Unmatched,
    /// To be tried again.
    PutOff,
}

/// Whether a push that cannot have its effect now is given up.
fn is_over(received_at: Millis, now: Millis) -> bool {
    now - received_at >= GIVEN_UP_AFTER_MS
}

/// When to try again; at the latest when it is given up.
fn next_try(received_at: Millis, tries: i64, now: Millis) -> Millis {
    let doublings = u32::try_from(tries.clamp(0, 20)).unwrap_or(0);
    let delay = (FIRST_DELAY_MS << doublings).min(LONGEST_DELAY_MS);
    (now + delay).min(received_at + GIVEN_UP_AFTER_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_ever_further_apart_and_the_last_is_after_an_hour() {
        let delays: Vec<_> = (0..12).map(|tries| next_try(0, tries, 0)).collect();
        assert_eq!(delays[..3], [2_000, 4_000, 8_000]);
        assert_eq!(delays[9..], [600_000; 3]);
        assert_eq!(next_try(0, 5, 3_599_000), 3_600_000);
        assert!(!is_over(0, 3_599_999) && is_over(0, 3_600_000));
    }
}

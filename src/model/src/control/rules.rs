//! How a mini program's notices are sent.

use serde::{Deserialize, Serialize};

/// What a person may set about the sending of a mini program's notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendRules {
    /// Percent of failures that pause a notice; 0: never. The audience's own reasons do not count.
    pub fail_share: i64,
    /// So many deliveries have to have ended before the share is judged.
    pub fail_after: i64,
    /// Minutes of the local day between which notices to more than one person wait; the end may be before the beginning.
    pub quiet: Option<(i64, i64)>,
    /// At most so many messages to a person in so many days.
    pub cap: Option<(i64, i64)>,
    /// More messages than these need a second person.
    pub approve_above: Option<i64>,
}

impl Default for SendRules {
    fn default() -> Self {
        Self { fail_share: 50, fail_after: 50, quiet: None, cap: None, approve_above: None }
    }
}

impl SendRules {
    /// Whether a notice of so many messages needs a second person.
    #[must_use]
    pub fn needs_approval(&self, messages: i64) -> bool {
        self.approve_above.is_some_and(|above| messages > above)
    }

    /// Whether so many failures of so many ended are too many.
    #[must_use]
    pub fn fails_too_often(&self, failed: i64, ended: i64) -> bool {
        self.fail_share > 0
            && ended >= self.fail_after.max(1)
            && failed.saturating_mul(100) > ended.saturating_mul(self.fail_share)
    }

    /// Whether a minute of the local day is quiet.
    #[must_use]
    pub fn is_quiet(&self, minute: i64) -> bool {
        self.quiet.is_some_and(
            |(from, to)| {
                if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to }
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_judged_only_after_enough_have_ended() {
        let rules = SendRules::default();
        assert!(!rules.fails_too_often(49, 49));
        assert!(!rules.fails_too_often(25, 50));
        assert!(rules.fails_too_often(26, 50));
        assert!(!SendRules { fail_share: 0, ..rules }.fails_too_often(50, 50));
    }

    #[test]
    fn quiet_hours_may_go_over_midnight() {
        let night = SendRules { quiet: Some((22 * 60, 8 * 60)), ..SendRules::default() };
        assert_eq!([0, 479, 480, 1_319, 1_320].map(|minute| night.is_quiet(minute)), [true, true, false, false, true]);
        let noon = SendRules { quiet: Some((720, 840)), ..night };
        assert_eq!([719, 720, 839, 840].map(|minute| noon.is_quiet(minute)), [false, true, true, false]);
    }
}

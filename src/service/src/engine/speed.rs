//! How fast a mini program's calls go and how many of them met a busy platform, over the last second or two.

use model::Millis;

/// So many busy answers at least before anything slows down.
const FEW: u64 = 2;
/// One in so many answers may be busy: the platform has such moments.
const ONE_IN: u64 = 20;

/// Answers by second.
#[derive(Debug, Default)]
pub(super) struct Speed {
    second: Millis,
    now: Second,
    before: Second,
}

#[derive(Clone, Copy, Debug, Default)]
struct Second {
    answers: u64,
    busy: u64,
}

impl Speed {
    /// Takes down an answer; the calls a second when so many of them were busy that it has to go slower.
    pub(super) fn answered(&mut self, is_busy: bool, now: Millis) -> Option<i64> {
        let second = now.div_euclid(1_000);
        if second != self.second {
            self.before = if second == self.second + 1 { self.now } else { Second::default() };
            (self.second, self.now) = (second, Second::default());
        }
        self.now.answers += 1;
        self.now.busy += u64::from(is_busy);
        let busy = self.now.busy + self.before.busy;
        let answers = self.now.answers + self.before.answers;
        (is_busy && busy >= FEW && busy * ONE_IN >= answers).then(|| self.calls())
    }

    fn calls(&self) -> i64 {
        i64::try_from(self.now.answers.max(self.before.answers)).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_moment_now_and_then_slows_nothing_down() {
        let mut speed = Speed::default();
        assert_eq!(speed.answered(true, 1_000), None, "a single one says nothing");
        for call in 0..2_000 {
            assert_eq!(speed.answered(call % 40 == 0, 2_000 + call / 2), None);
        }
    }

    #[test]
    fn a_platform_that_is_busy_slows_it_down_from_what_it_was() {
        let mut speed = Speed::default();
        for call in 0..500 {
            speed.answered(false, 1_000 + call);
        }
        let told: Vec<_> = (0..60).filter_map(|call| speed.answered(true, 2_000 + call)).collect();
        assert_eq!(told.first(), Some(&500));
    }
}

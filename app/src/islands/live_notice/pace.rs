//! How fast a notice is sent, in whole numbers.

use model::Lang;

/// So many deliveries in so many milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace {
    done: i64,
    ms: i64,
}

/// Less than this says nothing about the rate.
const LEAST_MS: i64 = 1_000;

impl Pace {
    /// What the server knew when it made the page.
    pub(super) fn since_start(done: i64, ms: i64) -> Option<Self> {
        (done > 0 && ms >= LEAST_MS).then_some(Self { done, ms })
    }

    /// Between two looks, each how many were done and when; `None` while they are too close.
    pub(super) fn between(from: (i64, i64), to: (i64, i64)) -> Option<Option<Self>> {
        let ms = to.1 - from.1;
        (ms >= LEAST_MS).then(|| Self::since_start(to.0 - from.0, ms))
    }

    /// Deliveries per second; with one decimal below 10.
    pub(super) fn rate(self) -> String {
        let tenths = self.done * 10_000 / self.ms;
        let whole = (tenths / 10).to_string();
        if tenths >= 100 { whole } else { [whole.as_str(), ".", &(tenths % 10).to_string()].concat() }
    }

    /// How long so many more take; `None` when nothing is left.
    pub(super) fn seconds_for(self, left: i64) -> Option<i64> {
        (left > 0).then(|| (left.saturating_mul(self.ms) / self.done + 999) / 1_000)
    }
}

/// A duration in words, rounded as one would say it.
pub(super) fn in_words(seconds: i64, lang: Lang) -> String {
    let (n, zh, en) = match seconds {
        ..100 => (seconds, " 秒", " s"),
        100..6_000 => ((seconds + 30) / 60, " 分钟", " min"),
        _ => ((seconds + 1_800) / 3_600, " 小时", " h"),
    };
    [n.to_string().as_str(), lang.t(zh, en)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_and_what_is_left_follow_from_what_was_done() {
        let pace = Pace::since_start(250, 10_000).map(|p| (p.rate(), p.seconds_for(1_000), p.seconds_for(0)));
        assert_eq!(pace, Some(("25".to_owned(), Some(40), None)));
        assert_eq!(Pace::since_start(7, 2_000).map(Pace::rate), Some("3.5".to_owned()));
    }

    #[test]
    fn too_short_a_time_says_nothing() {
        assert_eq!(Pace::since_start(5, 10), None);
        assert_eq!(Pace::between((0, 0), (5, 500)), None);
        assert_eq!(Pace::between((5, 0), (5, 5_000)), Some(None));
    }

    #[test]
    fn durations_are_said_in_the_unit_that_fits() {
        assert_eq!(in_words(99, Lang::Zh), "99 秒");
        assert_eq!(in_words(150, Lang::En), "3 min");
        assert_eq!(in_words(7_200, Lang::Zh), "2 小时");
    }
}

//! What the meter showed over the last minutes, so that rates and percentiles of now can be told.

use super::super::meter::{Fate, Meter, Times};
use model::{
    ids::MiniProgramId,
    worker::{Beat, ErrorTally, Pace},
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::atomic::Ordering::Relaxed,
    time::{Duration, Instant},
};

const RATE_OVER: Duration = Duration::from_secs(10);
const FIGURES_OVER: Duration = Duration::from_secs(60);
const ERRORS_OVER: Duration = Duration::from_secs(300);
/// The most that one beat tells of errors and of mini programs.
const MOST_TOLD: usize = 50;

/// One mini program at one moment.
#[derive(Clone, Debug, Default)]
struct Share {
    sent: u64,
    failed: u64,
    codes: BTreeMap<Option<i64>, u64>,
}

/// All of the meter at one moment.
#[derive(Debug)]
struct Moment {
    at: Instant,
    shares: BTreeMap<MiniProgramId, Share>,
    calls: Times,
}

impl Moment {
    fn of(meter: &Meter, at: Instant) -> Self {
        let mut calls = Times::default();
        let mut shares = BTreeMap::new();
        for (id, program) in meter.programs() {
            calls.add(&program.calls.read());
            let fate = |fate: Fate| program.fates.get(fate.index()).map_or(0, |n| n.load(Relaxed));
            let share = Share {
                sent: fate(Fate::Sent),
                failed: fate(Fate::Failed) + fate(Fate::Unknown),
                codes: program.codes.read().into_iter().collect(),
            };
            shares.insert(id, share);
        }
        Self { at, shares, calls }
    }

    /// Sent and failed by mini program after an earlier moment.
    fn ended_since(&self, earlier: &Self) -> Vec<(MiniProgramId, u64, u64)> {
        let none = Share::default();
        let of = |(id, share): (&MiniProgramId, &Share)| {
            let before = earlier.shares.get(id).unwrap_or(&none);
            (*id, share.sent.saturating_sub(before.sent), share.failed.saturating_sub(before.failed))
        };
        self.shares.iter().map(of).collect()
    }

    fn errors_since(&self, earlier: &Self) -> Vec<ErrorTally> {
        let mut errors = Vec::new();
        for (id, share) in &self.shares {
            let before = earlier.shares.get(id);
            for (code, n) in &share.codes {
                let then = before.and_then(|share| share.codes.get(code)).copied().unwrap_or(0);
                if *n > then {
                    errors.push(ErrorTally { mini_program: *id, errcode: *code, n: count(n - then) });
                }
            }
        }
        errors.sort_by_key(|tally| std::cmp::Reverse(tally.n));
        errors.truncate(MOST_TOLD);
        errors
    }
}

fn count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Moments of the last five minutes, the oldest first; never empty.
#[derive(Debug)]
pub(super) struct History(VecDeque<Moment>);

impl History {
    /// Begins with what the meter shows now.
    pub(super) fn new(meter: &Meter, now: Instant) -> Self {
        Self(VecDeque::from([Moment::of(meter, now)]))
    }

    /// Looks at the meter once more.
    pub(super) fn look(&mut self, meter: &Meter, now: Instant) {
        self.0.push_back(Moment::of(meter, now));
        // One that is old enough to measure the whole time from is all that is needed of the past.
        while self.0.get(1).is_some_and(|second| now.duration_since(second.at) >= ERRORS_OVER) {
            self.0.pop_front();
        }
    }

    /// The latest moment that lies so far before the last, else the first there is.
    fn before(&self, span: Duration) -> Option<&Moment> {
        let now = self.0.back()?.at;
        self.0.iter().rev().find(|moment| now.duration_since(moment.at) >= span).or_else(|| self.0.front())
    }

    /// The figures of a beat: counts and calls of the last minute, the rate of the last ten seconds, the errors of the last
    /// five minutes.
    pub(super) fn figures(&self) -> Beat {
        let (Some(now), Some(minute)) = (self.0.back(), self.before(FIGURES_OVER)) else { return Beat::default() };
        let ended = now.ended_since(minute);
        let calls = now.calls.since(&minute.calls);
        let paces = ended.iter().map(|(id, sent, failed)| Pace { mini_program: *id, finished: count(sent + failed) });
        Beat {
            sent: count(ended.iter().map(|(_, sent, _)| sent).sum()),
            failed: count(ended.iter().map(|(_, _, failed)| failed).sum()),
            millirate: self.before(RATE_OVER).map_or(0, |then| millirate(then, now)),
            p50_ms: calls.percentile(50),
            p95_ms: calls.percentile(95),
            paces: paces.filter(|pace| pace.finished > 0).take(MOST_TOLD).collect(),
            errors: self.before(ERRORS_OVER).map(|then| now.errors_since(then)).unwrap_or_default(),
            ..Beat::default()
        }
    }
}

fn millirate(then: &Moment, now: &Moment) -> i64 {
    let ended: u64 = now.ended_since(then).iter().map(|(_, sent, failed)| sent + failed).sum();
    let ms = u64::try_from(now.at.duration_since(then.at).as_millis()).unwrap_or(u64::MAX);
    // Of the first moments of a process a rate cannot be told.
    if ms < 500 { 0 } else { count(ended.saturating_mul(1_000_000) / ms) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::Outcome;

    const ID: MiniProgramId = MiniProgramId(1);
    const SENT: Outcome = Outcome::Sent { msgid: None };
    const REFUSED: Outcome = Outcome::Failed { errcode: 43101, no_grant: true };

    fn finish(meter: &Meter, outcome: &Outcome, n: usize) {
        for _ in 0..n {
            meter.program(ID).finished(outcome, Some(Duration::from_millis(40)));
        }
    }

    /// A history and the instant of its last look.
    struct Life {
        history: History,
        now: Instant,
    }

    impl Life {
        fn new(meter: &Meter) -> Self {
            let now = Instant::now();
            Self { history: History::new(meter, now), now }
        }

        fn pass(&mut self, meter: &Meter, secs: u64) -> Beat {
            for _ in 0..secs / 5 {
                self.now += Duration::from_secs(5);
                self.history.look(meter, self.now);
            }
            self.history.figures()
        }
    }

    #[test]
    fn figures_are_of_their_own_spans_and_fade() {
        let meter = Meter::default();
        let mut life = Life::new(&meter);
        finish(&meter, &SENT, 90);
        finish(&meter, &REFUSED, 10);
        let figures = life.pass(&meter, 5);
        assert_eq!((figures.sent, figures.failed, figures.millirate), (90, 10, 20_000));
        assert_eq!(figures.paces, [Pace { mini_program: ID, finished: 100 }]);
        assert_eq!(figures.errors, [ErrorTally { mini_program: ID, errcode: Some(43101), n: 10 }]);
        assert!(figures.p95_ms.is_some_and(|ms| (40..=50).contains(&ms)), "{figures:?}");

        let figures = life.pass(&meter, 30);
        assert_eq!((figures.sent, figures.millirate), (90, 0));
        let figures = life.pass(&meter, 60);
        assert_eq!((figures.sent, figures.failed, figures.p50_ms), (0, 0, None));
        assert_eq!((figures.paces.len(), figures.errors.len()), (0, 1));
        assert_eq!(life.pass(&meter, 300), Beat::default());
        assert!(life.history.0.len() <= 62, "{}", life.history.0.len());
    }

    #[test]
    fn what_was_counted_before_does_not_count_again() {
        let meter = Meter::default();
        finish(&meter, &SENT, 500);
        assert_eq!(Life::new(&meter).pass(&meter, 20), Beat::default());
    }
}

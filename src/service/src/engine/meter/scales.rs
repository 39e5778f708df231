//! Histograms of atomics.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// Quarters of a millisecond are counted singly up to 1 ms; then every doubling has four steps, up to 32.8 s.
const STEPS: usize = 4 + 4 * OCTAVES;
const OCTAVES: usize = 15;
const QUARTER_US: u64 = 250;

/// How long something took, to a quarter of its size.
#[derive(Debug)]
pub(crate) struct Durations {
    /// The last one holds whatever took longer.
    steps: [AtomicU64; STEPS + 1],
    micros: AtomicU64,
}

impl Default for Durations {
    fn default() -> Self {
        Self { steps: [const { AtomicU64::new(0) }; STEPS + 1], micros: AtomicU64::new(0) }
    }
}

impl Durations {
    pub(super) fn count(&self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        if let Some(step) = self.steps.get(step_of(micros)) {
            step.fetch_add(1, Relaxed);
        }
        // Five thousand centuries until it wraps.
        self.micros.fetch_add(micros, Relaxed);
    }

    pub(crate) fn read(&self) -> Times {
        let steps: Vec<u64> = self.steps.iter().map(|n| n.load(Relaxed)).collect();
        Times { count: steps.iter().sum(), micros: self.micros.load(Relaxed), steps }
    }
}

/// A bound belongs to the step below it, as Prometheus has it.
fn step_of(micros: u64) -> usize {
    let quarters = micros.saturating_sub(1) / QUARTER_US;
    if quarters < 4 {
        return usize::try_from(quarters).unwrap_or(STEPS);
    }
    let octave = quarters.ilog2() as usize;
    let within = usize::try_from((quarters >> (octave - 2)) & 3).unwrap_or(0);
    (4 + (octave - 2) * 4 + within).min(STEPS)
}

/// Where a step ends, in microseconds.
fn end_of(step: usize) -> u64 {
    let quarters = match step {
        0..4 => step as u64 + 1,
        _ => (5 + (step as u64 - 4) % 4) << ((step - 4) / 4),
    };
    quarters * QUARTER_US
}

/// What a [`Durations`] held at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times {
    steps: Vec<u64>,
    /// How many.
    pub(crate) count: u64,
    micros: u64,
}

impl Times {
    /// What came after an earlier moment.
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        let before = earlier.steps.iter().copied().chain(std::iter::repeat(0));
        let steps: Vec<u64> = self.steps.iter().zip(before).map(|(now, then)| now.saturating_sub(then)).collect();
        Self { count: steps.iter().sum(), micros: self.micros.saturating_sub(earlier.micros), steps }
    }

    /// Adds another's.
    pub(crate) fn add(&mut self, other: &Self) {
        self.steps.resize(self.steps.len().max(other.steps.len()), 0);
        for (mine, more) in self.steps.iter_mut().zip(&other.steps) {
            *mine += more;
        }
        self.count += other.count;
        self.micros = self.micros.wrapping_add(other.micros);
    }

    /// So many of 100 took at most this long, in milliseconds rounded up; `None` of nothing.
    pub(crate) fn percentile(&self, percent: u64) -> Option<i64> {
        let wanted = (self.count * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (step, n) in self.steps.iter().enumerate() {
            seen += n;
            if seen >= wanted {
                return i64::try_from(end_of(step.min(STEPS - 1)).div_ceil(1_000)).ok();
            }
        }
        None
    }

    /// In seconds.
    #[expect(clippy::cast_precision_loss, reason = "a sum that is shown")]
    pub(crate) fn sum(&self) -> f64 {
        self.micros as f64 / 1e6
    }

    /// Bounds in seconds, a doubling apart from 1 ms to 32.768 s and then infinity, with how many lie between each and
    /// the one before.
    #[expect(clippy::cast_precision_loss, reason = "bounds of a few seconds")]
    pub(crate) fn buckets(&self) -> Vec<(f64, u64)> {
        let of = |group: usize| self.steps.iter().skip(group * 4).take(4).sum();
        let mut buckets: Vec<(f64, u64)> =
            (0..=OCTAVES).map(|group| (end_of(group * 4 + 3) as f64 / 1e6, of(group))).collect();
        buckets.push((f64::INFINITY, self.steps.iter().skip(STEPS).sum()));
        buckets
    }
}

const DOUBLINGS: usize = 13;

/// How many there were at once: 1, 2, up to 4, up to 8, … up to 4,096, more.
#[derive(Debug, Default)]
pub(crate) struct Sizes {
    steps: [AtomicU64; DOUBLINGS + 1],
    sum: AtomicU64,
}

impl Sizes {
    pub(super) fn count(&self, size: usize) {
        let step = (size.max(1).next_power_of_two().ilog2() as usize).min(DOUBLINGS);
        if let Some(counter) = self.steps.get(step) {
            counter.fetch_add(1, Relaxed);
        }
        self.sum.fetch_add(size as u64, Relaxed);
    }

    /// Sum, number, and buckets as of [`Times::buckets`].
    #[expect(clippy::cast_precision_loss, reason = "bounds of a few thousand")]
    pub(crate) fn read(&self) -> (u64, u64, Vec<(f64, u64)>) {
        let steps: Vec<u64> = self.steps.iter().map(|n| n.load(Relaxed)).collect();
        let bound = |step: usize| if step < DOUBLINGS { (1_u64 << step) as f64 } else { f64::INFINITY };
        let buckets = steps.iter().enumerate().map(|(step, n)| (bound(step), *n)).collect();
        (self.sum.load(Relaxed), steps.iter().sum(), buckets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duration_lies_in_the_step_that_ends_at_or_after_it() {
        for step in 0..STEPS {
            assert_eq!(step_of(end_of(step)), step);
            assert_eq!(step_of(end_of(step) + 1), step + 1);
        }
        assert_eq!((step_of(0), end_of(3), end_of(STEPS - 1)), (0, 1_000, 32_768_000));
        assert_eq!(step_of(u64::MAX), STEPS);
    }

    #[test]
    fn percentiles_are_right_to_a_quarter() {
        let durations = Durations::default();
        assert_eq!(durations.read().percentile(50), None);
        for ms in 1..=100 {
            durations.count(Duration::from_millis(ms));
        }
        let times = durations.read();
        for percent in [1_u64, 50, 95, 99, 100] {
            let told = times.percentile(percent).unwrap_or(0).unsigned_abs();
            assert!(told >= percent && told <= percent + percent / 4 + 1, "p{percent} is told as {told}");
        }
        durations.count(Duration::from_secs(600));
        assert_eq!(durations.read().since(&times).percentile(50), Some(32_768));
    }

    #[test]
    fn buckets_hold_everything_once() {
        let durations = Durations::default();
        for micros in [1, 1_000, 1_001, 2_000, 50_000, 32_768_000, 40_000_000] {
            durations.count(Duration::from_micros(micros));
        }
        let times = durations.read();
        let buckets = times.buckets();
        assert_eq!(buckets.iter().map(|(_, n)| n).sum::<u64>(), 7);
        assert_eq!(&buckets[..2], &[(0.001, 2), (0.002, 2)]);
        assert_eq!(buckets.iter().rev().take(2).map(|(_, n)| *n).collect::<Vec<_>>(), [1, 1]);
        assert!(buckets.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!((times.sum() - 72.822_002).abs() < 1e-6, "{}", times.sum());
    }

    #[test]
    fn sizes_are_told_by_doublings() {
        let sizes = Sizes::default();
        for size in [1, 2, 3, 4, 5, 512, 9_000] {
            sizes.count(size);
        }
        let (sum, count, buckets) = sizes.read();
        assert_eq!((sum, count, buckets.len()), (9_527, 7, DOUBLINGS + 1));
        let filled: Vec<_> = buckets.into_iter().filter(|(_, n)| *n > 0).collect();
        assert_eq!(filled, [(1.0, 1), (2.0, 1), (4.0, 2), (8.0, 1), (512.0, 1), (f64::INFINITY, 1)]);
    }
}

//! The scale of the vertical axis.

/// Whole numbers at even distances: 0, `step`, …, `top`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticks {
    /// Distance between two lines.
    pub step: i64,
    /// The highest line; no value lies above it.
    pub top: i64,
}

impl Ticks {
    /// All values, from 0 up.
    pub fn values(self) -> impl Iterator<Item = i64> {
        (0..=self.top / self.step).map(move |i| i * self.step)
    }
}

/// More lines than this would be a grating.
const MOST_STEPS: i64 = 5;

/// The smallest scale of at most five steps of 1, 2 or 5 times a power of ten that covers the greatest value. At least
/// one step, so that an empty chart has an axis too.
#[must_use]
pub fn ticks(greatest: i64) -> Ticks {
    let greatest = greatest.max(1);
    let mut power: i64 = 1;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            let steps = greatest / step + i64::from(greatest % step != 0);
            if steps <= MOST_STEPS {
                return Ticks { step, top: step.saturating_mul(steps) };
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::{Ticks, ticks};

    #[test]
    fn the_scale_is_of_nice_whole_numbers() {
        let cases = [
            (0, 1, 1),
            (1, 1, 1),
            (5, 1, 5),
            (6, 2, 6),
            (10, 2, 10),
            (11, 5, 15),
            (26, 10, 30),
            (99, 20, 100),
            (100, 20, 100),
            (101, 50, 150),
            (1_234, 500, 1_500),
            (987_654, 200_000, 1_000_000),
        ];
        for (greatest, step, top) in cases {
            assert_eq!(ticks(greatest), Ticks { step, top }, "{greatest}");
        }
    }

    #[test]
    fn the_scale_covers_the_greatest_value_with_few_lines_at_any_size() {
        let mut n: i64 = 1;
        while n < i64::MAX / 20 {
            for greatest in [n - 1, n, n + 1] {
                let scale = ticks(greatest);
                assert!(scale.top >= greatest, "{greatest}");
                assert!(scale.top - scale.step < greatest.max(1), "no line too many: {greatest}");
                assert!((2..=6).contains(&scale.values().count()), "{greatest}");
                assert_eq!(scale.values().last(), Some(scale.top));
            }
            n = n * 3 + 1;
        }
        assert!(ticks(i64::MAX).top > i64::MAX / 2);
    }
}

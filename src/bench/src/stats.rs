//! Medians and percentiles of a handful of measurements.

/// Sorted measurements.
#[derive(Clone, Debug)]
pub struct Sample(Vec<f64>);

impl Sample {
    /// Takes measurements in any order.
    #[must_use]
    pub fn new(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// The value that `percent` of all do not exceed (nearest rank); 0 without measurements.
    #[must_use]
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    /// The middle one; of an even number the mean of the middle two.
    #[must_use]
    pub fn median(&self) -> f64 {
        let n = self.0.len();
        let at = |i: usize| self.0.get(i).copied().unwrap_or_default();
        if n == 0 { 0.0 } else { f64::midpoint(at((n - 1) / 2), at(n / 2)) }
    }

    /// The smallest and the largest.
    #[must_use]
    pub fn spread(&self) -> (f64, f64) {
        (self.0.first().copied().unwrap_or_default(), self.0.last().copied().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let sample = Sample::new((1..=200).rev().map(f64::from).collect());
        assert_eq!((sample.percentile(50), sample.percentile(95), sample.percentile(99)), (100.0, 190.0, 198.0));
        assert_eq!(Sample::new(vec![7.0]).percentile(99), 7.0);
        assert_eq!(Sample::new(Vec::new()).percentile(50), 0.0);
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(Sample::new(vec![4.0, 1.0, 3.0]).median(), 3.0);
        assert_eq!(Sample::new(vec![4.0, 1.0, 3.0, 2.0]).median(), 2.5);
        assert_eq!(Sample::new(vec![2.0, 9.0]).spread(), (2.0, 9.0));
    }
}

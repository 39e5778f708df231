//! Which bars get a label.

/// Whether the bar at `i` of `n` is labelled so that no more than `most` are, at even distances. Counted from the last
/// bar where that is the one that matters (today), else from the first (midnight).
#[must_use]
pub fn labelled(i: usize, n: usize, most: usize, from_last: bool) -> bool {
    let stride = n.div_ceil(most.max(1)).max(1);
    let place = if from_last { n.saturating_sub(i + 1) } else { i };
    i < n && place.is_multiple_of(stride)
}

#[cfg(test)]
mod tests {
    use super::labelled;

    fn all(n: usize, from_last: bool) -> Vec<usize> {
        (0..n).filter(|i| labelled(*i, n, 12, from_last)).collect()
    }

    #[test]
    fn few_bars_all_have_labels_and_many_have_twelve_at_most() {
        assert_eq!(all(7, true).len(), 7);
        for n in 1..=366 {
            for from_last in [false, true] {
                let labels = all(n, from_last);
                assert!((1..=12).contains(&labels.len()), "{n}");
                assert!(labels.windows(3).all(|w| w[1] - w[0] == w[2] - w[1]), "even distances: {n}");
            }
        }
    }

    #[test]
    fn days_are_counted_from_the_last_and_hours_from_midnight() {
        assert_eq!(all(24, false), (0..12).map(|i| i * 2).collect::<Vec<_>>());
        assert_eq!(all(14, true).last(), Some(&13));
        assert_eq!(all(366, true).last(), Some(&365));
        assert!(all(0, true).is_empty());
    }
}

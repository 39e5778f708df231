//! Sharing out a length.

/// Divides a length among parts in proportion. A part that is not nought gets at least `least`, so that one failure
/// among a million messages can still be seen; the larger parts give way for it. The results always add up to `length`
/// (or to nought, when all parts are).
///
/// Where `length` is too short to give everybody the least, all that are not nought get the same.
#[must_use]
pub fn divide<const N: usize>(parts: [i64; N], length: f64, least: f64) -> [f64; N] {
    let mut out = [0.0; N];
    let mut small = [false; N];
    let some = parts.iter().filter(|n| **n > 0).count();
    if some == 0 {
        return out;
    }
    if least * some as f64 >= length {
        let same = length / some as f64;
        return parts.map(|n| if n > 0 { same } else { 0.0 });
    }
    // Each round fixes at least one more small part, so N rounds are enough.
    for _ in 0..N {
        let held = small.iter().filter(|s| **s).count() as f64 * least;
        let whole: f64 = parts.iter().zip(&small).filter(|(n, s)| **n > 0 && !**s).map(|(n, _)| *n as f64).sum();
        let mut settled = true;
        for ((n, slot), small) in parts.iter().zip(&mut out).zip(&mut small) {
            if *n <= 0 {
                continue;
            }
            if *small {
                *slot = least;
                continue;
            }
            *slot = *n as f64 / whole * (length - held);
            if *slot < least {
                *small = true;
                settled = false;
            }
        }
        if settled {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::divide;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn shares_are_in_proportion_and_add_up() {
        let out = divide([60, 30, 10], 1.0, 0.01);
        assert!(close(out[0], 0.6) && close(out[1], 0.3) && close(out[2], 0.1), "{out:?}");
    }

    #[test]
    fn a_tiny_part_stays_visible_and_the_sum_stays_exact() {
        for parts in [[1_000_000, 1, 0], [1, 1_000_000, 1], [i64::MAX / 4, 1, 2], [0, 0, 7], [98, 1, 1]] {
            let out = divide(parts, 1.0, 0.015);
            assert!(close(out.iter().sum::<f64>(), 1.0), "{parts:?} {out:?}");
            for (n, share) in parts.into_iter().zip(out) {
                assert!(if n > 0 { share >= 0.015 - 1e-12 } else { share == 0.0 }, "{parts:?} {out:?}");
            }
        }
    }

    #[test]
    fn nothing_is_nothing_and_a_length_too_short_is_shared_evenly() {
        assert_eq!(divide([0, 0, 0], 1.0, 0.1), [0.0; 3]);
        assert_eq!(divide([5, 0, 1], 1.0, 2.0), [0.5, 0.0, 0.5]);
    }

    #[test]
    fn pushing_one_part_up_may_make_another_one_small() {
        // 11 of 100 is above the least by itself, but not of what the small parts leave.
        let out = divide([1, 1, 1, 97, 11], 100.0, 10.0);
        assert!(close(out.iter().sum::<f64>(), 100.0), "{out:?}");
        assert!(out.iter().all(|share| *share >= 10.0 - 1e-9), "{out:?}");
    }
}

//! Slices of a ring.

use super::at;
use std::f64::consts::TAU;

/// A ring: centre and the two radii.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ring {
    /// Centre, in both directions.
    pub centre: f64,
    /// Outer radius.
    pub outer: f64,
    /// Inner radius.
    pub inner: f64,
}

impl Ring {
    /// A point at a share of the turn, clockwise from the top.
    fn point(&self, turn: f64, radius: f64) -> String {
        let (sin, cos) = (turn * TAU).sin_cos();
        format!("{} {}", at(self.centre + radius * sin), at(self.centre - radius * cos))
    }
}

/// The path of a slice from one share of the turn to another (0 is the top, 1 the top again); empty for no slice.
#[must_use]
pub fn ring_slice(ring: &Ring, from: f64, to: f64) -> String {
    let turn = (to - from).min(1.0);
    if turn <= 0.0 {
        return String::new();
    }
    // SVG draws nothing for an arc that ends where it begins, so a whole turn goes in two halves, and the hole is a
    // contour of its own.
    if turn > 0.999_999 {
        let half = from + 0.5;
        return format!("{}{}", circle(ring, from, half, ring.outer, 1), circle(ring, from, half, ring.inner, 0));
    }
    let large = u8::from(turn > 0.5);
    let (outer, inner) = (at(ring.outer), at(ring.inner));
    format!(
        "M{} A{outer} {outer} 0 {large} 1 {} L{} A{inner} {inner} 0 {large} 0 {}Z",
        ring.point(from, ring.outer),
        ring.point(to, ring.outer),
        ring.point(to, ring.inner),
        ring.point(from, ring.inner),
    )
}

fn circle(ring: &Ring, from: f64, half: f64, radius: f64, sweep: u8) -> String {
    let (start, middle, r) = (ring.point(from, radius), ring.point(half, radius), at(radius));
    format!("M{start} A{r} {r} 0 1 {sweep} {middle} A{r} {r} 0 1 {sweep} {start}Z")
}

#[cfg(test)]
mod tests {
    use super::{Ring, ring_slice};
    use crate::charts::geometry::divide;

    const RING: Ring = Ring { centre: 100.0, outer: 90.0, inner: 60.0 };

    #[test]
    fn the_first_slice_begins_at_the_top_and_a_quarter_ends_at_the_right() {
        assert_eq!(ring_slice(&RING, 0.0, 0.25), "M100 10 A90 90 0 0 1 190 100 L160 100 A60 60 0 0 0 100 40Z");
    }

    #[test]
    fn more_than_half_takes_the_long_way_round() {
        assert!(ring_slice(&RING, 0.0, 0.5).contains(" 0 0 1 "));
        assert!(ring_slice(&RING, 0.0, 0.51).contains(" 0 1 1 "));
    }

    #[test]
    fn nothing_is_no_path_and_all_is_a_whole_ring_with_a_hole() {
        assert_eq!(ring_slice(&RING, 0.3, 0.3), "");
        let whole = ring_slice(&RING, 0.0, 1.0);
        assert_eq!(
            whole,
            "M100 10 A90 90 0 1 1 100 190 A90 90 0 1 1 100 10ZM100 40 A60 60 0 1 0 100 160 A60 60 0 1 0 100 40Z"
        );
    }

    /// Where the outer arc of a slice begins and ends.
    fn ends(path: &str) -> ((f64, f64), (f64, f64)) {
        let numbers: Vec<f64> = path
            .split(|c: char| c.is_ascii_alphabetic() || c == ' ')
            .filter(|s| !s.is_empty())
            .map(|s| s.parse().unwrap_or(f64::NAN))
            .collect();
        ((numbers[0], numbers[1]), (numbers[7], numbers[8]))
    }

    #[test]
    fn the_slices_follow_one_another_and_close_the_circle() {
        for parts in [[3, 2, 5], [1, 1_000_000, 1], [999, 1, 0], [1, 1, 1]] {
            let mut turn = 0.0;
            let mut paths = Vec::new();
            for share in divide(parts, 1.0, 0.015) {
                paths.push(ring_slice(&RING, turn, turn + share));
                turn += share;
            }
            paths.retain(|path| !path.is_empty());
            for pair in 0..paths.len() {
                let (_, end) = ends(&paths[pair]);
                let (start, _) = ends(&paths[(pair + 1) % paths.len()]);
                assert!((end.0 - start.0).abs() < 0.01 && (end.1 - start.1).abs() < 0.01, "{parts:?} {paths:?}");
            }
        }
    }
}

//! The arithmetic of the charts, without any markup.

mod arc;
mod divide;
mod labels;
mod ticks;

pub use arc::{Ring, ring_slice};
pub use divide::divide;
pub use labels::labelled;
pub use ticks::{Ticks, ticks};

/// A coordinate as it is written: three digits are finer than any screen.
#[must_use]
pub fn at(v: f64) -> String {
    let text = format!("{v:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::at;

    #[test]
    fn coordinates_are_short_and_never_minus_nought() {
        assert_eq!(at(12.0), "12");
        assert_eq!(at(1.0 / 3.0), "0.333");
        assert_eq!(at(-0.000_01), "0");
        assert_eq!(at(100.5), "100.5");
    }
}

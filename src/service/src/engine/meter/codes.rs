//! Counts by errcode. Only codes that the adviser knows have a place of their own, so that a platform that answers
//! anything cannot make the list of numbers grow.

use model::advice;
use std::sync::{
    LazyLock,
    atomic::{AtomicU64, Ordering::Relaxed},
};

/// Ascending.
static KNOWN: LazyLock<Vec<i64>> = LazyLock::new(|| {
    let mut codes: Vec<i64> = advice::all().map(|advice| advice.errcode).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
});

/// The label of all codes that the adviser does not know.
const OTHER: &str = "other";

/// The value of the label `errcode`.
pub(crate) fn label(code: Option<i64>) -> String {
    code.map_or_else(|| OTHER.to_owned(), |code| code.to_string())
}

/// One counter per known code, and one for all others at the end.
#[derive(Debug)]
pub(crate) struct Codes(Box<[AtomicU64]>);

impl Default for Codes {
    fn default() -> Self {
        Self((0..=KNOWN.len()).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Codes {
    pub(super) fn count(&self, errcode: i64) {
        let at = KNOWN.binary_search(&errcode).unwrap_or(KNOWN.len());
        if let Some(counter) = self.0.get(at) {
            counter.fetch_add(1, Relaxed);
        }
    }

    /// Those that came at all; `None` are the unknown ones.
    pub(crate) fn read(&self) -> Vec<(Option<i64>, u64)> {
        let counts = self.0.iter().map(|n| n.load(Relaxed));
        let codes = KNOWN.iter().copied().map(Some).chain([None]);
        codes.zip(counts).filter(|(_, n)| *n > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_nobody_knows_share_one_counter() {
        let codes = Codes::default();
        for code in [43101, -1, 43101, 999_999, 888_888] {
            codes.count(code);
        }
        assert_eq!(codes.read(), [(Some(-1), 1), (Some(43101), 2), (None, 2)]);
        assert_eq!((label(Some(-1)).as_str(), label(None).as_str()), ("-1", "other"));
    }
}

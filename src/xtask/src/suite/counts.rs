//! How many tests passed and failed, read from what the runners print.

use std::{fmt, ops::Add};

/// A sum of tests.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Sums the closing lines of `cargo nextest`, `cargo test` and Node's test runner in a text.
pub fn read(text: &str) -> Counts {
    text.lines().filter_map(|line| line_counts(&without_colours(line))).fold(Counts::default(), Add::add)
}

fn line_counts(line: &str) -> Option<Counts> {
    let line = line.trim();
    if line.starts_with("test result:") || (line.starts_with("Summary [") && line.contains(" run: ")) {
        return Some(Counts {
            passed: before(line, "passed"),
            failed: before(line, "failed") + before(line, "timed out") + before(line, "exec failed"),
        });
    }
    // `# pass 3` in TAP, `ℹ pass 3` in Node's own format.
    let rest = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?;
    let (word, number) = rest.split_once(' ')?;
    let number = number.trim().parse().ok()?;
    match word {
        "pass" => Some(Counts { passed: number, failed: 0 }),
        "fail" | "cancelled" => Some(Counts { passed: 0, failed: number }),
        _ => None,
    }
}

/// The number before a word: 12 in `12 passed (1 slow), 3 failed`.
fn before(line: &str, word: &str) -> u64 {
    let number = |(place, _)| {
        let digits = line[..place].strip_suffix(' ')?.rsplit(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse::<u64>().ok()
    };
    line.match_indices(word).find_map(number).unwrap_or(0)
}

/// Removes what colours a terminal.
fn without_colours(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn counts(passed: u64, failed: u64) -> Counts {
        Counts { passed, failed }
    }

    #[test]
    fn nextest_is_read() {
        let text =
            "     Summary [   0.005s] 120 tests run: 118 passed (2 slow, 1 flaky), 1 failed, 1 timed out, 3 skipped";
        assert_eq!(read(text), counts(118, 2));
        assert_eq!(read("Summary [   1.2s] 1 test run: 1 passed, 0 skipped"), counts(1, 0));
        assert_eq!(read("Summary [   1.2s] 2/5 tests run: 1 passed, 1 failed, 0 skipped"), counts(1, 1));
        let coloured = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.005s] \u{1b}[1m3\u{1b}[0m tests run: \
                        \u{1b}[1m3\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \u{1b}[1m0\u{1b}[0m skipped";
        assert_eq!(read(coloured), counts(3, 0));
    }

    #[test]
    fn cargo_test_is_summed_over_its_executables() {
        let text = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                    test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(read(text), counts(7, 2));
    }

    #[test]
    fn node_is_read_in_both_formats() {
        assert_eq!(read("# tests 9\n# pass 7\n# fail 1\n# cancelled 1\n# skipped 0\n"), counts(7, 2));
        assert_eq!(read("ℹ tests 5\nℹ pass 5\nℹ fail 0\nℹ cancelled 0\n"), counts(5, 0));
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(read("5 passed the gate\nfn passed() {}\n# a comment\n# pass the salt\n"), counts(0, 0));
    }

    #[test]
    fn the_sum_is_a_line_of_its_own() {
        assert_eq!((counts(3, 0) + counts(4, 1)).to_string(), "7 passed, 1 failed");
    }
}

//! What is told of a schedule that went wrong.

use std::fmt;

/// A schedule that went wrong.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Replays it.
    pub seed: u64,
    /// What must not be.
    pub what: String,
    /// What happened before.
    pub history: Vec<String>,
}

impl Failure {
    /// The books were wrong after some schedules, and none of them alone makes them so.
    pub(super) fn of_many(seeds: &[u64], wrong: &[String]) -> Self {
        let what = format!("the books after the seeds {seeds:?}: {}", wrong.join("; "));
        Self { seed: seeds.first().copied().unwrap_or_default(), what, history: Vec::new() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "schedule {}: {}\n  {}", self.seed, self.what, self.history.join("\n  "))
    }
}

//! What came of the drills: a table for people, JSON for machines, a page for the documentation.

use crate::{Stage, Verdict};
use serde::Serialize;
use std::{fmt::Write as _, time::Instant};

/// One scenario on one database.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What was done.
    pub scenario: String,
    /// `sqlite` or `postgres`.
    pub database: String,
    /// Workers at once.
    pub processes: usize,
    /// How often and how much.
    pub harm: String,
    /// What chose the moments.
    pub seed: u64,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// What was found; `None` where it was skipped for the reason in `harm`, or did not come to its end.
    pub verdict: Option<Verdict>,
    /// Why it did not come to its end.
    pub error: Option<String>,
}

/// The head of a row.
#[derive(Clone, Debug)]
pub struct Told {
    scenario: String,
    database: String,
    processes: usize,
    seed: u64,
}

impl Told {
    /// On a stage.
    #[must_use]
    pub fn new(scenario: &str, stage: &Stage, processes: usize, seed: u64) -> Self {
        Self { scenario: scenario.to_owned(), database: stage.place.dialect.to_owned(), processes, seed }
    }

    /// The whole row.
    #[must_use]
    pub fn row(self, harm: String, verdict: Verdict, began: Instant) -> Row {
        let seconds = began.elapsed().as_secs_f64();
        let Self { scenario, database, processes, seed } = self;
        Row { scenario, database, processes, harm, seed, seconds, verdict: Some(verdict), error: None }
    }
}

impl Row {
    /// Something that cannot be done here.
    #[must_use]
    pub fn skipped(scenario: &str, database: &str, why: &str) -> Self {
        Self::bare(scenario, database, format!("skipped: {why}"), None)
    }

    /// Something that went wrong on the way.
    #[must_use]
    pub fn broken(scenario: &str, database: &str, seed: u64, error: &anyhow::Error) -> Self {
        Self { seed, ..Self::bare(scenario, database, String::new(), Some(format!("{error:#}"))) }
    }

    fn bare(scenario: &str, database: &str, harm: String, error: Option<String>) -> Self {
        let (scenario, database) = (scenario.to_owned(), database.to_owned());
        Self { scenario, database, processes: 0, harm, seed: 0, seconds: 0.0, verdict: None, error }
    }

    /// What must not be: breaches, or that it did not come to its end.
    #[must_use]
    pub fn breaches(&self) -> Vec<String> {
        let found = self.verdict.iter().flat_map(|verdict| verdict.breaches.clone());
        found.chain(self.error.clone()).collect()
    }

    fn cells(&self) -> [String; 14] {
        let verdict = self.verdict.clone().unwrap_or_default();
        let n = |n: usize| if self.verdict.is_some() { n.to_string() } else { "–".to_owned() };
        let result = match (self.breaches().is_empty(), &self.verdict) {
            (true, Some(_)) => "good",
            (true, None) => "skipped",
            (false, _) => "BREACH",
        };
        [
            self.scenario.clone(),
            self.database.clone(),
            self.processes.to_string(),
            self.harm.clone(),
            n(verdict.deliveries),
            n(verdict.sent),
            n(verdict.failed),
            n(verdict.skipped),
            n(verdict.unknown),
            n(verdict.unknown_allowed),
            n(verdict.unknown_accepted),
            n(verdict.overlaps),
            format!("{:.0}", self.seconds),
            result.to_owned(),
        ]
    }
}

const HEADS: [&str; 14] = [
    "drill",
    "database",
    "processes",
    "harm",
    "deliveries",
    "sent",
    "failed",
    "skipped",
    "unknown",
    "of at most",
    "accepted after all",
    "43108",
    "seconds",
    "result",
];

/// The rows as a table of Markdown, which is readable on a terminal too.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let cells: Vec<_> = rows.iter().map(Row::cells).collect();
    let widths: Vec<_> = (0..HEADS.len()).map(|i| width(i, &cells)).collect();
    let mut text = line(&HEADS.map(str::to_owned), &widths);
    let rule: Vec<_> = widths.iter().map(|width| "-".repeat(*width)).collect();
    _ = writeln!(text, "| {} |", rule.join(" | "));
    for row in &cells {
        text += &line(row, &widths);
    }
    for row in rows {
        for breach in row.breaches() {
            _ = writeln!(text, "\nBREACH in {} on {} (seed {}): {breach}", row.scenario, row.database, row.seed);
        }
    }
    text
}

fn width(column: usize, cells: &[[String; 14]]) -> usize {
    let widest = cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    widest.unwrap_or(0).max(HEADS.get(column).map_or(0, |head| head.len()))
}

fn line(cells: &[String; 14], widths: &[usize]) -> String {
    let padded: Vec<_> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.chars().count()))))
        .collect();
    format!("| {} |\n", padded.join(" | "))
}

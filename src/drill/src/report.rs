//! What came of the drills: a table for people, JSON for machines, a page for the documentation.

use crate::{Stage, Verdict, schedules};
use serde::{Deserialize, Serialize};
use std::{
    fmt::{self, Write as _},
    fs,
    time::Instant,
};

/// One scenario on one database.
#[derive(Clone, Debug, Serialize, Deserialize)]
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

    /// What came of many schedules.
    #[must_use]
    pub fn schedules(database: &str, outcome: &schedules::Outcome, first: u64) -> Self {
        let harm = format!("{} schedules, {} steps", outcome.schedules, outcome.steps);
        let failures: Vec<_> = outcome.failures.iter().map(ToString::to_string).collect();
        let error = (!failures.is_empty()).then(|| failures.join("\n"));
        let seconds = outcome.took.as_secs_f64();
        Self { seed: first, seconds, ..Self::bare("schedules", database, harm, error) }
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
            (true, None) if self.harm.starts_with("skipped") => "skipped",
            (true, None) => "good",
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

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.scenario, self.database)?;
        if self.processes > 0 {
            write!(f, ", {} at once", self.processes)?;
        }
        write!(f, ": {}", self.harm)?;
        if let Some(v) = &self.verdict {
            write!(f, "; {} sent, {} failed, {} unknown", v.sent, v.failed, v.unknown)?;
            write!(f, " (of at most {}, {} accepted after all)", v.unknown_allowed, v.unknown_accepted)?;
        }
        write!(f, "; {:.0} s", self.seconds)?;
        self.breaches().iter().try_for_each(|breach| write!(f, "\n  BREACH (seed {}): {breach}", self.seed))
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

/// The page of the documentation.
#[must_use]
pub fn page(rows: &[Row], seed: u64) -> String {
    format!(
        "# Drills\n\n{}\n\n{}\n\n{}\n{}",
        "`cargo xtask drill` starts real `yanshu worker` processes against the simulator, breaks them and what they rely \
         on, and compares afterwards, person by person, our deliveries and ledger with the platform's own log. This page \
         is written by `cargo xtask drill --doc docs/drill.md`.",
        machine(seed),
        table(rows),
        NOTES
    )
}

const NOTES: &str = "\
A drill is *good* when nobody was sent to twice (accepted calls per openid and notice), nobody was lost (every delivery \
ended, and every number is that of a recount), who was accepted there is sent or unknown here, who is sent here was \
accepted there, the ledger's balances are the platform's, the books are proven (`yanshu doctor`), and no more are \
*unknown* than were in hand: after kills, so many kills times what one process may have under way or not yet stored \
(twice its calls); after trouble of the platform, those whose answer it spoilt or withheld; after outages of the database, nobody. *Accepted after \
all* are those of the unknown whom the platform did send to; only it can know. 43108 counts calls that met another one to \
the same person: allowed only where a clock was wrong (one that is ahead ends the leases of others) and where the platform \
hung.\n\n\
Schedules are not processes: a seeded generator interleaves the transactions of three simulated workers over a real store \
(claims, results in any order and stored twice, lost answers, crashes, ends of leases, recoveries, withdrawals, a clock that \
goes back) and compares the store with a model after every one. A failing seed replays; `cargo xtask drill --only schedules \
--seed N --schedules 1` runs it alone.\n";

/// Where it ran.
fn machine(seed: u64) -> String {
    let read = |file, name: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name)).and_then(|line| line.split_once(':'));
        line.map_or_else(|| "?".to_owned(), |(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let memory: u64 = read("/proc/meminfo", "MemTotal").trim_end_matches(" kB").parse().unwrap_or_default();
    format!(
        "Machine: {cores} cores ({}), {} GB of memory, Linux {}. Seed {seed}.",
        read("/proc/cpuinfo", "model name"),
        memory.div_ceil(1 << 20),
        kernel.trim()
    )
}

//! `cargo xtask test`: every check and every test, in order, with a table at the end.

mod browser;
mod checks;
mod counts;
mod guard;
pub mod postgres;
mod rust;
mod steps;

use std::{
    env,
    time::{Duration, Instant},
};

use anyhow::{Error, Result, bail};

use crate::workspace::Workspace;
use steps::{Bench, Step};

/// The packages of the server side, as cargo is told.
///
/// This tool is apart: chosen together with it, cargo would give some shared dependencies more features than they have in
/// the server alone, and compile everything above them (axum, leptos, sqlx) once more.
const SERVER_SIDE: [&str; 5] = ["--workspace", "--exclude", "browser", "--exclude", "xtask"];
/// This tool, as cargo is told.
const THIS_TOOL: [&str; 2] = ["--package", "xtask"];

/// What `cargo xtask test` takes.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Run these steps and what they need, no others.
    #[arg(long, value_name = "STEP", value_enum, num_args = 1.., value_delimiter = ',')]
    only: Vec<Step>,
    /// Leave these steps out (refused when CI=true).
    #[arg(long, value_name = "STEP", value_enum, num_args = 1.., value_delimiter = ',')]
    skip: Vec<Step>,
}

/// How one step went.
#[derive(Debug)]
struct Outcome {
    step: Step,
    time: Duration,
    reason: Option<Error>,
}

/// Runs the steps, all of them even if one fails, and prints what came of it.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let steps = chosen(options, is_ci())?;
    let mut bench = Bench::new(workspace, !options.skip.contains(&Step::Postgres));
    let outcomes: Vec<_> = steps.into_iter().map(|step| run_one(&mut bench, step)).collect();
    let counts = bench.counts();
    drop(bench);
    print_table(&outcomes);
    println!("{counts}");
    let failed: Vec<_> =
        outcomes.iter().filter(|outcome| outcome.reason.is_some()).map(|o| o.step.to_string()).collect();
    if !failed.is_empty() {
        bail!("these steps failed: {}; the reasons stand above", failed.join(", "));
    }
    Ok(())
}

/// Whether this is the run that decides: nothing may be skipped and whatever is missing is an error.
fn is_ci() -> bool {
    env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

fn chosen(options: &Options, ci: bool) -> Result<Vec<Step>> {
    if ci && !(options.only.is_empty() && options.skip.is_empty()) {
        bail!("CI=true runs every step: leave out --only and --skip, or unset CI");
    }
    let wanted = |step: &Step| (options.only.is_empty() || options.only.contains(step)) && !options.skip.contains(step);
    Ok(Step::ALL.iter().copied().filter(wanted).collect())
}

fn run_one(bench: &mut Bench<'_>, step: Step) -> Outcome {
    println!("\n=== {step}: {}", step.purpose());
    let started = Instant::now();
    let result = bench.run(step);
    let time = started.elapsed();
    let reason = result.err();
    match &reason {
        None => println!("=== {step} done in {:.1} s", time.as_secs_f64()),
        Some(reason) => println!("=== {step} FAILED after {:.1} s: {reason:#}", time.as_secs_f64()),
    }
    Outcome { step, time, reason }
}

fn print_table(outcomes: &[Outcome]) {
    println!("\n{:<12} {:>8}  result", "step", "seconds");
    for outcome in outcomes {
        let result = outcome.reason.as_ref().map_or_else(|| "ok".to_owned(), |reason| format!("FAILED: {reason}"));
        println!("{:<12} {:>8.1}  {result}", outcome.step.to_string(), outcome.time.as_secs_f64());
    }
    let total: Duration = outcomes.iter().map(|outcome| outcome.time).sum();
    println!("{:<12} {:>8.1}\n", "all", total.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(only: &[Step], skip: &[Step]) -> Options {
        Options { only: only.to_vec(), skip: skip.to_vec() }
    }

    #[test]
    fn steps_are_chosen_in_their_order() -> Result<()> {
        assert_eq!(chosen(&options(&[], &[]), true)?, Step::ALL);
        assert_eq!(chosen(&options(&[Step::Rust, Step::Format], &[]), false)?, [Step::Format, Step::Rust]);
        assert!(!chosen(&options(&[], &[Step::Browser]), false)?.contains(&Step::Browser));
        Ok(())
    }

    #[test]
    fn ci_skips_nothing() {
        assert!(chosen(&options(&[], &[Step::Browser]), true).is_err());
        assert!(chosen(&options(&[Step::Format], &[]), true).is_err());
    }
}

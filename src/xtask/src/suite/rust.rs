//! Rust's own tests.

use std::process::Command;

use anyhow::{Result, bail};

use super::{SERVER_SIDE, THIS_TOOL, counts, steps::Bench};
use crate::process;

/// Runs the tests of every package but the browser's, on both databases, and the examples in the documentation.
pub fn run(bench: &mut Bench<'_>) -> Result<()> {
    let environment = bench.environment()?;
    let workspace = bench.workspace;
    let with_nextest = process::capture(workspace.cargo().args(["nextest", "--version"])).is_ok();
    let everything: &[&str] =
        if with_nextest { &["nextest", "run", "--no-fail-fast"] } else { &["test", "--no-fail-fast"] };
    let mut runners = vec![[everything, &SERVER_SIDE].concat(), [everything, &THIS_TOOL].concat()];
    if with_nextest {
        // nextest leaves the examples in the documentation out.
        runners.push([["test", "--doc", "--no-fail-fast"].as_slice(), &SERVER_SIDE].concat());
    }
    let mut all_passed = true;
    for arguments in runners {
        let mut command: Command = workspace.cargo();
        command.args(arguments).envs(environment.iter().cloned());
        let (status, text) = process::tee(&mut command)?;
        bench.add(counts::read(&text));
        all_passed &= status.success();
    }
    if !all_passed {
        bail!("some of Rust's tests failed; their output stands above");
    }
    Ok(())
}

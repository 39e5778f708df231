//! Rust's own tests.

use std::process::Command;

use anyhow::{Result, bail};

use super::{counts, steps::Bench};
use crate::process;

const SERVER_SIDE: [&str; 3] = ["--workspace", "--exclude", "browser"];

/// Runs the tests of every package but the browser's, on both databases, and the examples in the documentation.
pub fn run(bench: &mut Bench<'_>) -> Result<()> {
    let environment = bench.environment()?;
    let workspace = bench.workspace;
    let with_nextest = process::capture(workspace.cargo().args(["nextest", "--version"])).is_ok();
    let mut runners = Vec::new();
    if with_nextest {
        runners.push(vec!["nextest", "run", "--no-fail-fast"]);
        runners.push(vec!["test", "--doc", "--no-fail-fast"]);
    } else {
        runners.push(vec!["test", "--no-fail-fast"]);
    }
    let mut all_passed = true;
    for arguments in runners {
        let mut command: Command = workspace.cargo();
        command.args(arguments).args(SERVER_SIDE).envs(environment.iter().cloned());
        let (status, text) = process::tee(&mut command)?;
        bench.add(counts::read(&text));
        all_passed &= status.success();
    }
    if !all_passed {
        bail!("some of Rust's tests failed; their output stands above");
    }
    Ok(())
}

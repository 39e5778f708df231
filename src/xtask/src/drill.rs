//! `cargo xtask drill`: builds the executable and the drill, starts a PostgreSQL that may be stopped, and runs it.

use std::path::PathBuf;

use anyhow::Result;

use crate::{install, process, server, suite::postgres::Cluster, workspace::Workspace};

/// What `cargo xtask drill` takes.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Drill this executable instead of building one.
    #[arg(long, value_name = "FILE")]
    yanshu: Option<PathBuf>,
    /// Drill on SQLite only.
    #[arg(long)]
    no_postgres: bool,
    /// What the drill itself is told: --only kill,crash,cut,disk,clock,platform,schedules, --seed N, --kills N, --json FILE,
    /// --doc FILE … (`cargo xtask drill -- --help` lists it).
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    drill: Vec<String>,
}

/// Builds, starts PostgreSQL and drills.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    // A hundred thousand schedules take a third of the time when they are optimised.
    process::run(workspace.cargo().args(["build", "--release", "--package", "drill"]))?;
    let mut drill = process::command(workspace.target.join("release/drill"));
    if options.drill.iter().any(|word| word == "--help" || word == "-h") {
        return process::run(drill.arg("--help"));
    }
    let yanshu = match &options.yanshu {
        Some(named) => named.clone(),
        None => server::build(workspace)?,
    };
    // Settings of PostgreSQL's own: with commits that are not waited for, a crash takes back claims that WeChat saw.
    let throwaway = if options.no_postgres { None } else { Some(Cluster::durable()?) };
    drill.arg("--program").arg(yanshu);
    if let Some(cluster) = &throwaway {
        drill.args(["--postgres", &cluster.url]).arg("--postgres-control").arg(&cluster.control);
    }
    if let Err(reason) = install::library("libfaketime") {
        // Only one of the drills needs it; that one then says that it was skipped.
        eprintln!("xtask: {reason:#}");
    }
    process::run(drill.args(&options.drill))
}

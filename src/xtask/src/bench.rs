//! `cargo xtask bench`: a release build, a PostgreSQL that keeps what it commits, and the bench between them.

use std::path::PathBuf;

use anyhow::Result;

use crate::{process, release, suite::postgres::Cluster, workspace::Workspace};

/// What `cargo xtask bench` takes.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Measure this executable instead of building one.
    #[arg(long, value_name = "FILE")]
    yanshu: Option<PathBuf>,
    /// Measure on this PostgreSQL server instead of a throwaway one.
    #[arg(long, value_name = "URL", conflicts_with = "no_postgres")]
    postgres: Option<String>,
    /// Measure on SQLite only.
    #[arg(long)]
    no_postgres: bool,
    /// What the bench itself is told: --quick, --only sends,latency,enqueue,memory,startup,pages, --json FILE, --doc FILE …
    /// (`cargo xtask bench -- --help` lists it).
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    bench: Vec<String>,
}

/// Builds, starts PostgreSQL and measures.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    process::run(workspace.cargo().args(["build", "--release", "--package", "bench"]))?;
    let mut bench = process::command(workspace.target.join("release/bench"));
    if options.bench.iter().any(|word| word == "--help" || word == "-h") {
        return process::run(bench.arg("--help"));
    }
    let yanshu = match &options.yanshu {
        Some(named) => named.clone(),
        None => release::run(workspace, None)?,
    };
    let throwaway = match &options.postgres {
        None if !options.no_postgres => Some(Cluster::durable()?),
        _ => None,
    };
    bench.arg("--yanshu").arg(yanshu);
    if let Some(url) = options.postgres.as_ref().or(throwaway.as_ref().map(|cluster| &cluster.url)) {
        bench.args(["--postgres", url]);
    }
    process::run(bench.args(&options.bench))
}

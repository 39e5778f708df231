//! `cargo xtask drill` builds this and runs it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks on its standard output")]

use anyhow::Result;
use clap::Parser;
use drill::{Server, Temper, kill, report};
use std::{path::PathBuf, process::ExitCode};

/// Breaks Yanshu on purpose and proves afterwards that nobody was lost or doubled.
#[derive(Debug, Parser)]
struct Options {
    /// The `yanshu` executable.
    #[arg(long)]
    program: PathBuf,
    /// A PostgreSQL server; without one only SQLite is drilled.
    #[arg(long)]
    postgres: Option<String>,
    /// A program that takes `start` and `stop immediate` for that server.
    #[arg(long)]
    postgres_control: Option<PathBuf>,
    /// What the moments are chosen by; a new one each time where it is not given.
    #[arg(long)]
    seed: Option<u64>,
    /// kill -9 so often.
    #[arg(long, default_value_t = 200)]
    kills: usize,
    /// Deliveries of a kill drill.
    #[arg(long, default_value_t = 20_000)]
    deliveries: usize,
}

fn main() -> ExitCode {
    let options = Options::parse();
    match tokio::runtime::Runtime::new().map_err(Into::into).and_then(|runtime| runtime.block_on(run(options))) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("drill: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<bool> {
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..1_000_000));
    let server = options.postgres.map(|url| Server { url, control: options.postgres_control });
    let mut rows = Vec::new();
    for server in [None, server] {
        for processes in [1, 2] {
            let plan = kill::Plan {
                program: options.program.clone(),
                server: server.clone(),
                processes,
                kills: options.kills,
                people: options.deliveries / 4,
                notices: 4,
                temper: Temper::default(),
                seed,
            };
            let row = kill::run(&plan).await?;
            print!("{}", report::table(std::slice::from_ref(&row)));
            rows.push(row);
        }
    }
    Ok(rows.iter().all(|row| row.breaches().is_empty()))
}

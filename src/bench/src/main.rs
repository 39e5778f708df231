//! The bench as a program; `cargo xtask bench` builds everything and starts it.

use std::{fs, process::ExitCode};

use anyhow::{Context as _, Result};
use bench::{options::Options, report::Report};
use clap::Parser as _;

#[tokio::main]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line program")]
async fn main() -> ExitCode {
    let options = Options::parse();
    let done = match bench::run(&options).await {
        Ok(report) => {
            println!("{}", report.table());
            write(&options, &report)
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn write(options: &Options, report: &Report) -> Result<()> {
    if let Some(file) = &options.json {
        let json = serde_json::to_string_pretty(report)? + "\n";
        fs::write(file, json).with_context(|| file.display().to_string())?;
    }
    if let Some(file) = &options.doc {
        let old = fs::read_to_string(file).ok();
        fs::write(file, report.page(old.as_deref())).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

//! `cargo xtask`: builds, runs and tests Yanshu with nothing but Rust and a C compiler to begin with.
//!
//! One module per concern: [`toolchain`] finds or makes a compiler for the browser, [`site`] turns the browser crate, the
//! style sheet and the public files into a directory that the server reads, and [`demo`], [`dev`], [`release`] and
//! [`suite`] are the commands.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool talks on its standard output")]

mod bench;
mod demo;
mod dev;
mod drill;
mod files;
mod install;
mod process;
mod release;
mod server;
mod site;
mod suite;
mod toolchain;
mod workspace;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Builds, runs and tests Yanshu.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build everything and start the simulator and the console with sample data.
    Demo(demo::Options),
    /// Like `demo`, and rebuild and restart whenever a file changes.
    Dev(dev::Options),
    /// Build one release executable with the site inside.
    Build {
        /// Where cargo puts the server side (default: the workspace's target directory).
        #[arg(long, value_name = "DIR")]
        target_dir: Option<PathBuf>,
    },
    /// Run every check and every test.
    Test(suite::Options),
    /// Measure the release executable beside a bare client, and hold every figure against its target.
    Bench(bench::Options),
    /// Kill, cut off and mislead workers while they send, and prove that nobody was lost or doubled.
    Drill(drill::Options),
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        // One line for people: a stack of this tool's functions helps nobody, whatever RUST_BACKTRACE says.
        Err(reason) => {
            eprintln!("xtask: {reason:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    let workspace = Workspace::locate()?;
    match command {
        Command::Demo(options) => demo::run(&workspace, &options),
        Command::Dev(options) => dev::run(&workspace, &options),
        Command::Build { target_dir } => release::run(&workspace, target_dir).map(drop),
        Command::Test(options) => suite::run(&workspace, &options),
        Command::Bench(options) => bench::run(&workspace, &options),
        Command::Drill(options) => drill::run(&workspace, &options),
    }
}

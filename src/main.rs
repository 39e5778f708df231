//! `yanshu`: the console, its worker, the simulator and the tools around them in one executable.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    yanshu::cli::run(yanshu::cli::Arguments::parse())
}

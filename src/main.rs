//! `yanshu`: the console, its worker, the simulator and the tools around them in one executable.

use clap::Parser;
use std::process::ExitCode;

/// A call makes a few hundred small allocations: with the C library's allocator they were a tenth of the time of a send.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    yanshu::cli::run(yanshu::cli::Arguments::parse())
}

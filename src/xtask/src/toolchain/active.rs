//! The compiler of the cargo that started us.

use std::{env, process::Command, time::Duration};

use anyhow::{Context as _, Result, bail};

use super::{TARGET, rustc, sysroot};
use crate::process;

/// A download of some 20 MB; a network that swallows packets must not hold the demo up for ever.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);

/// Whether it can build for the browser as it is.
pub fn is_ready() -> bool {
    rustc::sysroot(&mut compiler()).is_ok_and(|root| sysroot::has_wasm_std(&root))
}

/// Asks rustup for the browser's standard library; fails where there is no rustup, or where it cannot download.
pub fn add_with_rustup() -> Result<()> {
    let Some(toolchain) = env::var_os("RUSTUP_TOOLCHAIN") else {
        bail!("this cargo was not started by rustup");
    };
    let rustup = process::which("rustup").context("rustup is not on the PATH")?;
    eprintln!("xtask: asking rustup for the browser's target");
    process::run_within(
        process::command(rustup).args(["target", "add", TARGET, "--toolchain"]).arg(toolchain),
        RUSTUP_LIMIT,
    )?;
    if is_ready() { Ok(()) } else { bail!("rustup added the browser's target, yet the compiler does not find it") }
}

/// The rustc that cargo would take.
fn compiler() -> Command {
    process::command(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

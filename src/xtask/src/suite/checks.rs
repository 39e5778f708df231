//! The steps that need no test runner: formatting, clippy, and the site's size.

use anyhow::{Result, bail};

use super::{SERVER_SIDE, THIS_TOOL, steps::Bench};
use crate::{process, site::Flavour, toolchain::TARGET, workspace::Workspace};

/// The budget for all wasm and JavaScript together, after brotli.
const BUDGET: u64 = 150_000;

/// `cargo fmt --check`.
pub fn format(workspace: &Workspace) -> Result<()> {
    process::run(workspace.cargo().args(["fmt", "--all", "--check"]))
}

/// Clippy on everything but the browser side.
pub fn clippy(workspace: &Workspace) -> Result<()> {
    for packages in [SERVER_SIDE.as_slice(), &THIS_TOOL] {
        let mut clippy = workspace.cargo();
        clippy.arg("clippy").args(packages).args(["--all-targets", "--", "--deny", "warnings"]);
        process::run(&mut clippy)?;
    }
    Ok(())
}

/// Clippy on the browser side. The site's profile is named so that build scripts and macros are compiled once for both.
pub fn clippy_wasm(bench: &mut Bench<'_>) -> Result<()> {
    let workspace = bench.workspace;
    let mut clippy = bench.wasm()?.clippy(workspace)?;
    clippy.args(["--package", "browser", "--target", TARGET, "--profile", Flavour::Dev.profile()]);
    process::run(clippy.args(["--", "--deny", "warnings"]))
}

/// Builds both sites, holds the small one against the budget, and checks the code that puts it into the executable.
pub fn site(bench: &mut Bench<'_>) -> Result<()> {
    bench.site(Flavour::Dev)?;
    let site = bench.site(Flavour::Release)?;
    let sizes = site.sizes()?;
    println!("{sizes}; the budget for wasm + JavaScript is {} kB", BUDGET / 1000);
    if sizes.wasm_and_script() > BUDGET {
        bail!("the browser side is too big: {sizes}; see what grew, the budget is {} kB", BUDGET / 1000);
    }
    // Otherwise only `cargo xtask build` compiles it, and nobody would notice that it no longer does.
    let mut clippy = bench.workspace.cargo();
    clippy.arg("clippy").args(SERVER_SIDE).args([
        "--all-targets",
        "--features",
        "yanshu/embed",
        "--",
        "--deny",
        "warnings",
    ]);
    process::run(clippy.env("YANSHU_SITE_DIR", &site.directory))
}

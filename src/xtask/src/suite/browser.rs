//! The tests in a real browser: `npm test` in `tests/browser`, with Debian's Chromium.

use std::{env, path::PathBuf};

use anyhow::{Context as _, Result, bail};

use super::{counts, steps::Bench};
use crate::{install, process, server, site::Flavour};

/// Names under which systems know Chromium.
const CHROMIUMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Installs what is missing, builds server and site, and runs the tests against them.
pub fn run(bench: &mut Bench<'_>) -> Result<()> {
    let workspace = bench.workspace;
    let directory = workspace.root.join("tests/browser");
    if !directory.join("package.json").is_file() {
        bail!("tests/browser/package.json is missing: the browser tests cannot be run");
    }
    let chromium = chromium()?;
    install::program("node", "nodejs")?;
    let npm = install::program("npm", "npm")?;
    install::npm(&directory)?;
    let site = bench.site(Flavour::Dev)?;
    let executable = server::build(workspace)?;
    let environment = bench.environment()?;
    let mut command = process::command(npm);
    command
        .args(["test", "--silent"])
        .current_dir(&directory)
        .envs(environment)
        .env("YANSHU_BIN", executable)
        .env("YANSHU_SITE_DIR", site.directory)
        .env("CHROMIUM", chromium);
    let (status, text) = process::tee(&mut command)?;
    let counts = counts::read(&text);
    bench.add(counts);
    if !status.success() {
        bail!("some browser tests failed; their output stands above");
    }
    if counts.passed == 0 {
        bail!("the browser tests ended without a test: `npm test` in tests/browser must run Node's test runner");
    }
    Ok(())
}

/// The browser: the one that CHROMIUM names, or the system's.
fn chromium() -> Result<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        return Ok(named.into());
    }
    if let Some(found) = CHROMIUMS.iter().find_map(|name| process::which(name)) {
        return Ok(found);
    }
    install::apt("Chromium", &["chromium"])?;
    process::which("chromium").context("Chromium was installed but is not on the PATH: name it in CHROMIUM")
}

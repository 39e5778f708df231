//! Installing what is missing where that is allowed (Debian's packages as root, npm packages in our own tree), and
//! otherwise saying in one line what to install.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::{files, process};

/// Whether we are root.
pub fn is_root() -> bool {
    process::capture(process::command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Installs Debian packages, or says which ones to install. `what` names what is missing.
///
/// Nothing is ever removed: a machine that has another package in the way keeps it, and its owner is told.
pub fn apt(what: &str, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if process::which("apt-get").is_none() {
        bail!("{what} is missing: install it (its Debian packages are called {list}) and run this command again");
    }
    if !is_root() {
        bail!("{what} is missing: run `sudo apt-get install {list}` and then this command again");
    }
    eprintln!("xtask: {what} is missing, installing {list}");
    if process::run(&mut apt_get(packages)).is_ok() {
        return Ok(());
    }
    // The lists of a new machine are empty, those of an old one name versions that are gone.
    process::run(process::command("apt-get").args(["-qq", "update"]).stdout(Stdio::null()))
        .and_then(|()| process::run(&mut apt_get(packages)))
        .with_context(|| format!("{what} is missing and could not be installed: install {list} by hand"))
}

fn apt_get(packages: &[&str]) -> Command {
    let mut command = process::command("apt-get");
    command
        .args(["-qq", "-y", "--no-install-recommends", "--no-remove", "install"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

/// Installs a Debian package that has no program, unless it is installed.
pub fn library(package: &str) -> Result<()> {
    let installed = process::capture(process::command("dpkg-query").args(["-W", "-f", "${Status}", package]));
    if installed.is_ok_and(|status| status.contains("ok installed")) { Ok(()) } else { apt(package, &[package]) }
}

/// A program from the PATH; if it is missing, its Debian package is installed first.
pub fn program(name: &str, package: &str) -> Result<PathBuf> {
    if let Some(path) = process::which(name) {
        return Ok(path);
    }
    apt(name, &[package])?;
    process::which(name).with_context(|| format!("{package} is installed, yet {name} is not on the PATH: add it there"))
}

/// Installs the npm packages of a directory, unless they are the ones that its package files name now.
pub fn npm(directory: &Path) -> Result<()> {
    let stamp = directory.join("node_modules/.yanshu-installed");
    let wanted = package_files(directory)?;
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let locked = directory.join("package-lock.json").is_file();
    let verb = if locked { "ci" } else { "install" };
    let quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
    process::run(process::command("npm").arg(verb).args(quiet).current_dir(directory).stdin(Stdio::null()))
        .with_context(|| format!("the npm packages of {} cannot be installed", directory.display()))?;
    // `npm install` may just have written the lock file.
    files::write(&stamp, package_files(directory)?.as_bytes())
}

/// A hash over the files that decide which npm packages are installed.
fn package_files(directory: &Path) -> Result<String> {
    let manifest = directory.join("package.json");
    let manifest = fs::read(&manifest).with_context(|| format!("cannot read {}", manifest.display()))?;
    let lock = fs::read(directory.join("package-lock.json")).unwrap_or_default();
    Ok(files::short_hash([manifest.as_slice(), lock.as_slice()]))
}

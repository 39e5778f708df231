//! The distribution's own compiler, beside rustup's: Debian packages a current Rust for its browsers, with sources.

use std::{
    env, iter,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use super::{Kind, rustc, wasm_std};
use crate::{install, process, workspace::Workspace};

const CARGO: &str = "/usr/bin/cargo";
const RUSTC: &str = "/usr/bin/rustc";
const CLIPPY: &str = "/usr/bin/cargo-clippy";
const PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "rust-web-clippy"];

/// The distribution's compiler if it can build for the browser right now.
pub fn find_ready(workspace: &Workspace) -> Option<Kind> {
    let version = version()?;
    let own = rustc::sysroot(&mut command(RUSTC)).ok()?;
    let place = if wasm_std::is_usable(&own, &version) {
        None
    } else {
        let private = wasm_std::private_sysroot(workspace, &version);
        if !wasm_std::is_usable(&private, &version) {
            return None;
        }
        Some(private)
    };
    has_linker(&own, &version).then_some(Kind::Distribution { sysroot: place })
}

/// Installs the distribution's compiler if it is missing and builds the browser's standard library if that is missing.
pub fn make_ready(workspace: &Workspace) -> Result<Kind> {
    if version().is_none() || !Path::new("/usr/lib/rustlib/src").exists() {
        install::apt("a Rust compiler that can build for the browser", PACKAGES)?;
    }
    let Some(version) = version() else {
        let (major, minor, _) = rustc::oldest_supported();
        bail!(
            "{RUSTC} is older than {major}.{minor}: run `rustup target add {}` where the network allows",
            super::TARGET
        );
    };
    let own = rustc::sysroot(&mut command(RUSTC))?;
    if !has_linker(&own, &version) {
        install::apt("rust-lld", &["rust-web-llvm", &format!("lld-{}", version.llvm)])?;
    }
    if let Some(kind) = find_ready(workspace) {
        return Ok(kind);
    }
    let place = wasm_std::build(workspace, &version, &own, &mut cargo())?;
    Ok(Kind::Distribution { sysroot: (place != own).then_some(place) })
}

/// The distribution's cargo.
pub fn cargo() -> Command {
    command(CARGO)
}

/// The distribution's `cargo clippy`, called by its own name: `cargo clippy` would find rustup's in `~/.cargo/bin` first.
pub fn clippy() -> Result<Command> {
    if !Path::new(CLIPPY).exists() {
        install::apt("clippy for the browser side", &["rust-web-clippy"])?;
    }
    let mut clippy = command(CLIPPY);
    clippy.arg("clippy");
    Ok(clippy)
}

/// A program of the distribution, free of what rustup and `cargo run` put into the environment.
fn command(program: &str) -> Command {
    let mut command = process::command(program);
    command.env("RUSTC", RUSTC);
    // `cargo run` adds the directories of rustup's libraries to LD_LIBRARY_PATH; this compiler has its own.
    for name in ["RUSTUP_TOOLCHAIN", "RUSTDOC", "LD_LIBRARY_PATH"] {
        command.env_remove(name);
    }
    // What these programs start by name must be the distribution's too, not rustup's.
    let path = env::var_os("PATH").unwrap_or_default();
    let path = iter::once(PathBuf::from("/usr/bin")).chain(env::split_paths(&path));
    if let Ok(path) = env::join_paths(path) {
        command.env("PATH", path);
    }
    command
}

/// The version, if compiler and cargo are there and recent enough.
fn version() -> Option<rustc::Version> {
    if !Path::new(CARGO).exists() || !Path::new(RUSTC).exists() {
        return None;
    }
    let version = rustc::version(&mut command(RUSTC)).ok()?;
    (version.release >= rustc::oldest_supported()).then_some(version)
}

/// Whether the linker for the browser is where rustc looks for it.
fn has_linker(own: &Path, version: &rustc::Version) -> bool {
    let bundled = own.join("lib/rustlib").join(&version.host).join("bin/rust-lld");
    bundled.exists() || process::which("rust-lld").is_some()
}

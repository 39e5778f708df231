//! A Rust compiler that can build for the browser.
//!
//! The server is always built by the cargo that started this tool. For the browser that cargo may lack the standard library
//! of `wasm32-unknown-unknown`; then, in this order, cheapest first:
//!
//! 1. a distribution's compiler that was made ready before,
//! 2. `rustup target add`,
//! 3. the distribution's compiler (Debian's packages), with a standard library built from its own sources, once.

mod active;
mod distribution;
mod rustc;
mod sysroot;
mod wasm_std;

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::workspace::Workspace;

/// The target triple of the browser side.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// A cargo that can build for [`TARGET`].
#[derive(Debug)]
pub struct Wasm {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// The cargo that started us.
    Active,
    /// The distribution's cargo and rustc, with a sysroot of ours if the compiler's own could not be written.
    Distribution { sysroot: Option<PathBuf> },
}

impl Wasm {
    /// Finds such a cargo or makes one ready. A second call finds what the first one made.
    pub fn ensure(workspace: &Workspace) -> Result<Self> {
        if active::is_ready() {
            return Ok(Self { kind: Kind::Active });
        }
        if let Some(kind) = distribution::find_ready(workspace) {
            return Ok(Self { kind });
        }
        match active::add_with_rustup() {
            Ok(()) => return Ok(Self { kind: Kind::Active }),
            Err(reason) => eprintln!("xtask: {reason:#}; taking the distribution's compiler for the browser side"),
        }
        distribution::make_ready(workspace).map(|kind| Self { kind })
    }

    /// The cargo, run at the top of the workspace with the browser's target directory.
    pub fn cargo(&self, workspace: &Workspace) -> Command {
        match &self.kind {
            Kind::Active => in_browser_target(workspace, workspace.cargo()),
            Kind::Distribution { sysroot } => {
                in_browser_target(workspace, with_sysroot(distribution::cargo(), sysroot.as_deref()))
            }
        }
    }

    /// `cargo clippy` of the same compiler; it is installed if it is missing and that is allowed.
    pub fn clippy(&self, workspace: &Workspace) -> Result<Command> {
        let command = match &self.kind {
            Kind::Active => {
                let mut cargo = workspace.cargo();
                cargo.arg("clippy");
                cargo
            }
            Kind::Distribution { sysroot } => with_sysroot(distribution::clippy()?, sysroot.as_deref()),
        };
        Ok(in_browser_target(workspace, command))
    }
}

fn in_browser_target(workspace: &Workspace, mut command: Command) -> Command {
    command
        .current_dir(&workspace.root)
        .env("CARGO_TARGET_DIR", workspace.browser_target())
        .env_remove("CARGO_BUILD_TARGET_DIR");
    command
}

/// Adds a sysroot to the caller's compiler flags. They reach code for the browser only, never build scripts and procedural
/// macros, because cargo is always given `--target`.
fn with_sysroot(mut command: Command, sysroot: Option<&Path>) -> Command {
    if let Some(sysroot) = sysroot {
        let separator = "\u{1f}";
        let mut flags = env::var_os("CARGO_ENCODED_RUSTFLAGS").unwrap_or_else(|| {
            let plain = env::var("RUSTFLAGS").unwrap_or_default();
            plain.split_whitespace().collect::<Vec<_>>().join(separator).into()
        });
        if !flags.is_empty() {
            flags.push(separator);
        }
        flags.push("--sysroot");
        flags.push(separator);
        flags.push(sysroot);
        command.env("CARGO_ENCODED_RUSTFLAGS", flags);
    }
    command
}

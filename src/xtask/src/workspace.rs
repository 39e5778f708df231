//! Where things lie, and the cargo that started us.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use crate::{process, site::Flavour};

/// The directories of the checkout that we run in.
#[derive(Debug)]
pub struct Workspace {
    /// The repository's top directory.
    pub root: PathBuf,
    /// Cargo's target directory for the server side and for this tool.
    pub target: PathBuf,
}

impl Workspace {
    /// Finds the workspace from the place of this package.
    pub fn locate() -> Result<Self> {
        let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&package)
            .ancestors()
            .nth(2)
            .context("this tool's package is no longer at src/xtask: adapt Workspace::locate")?
            .to_path_buf();
        let target = ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"]
            .iter()
            .find_map(env::var_os)
            .map_or_else(|| root.join("target"), |directory| root.join(directory));
        Ok(Self { root, target })
    }

    /// The cargo that started us, run at the top of the workspace.
    pub fn cargo(&self) -> Command {
        let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = process::command(program);
        command.current_dir(&self.root);
        command
    }

    /// Cargo's target directory for the browser side, apart from the server's so that neither waits for the other's lock.
    pub fn browser_target(&self) -> PathBuf {
        self.target.join("browser")
    }

    /// The finished site of a flavour.
    pub fn site(&self, flavour: Flavour) -> PathBuf {
        self.target.join(format!("site-{}", flavour.name()))
    }
}

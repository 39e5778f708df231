//! `cargo xtask build`: one executable with the site inside.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result};

use crate::{
    process,
    site::{self, Flavour, wasm_opt},
    toolchain::Wasm,
    workspace::Workspace,
};

/// Builds the release site and the executable around it, and prints their sizes; the executable's path.
pub fn run(workspace: &Workspace, target_dir: Option<PathBuf>) -> Result<PathBuf> {
    let wasm = Wasm::ensure(workspace)?;
    wasm_opt::install_if_possible(workspace);
    let site = site::build(workspace, &wasm, Flavour::Release)?;
    let target = target_dir.map_or_else(|| workspace.target.clone(), |directory| workspace.root.join(directory));
    process::run(
        workspace
            .cargo()
            .args(["build", "--release", "--package", "yanshu", "--features", "embed", "--target-dir"])
            .arg(&target)
            .env("YANSHU_SITE_DIR", &site.directory),
    )?;
    let executable = target.join("release/yanshu");
    let bytes = fs::metadata(&executable).with_context(|| format!("cannot find {}", executable.display()))?.len();
    println!("{}", site.sizes()?);
    println!("executable: {:.1} MB", bytes as f64 / 1e6);
    println!("{}", executable.display());
    Ok(executable)
}

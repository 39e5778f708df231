//! wasm-bindgen: from the module that cargo built to the module and the scripts that a browser loads.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::{Flavour, wasm_opt};
use crate::{files, workspace::Workspace};

/// The script's name before it gets a hash.
pub const SCRIPT: &str = "yanshu.js";
/// The module's name before it gets a hash.
pub const MODULE: &str = "yanshu_bg.wasm";
/// A file beside the results: what they were made from.
const STAMP: &str = "made-from";

/// Where wasm-bindgen's results lie between two builds.
pub fn stage(workspace: &Workspace, flavour: Flavour) -> PathBuf {
    workspace.browser_target().join(format!("bindgen-{}", flavour.name()))
}

/// Whether a file of the stage goes to the browser.
pub fn is_shipped(path: &Path) -> bool {
    path.extension().and_then(OsStr::to_str).is_some_and(|extension| matches!(extension, "js" | "mjs" | "wasm"))
}

/// Runs wasm-bindgen, and wasm-opt for a release if it is there, unless the results of the same module are there already.
pub fn run(workspace: &Workspace, module: &Path, flavour: Flavour) -> Result<PathBuf> {
    let stage = stage(workspace, flavour);
    let bytes = fs::read(module).with_context(|| format!("cargo did not build {}", module.display()))?;
    let optimizer = match flavour {
        Flavour::Dev => None,
        Flavour::Release => wasm_opt::find(workspace),
    };
    let version = optimizer.as_ref().map_or_else(|| "none".to_owned(), wasm_opt::Tool::version);
    let made_from = files::short_hash([bytes.as_slice(), version.as_bytes(), env!("CARGO_PKG_VERSION").as_bytes()]);
    let stamp = stage.join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|old| old == made_from) {
        return Ok(stage);
    }
    if stage.exists() {
        fs::remove_dir_all(&stage).with_context(|| format!("cannot empty {}", stage.display()))?;
    }
    bindgen(module, &stage, flavour)?;
    if let Some(optimizer) = optimizer {
        optimizer.run(&stage.join(MODULE));
    }
    files::write(&stamp, made_from.as_bytes())?;
    Ok(stage)
}

/// The JavaScript names no wasm file by itself: the page passes the hashed one.
fn bindgen(module: &Path, stage: &Path, flavour: Flavour) -> Result<()> {
    Bindgen::new()
        .input_path(module)
        .web(true)
        .and_then(|bindgen| {
            bindgen
                .out_name(SCRIPT.trim_end_matches(".js"))
                .typescript(false)
                .omit_default_module_path(true)
                .remove_name_section(flavour == Flavour::Release)
                .remove_producers_section(true)
                .generate(stage)
        })
        .context("wasm-bindgen cannot read what cargo built: do the versions in Cargo.lock and src/xtask agree?")
}

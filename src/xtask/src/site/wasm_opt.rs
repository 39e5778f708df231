//! `wasm-opt` makes the module smaller. It is used when it is there; nothing fails when it is not.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use crate::{files, install, process, workspace::Workspace};

/// What Rust's compiler and wasm-bindgen use; without these flags wasm-opt refuses the module.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];
const PACKAGE: &str = "{ \"private\": true, \"dependencies\": { \"binaryen\": \"132.0.0\" } }\n";

/// A wasm-opt.
#[derive(Debug)]
pub struct Tool(PathBuf);

/// Looks on the PATH, among the browser tests' npm packages, and where [`install_if_possible`] puts it.
pub fn find(workspace: &Workspace) -> Option<Tool> {
    let packaged = [workspace.root.join("tests/browser"), tools(workspace)];
    let packaged = packaged.iter().map(|place| place.join("node_modules/.bin/wasm-opt"));
    process::which("wasm-opt").into_iter().chain(packaged).find(|path| path.is_file()).map(Tool)
}

/// Installs wasm-opt from npm's `binaryen` where npm is present. A release without it is some per cent larger, no more.
pub fn install_if_possible(workspace: &Workspace) {
    if find(workspace).is_some() || process::which("npm").is_none() {
        return;
    }
    let place = tools(workspace);
    let installed =
        files::write_if_changed(&place.join("package.json"), PACKAGE.as_bytes()).and_then(|_| install::npm(&place));
    if let Err(reason) = installed {
        eprintln!("xtask: going on without wasm-opt: {reason:#}");
    }
}

fn tools(workspace: &Workspace) -> PathBuf {
    workspace.target.join("tools")
}

impl Tool {
    /// What the tool says of itself, to tell results of two versions apart.
    pub fn version(&self) -> String {
        process::capture(process::command(&self.0).arg("--version")).unwrap_or_default()
    }

    /// Makes a module smaller, in place; leaves it alone if that fails.
    pub fn run(&self, module: &Path) {
        let smaller = module.with_extension("smaller");
        let mut command = process::command(&self.0);
        command.arg("-Oz").args(FEATURES).arg(module).arg("-o").arg(&smaller).stdin(Stdio::null());
        let done = process::run(&mut command).and_then(|()| Ok(fs::rename(&smaller, module)?));
        if let Err(reason) = done {
            eprintln!("xtask: going on with the module as the compiler left it: {reason:#}");
        }
    }
}

//! The site: everything that a browser loads, ready to be served, with content hashes in the names and compressed copies
//! beside the files.
//!
//! ```text
//! target/site-dev/                         (target/site-release/)
//!   site.json                              what the server reads: the names below
//!   pkg/yanshu.1a2b3c4d.js                 glue, made by wasm-bindgen
//!   pkg/yanshu.1a2b3c4d_bg.wasm            the islands
//!   pkg/yanshu.5e6f7081.css                the style sheet
//!   pkg/snippets/…                         JavaScript that crates bring along
//!   …                                      the files of public/
//! ```

mod bindgen;
mod compress;
mod css;
mod output;
pub mod wasm_opt;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::{
    files, process,
    toolchain::{TARGET, Wasm},
    workspace::Workspace,
};
use output::Output;

/// How much work goes into the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// Quick to build: for the demo, development and the browser tests.
    Dev,
    /// Small to load: for releases and the size guard.
    Release,
}

impl Flavour {
    /// The word in directory names.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }

    /// Cargo's profile for the browser side.
    pub const fn profile(self) -> &'static str {
        match self {
            Self::Dev => "wasm-dev",
            Self::Release => "wasm-release",
        }
    }
}

/// A finished site.
#[derive(Debug)]
pub struct Site {
    /// Where it lies.
    pub directory: PathBuf,
}

/// What the server reads to know the hashed names.
#[derive(Debug, serde::Serialize)]
struct Names {
    output_name: String,
    css: String,
}

/// Builds the browser side and puts the whole site together. What is already there and unchanged is left alone.
pub fn build(workspace: &Workspace, wasm: &Wasm, flavour: Flavour) -> Result<Site> {
    process::run(wasm.cargo(workspace).args([
        "build",
        "--package",
        "browser",
        "--target",
        TARGET,
        "--profile",
        flavour.profile(),
    ]))?;
    let module = workspace.browser_target().join(TARGET).join(flavour.profile()).join("browser.wasm");
    let stage = bindgen::run(workspace, &module, flavour)?;
    assemble(workspace, &stage, flavour)
}

/// Puts the site together again from the browser side of an earlier [`build`]: for a change of style or public files.
pub fn build_again_without_wasm(workspace: &Workspace, flavour: Flavour) -> Result<Site> {
    assemble(workspace, &bindgen::stage(workspace, flavour), flavour)
}

fn assemble(workspace: &Workspace, stage: &Path, flavour: Flavour) -> Result<Site> {
    let directory = workspace.site(flavour);
    let mut output = Output::new(&directory, flavour);
    for file in files::walk(&workspace.root.join("public"))? {
        let name = file.strip_prefix(workspace.root.join("public"))?.to_path_buf();
        if is_published(&name) {
            output.put(&name, &read(&file)?)?;
        }
    }
    let output_name = put_package(stage, &mut output)?;
    let sheet = css::bundle(&workspace.root.join("style/main.css"))?;
    let css = format!("pkg/yanshu.{}.css", files::short_hash([sheet.as_bytes()]));
    output.put(Path::new(&css), sheet.as_bytes())?;
    output.finish(&Names { output_name, css: format!("/{css}") })?;
    Ok(Site { directory })
}

/// Puts the scripts and the wasm module into `pkg/` under hashed names; gives back the name that Leptos calls output name.
fn put_package(stage: &Path, output: &mut Output<'_>) -> Result<String> {
    let contents = files::walk(stage)?
        .into_iter()
        .filter(|path| bindgen::is_shipped(path))
        .map(|path| Ok((path.strip_prefix(stage)?.to_path_buf(), read(&path)?)))
        .collect::<Result<Vec<_>>>()?;
    let hash = files::short_hash(contents.iter().map(|(_, bytes)| bytes.as_slice()));
    let output_name = format!("yanshu.{hash}");
    for (name, bytes) in contents {
        let place = match name.to_str() {
            Some(bindgen::SCRIPT) => format!("{output_name}.js").into(),
            Some(bindgen::MODULE) => format!("{output_name}_bg.wasm").into(),
            _ => name,
        };
        output.put(&Path::new("pkg").join(place), &bytes)?;
    }
    Ok(output_name)
}

/// Whether a file of `public/` belongs on the web: editors and systems leave hidden ones, `.well-known` is meant.
fn is_published(name: &Path) -> bool {
    name.components().all(|part| {
        let part = part.as_os_str().to_string_lossy();
        !part.starts_with('.') || part == ".well-known"
    })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

impl Site {
    /// The sizes of what a browser loads before the islands live: every script and the wasm module, compressed.
    pub fn sizes(&self) -> Result<Sizes> {
        let mut sizes = Sizes::default();
        for path in files::walk(&self.directory.join("pkg"))? {
            let plain = path.with_extension("");
            let size = match plain.extension().and_then(|extension| extension.to_str()) {
                Some("wasm") => &mut sizes.wasm,
                Some("js") => &mut sizes.script,
                Some("css") => &mut sizes.style,
                _ => continue,
            };
            if path.extension().is_some_and(|extension| extension == "br") {
                *size += fs::metadata(&path)?.len();
            }
        }
        Ok(sizes)
    }
}

/// Bytes after brotli.
#[derive(Debug, Default, Clone, Copy)]
pub struct Sizes {
    wasm: u64,
    script: u64,
    style: u64,
}

impl Sizes {
    /// What the budget is about.
    pub const fn wasm_and_script(self) -> u64 {
        self.wasm + self.script
    }
}

impl std::fmt::Display for Sizes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kilo = |bytes: u64| bytes as f64 / 1000.0;
        write!(
            f,
            "brotli: wasm {:.1} kB + JavaScript {:.1} kB = {:.1} kB, CSS {:.1} kB",
            kilo(self.wasm),
            kilo(self.script),
            kilo(self.wasm_and_script()),
            kilo(self.style)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_files_are_not_published() {
        assert!(is_published(Path::new("icons/goose.svg")));
        assert!(is_published(Path::new(".well-known/security.txt")));
        assert!(!is_published(Path::new(".DS_Store")));
        assert!(!is_published(Path::new("icons/.goose.svg.swp")));
    }

    #[test]
    fn the_names_follow_the_content() -> Result<()> {
        let name = |module: &str, snippet: &str| -> Result<(String, Vec<PathBuf>)> {
            let (stage, site) = (tempfile::tempdir()?, tempfile::tempdir()?);
            files::write(&stage.path().join(bindgen::SCRIPT), b"import './snippets/a/inline0.js'")?;
            files::write(&stage.path().join(bindgen::MODULE), module.as_bytes())?;
            files::write(&stage.path().join("snippets/a/inline0.js"), snippet.as_bytes())?;
            let mut output = Output::new(site.path(), Flavour::Dev);
            let name = put_package(stage.path(), &mut output)?;
            let relative = |path: PathBuf| path.strip_prefix(site.path()).map(Path::to_path_buf);
            Ok((name, files::walk(site.path())?.into_iter().flat_map(relative).collect()))
        };
        let (first, files) = name("module", "snippet")?;
        assert_eq!(first, name("module", "snippet")?.0);
        assert_ne!(first, name("other", "snippet")?.0);
        assert_ne!(first, name("module", "other")?.0);
        for wanted in [format!("pkg/{first}.js.br"), format!("pkg/{first}_bg.wasm.gz")] {
            assert!(files.contains(&wanted.into()), "{files:?}");
        }
        assert!(files.contains(&"pkg/snippets/a/inline0.js".into()));
        Ok(())
    }
}

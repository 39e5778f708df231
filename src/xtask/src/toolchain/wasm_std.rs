//! The browser's standard library, built from the distribution's sources, once for each version of its compiler.

use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use super::{TARGET, rustc::Version, sysroot};
use crate::{files, process, workspace::Workspace};

/// A file beside the libraries that we built: the version of the compiler that reads them.
const STAMP: &str = "built-by-yanshu-xtask";
/// An empty crate: cargo builds the standard library for it. Link-time optimisation needs the bitcode.
const MANIFEST: &str = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
const FLAGS: &str = "-Cembed-bitcode=yes";

/// Whether a sysroot has a standard library for the browser that this compiler reads: one that came with the compiler, or
/// one that we built with exactly this version of it.
pub fn is_usable(root: &Path, version: &Version) -> bool {
    sysroot::has_wasm_std(root)
        && match fs::read_to_string(sysroot::wasm_directory(root).join(STAMP)) {
            Ok(stamp) => stamp == version.text,
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        }
}

/// The sysroot that we make where the compiler's own cannot be written.
pub fn private_sysroot(workspace: &Workspace, version: &Version) -> PathBuf {
    let (major, minor, patch) = version.release;
    workspace.target.join(format!("wasm-sysroot-{major}.{minor}.{patch}"))
}

/// Builds the standard library and puts it into the compiler's sysroot, or into one of our own; says which.
pub fn build(workspace: &Workspace, version: &Version, own: &Path, cargo: &mut Command) -> Result<PathBuf> {
    eprintln!("xtask: building the standard library for the browser, once (about two minutes)");
    fs::create_dir_all(&workspace.target)?;
    let work = tempfile::Builder::new().prefix("wasm-std-").tempdir_in(&workspace.target)?;
    fs::create_dir(work.path().join("src"))?;
    fs::write(work.path().join("Cargo.toml"), MANIFEST)?;
    fs::write(work.path().join("src/lib.rs"), "")?;
    process::run(
        cargo
            .args(["build", "--release", "--quiet", "--target", TARGET])
            .arg("-Zbuild-std=std,panic_abort,panic_unwind,proc_macro")
            .current_dir(work.path())
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", work.path().join("target"))
            .env("CARGO_ENCODED_RUSTFLAGS", FLAGS),
    )
    .context("the standard library for the browser cannot be built from /usr/lib/rustlib/src")?;
    let libraries = libraries(&work.path().join("target").join(TARGET).join("release/deps"))?;

    if let Err(reason) = place(&libraries, own, version) {
        let private = private_sysroot(workspace, version);
        eprintln!("xtask: {reason:#}; using {}", private.display());
        link_host(own, &private, version)?;
        place(&libraries, &private, version)?;
        return Ok(private);
    }
    Ok(own.to_path_buf())
}

/// The libraries in cargo's output, without the empty crate that they were built for.
fn libraries(directory: &Path) -> Result<Vec<PathBuf>> {
    let is_wanted = |name: &str| name.starts_with("lib") && name.ends_with(".rlib") && !name.starts_with("libempty-");
    let mut all = files::walk(directory)?;
    all.retain(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_wanted));
    if all.is_empty() { bail!("cargo built no libraries in {}", directory.display()) } else { Ok(all) }
}

/// Copies the libraries into a sysroot. They appear all at once, with the stamp, or not at all.
fn place(libraries: &[PathBuf], root: &Path, version: &Version) -> Result<()> {
    let wanted = sysroot::wasm_directory(root);
    let sentence = || format!("cannot write to {}", wanted.display());
    let parent = wanted.parent().with_context(sentence)?;
    fs::create_dir_all(parent).with_context(sentence)?;
    let half = tempfile::Builder::new().prefix(".wasm-std-").tempdir_in(parent).with_context(sentence)?;
    let library = half.path().join("lib");
    fs::create_dir(&library).with_context(sentence)?;
    for path in libraries {
        let name = path.file_name().with_context(sentence)?;
        fs::copy(path, library.join(name)).with_context(sentence)?;
    }
    fs::write(half.path().join(STAMP), &version.text).with_context(sentence)?;
    world_readable(half.path())?;
    if wanted.join(STAMP).exists() || !sysroot::has_wasm_std(root) {
        remove(&wanted).with_context(sentence)?;
    }
    fs::rename(half.path(), &wanted).with_context(sentence)?;
    // The directory has its new name now: nothing is left to remove under the old one.
    let _ = half.keep();
    Ok(())
}

/// Temporary directories are for their owner alone; a compiler is for everybody.
fn world_readable(directory: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(fs::set_permissions(directory, fs::Permissions::from_mode(0o755))?)
}

fn remove(directory: &Path) -> io::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes the host's libraries of a compiler visible in another sysroot.
fn link_host(own: &Path, private: &Path, version: &Version) -> Result<()> {
    let rustlib = private.join("lib/rustlib");
    fs::create_dir_all(&rustlib)?;
    let link = rustlib.join(&version.host);
    if !link.exists() {
        symlink(own.join("lib/rustlib").join(&version.host), &link)
            .with_context(|| format!("cannot make the link {}", link.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version { release: (1, 96, 0), llvm: 22, host: "host".to_owned(), text: text.to_owned() }
    }

    fn built(directory: &Path) -> Result<Vec<PathBuf>> {
        for name in ["libcore-1.rlib", "libstd-1.rlib", "libempty-1.rlib", "libstd-1.rmeta"] {
            fs::write(directory.join(name), name)?;
        }
        libraries(directory)
    }

    #[test]
    fn libraries_of_another_version_are_replaced() -> Result<()> {
        let (output, root) = (tempfile::tempdir()?, tempfile::tempdir()?);
        let libraries = built(output.path())?;
        assert_eq!(libraries.len(), 2);
        place(&libraries, root.path(), &version("old"))?;
        assert!(is_usable(root.path(), &version("old")));
        assert!(!is_usable(root.path(), &version("new")));
        place(&libraries, root.path(), &version("new"))?;
        assert!(is_usable(root.path(), &version("new")));
        assert_eq!(fs::read_dir(root.path().join("lib/rustlib"))?.count(), 1);
        Ok(())
    }

    #[test]
    fn libraries_that_came_with_the_compiler_are_left_alone() -> Result<()> {
        let (output, root) = (tempfile::tempdir()?, tempfile::tempdir()?);
        let libraries = built(output.path())?;
        place(&libraries, root.path(), &version("any"))?;
        fs::remove_file(sysroot::wasm_directory(root.path()).join(STAMP))?;
        assert!(is_usable(root.path(), &version("other")));
        assert!(place(&libraries, root.path(), &version("other")).is_err());
        Ok(())
    }
}

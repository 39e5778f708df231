//! The directory of a compiler's libraries, and whether the browser's are among them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::TARGET;

/// Where a sysroot keeps what belongs to the browser's target.
pub fn wasm_directory(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TARGET)
}

/// Whether a sysroot has a standard library for the browser.
pub fn has_wasm_std(sysroot: &Path) -> bool {
    let library = wasm_directory(sysroot).join("lib");
    ["libcore-", "libstd-"].iter().all(|start| contains(&library, start))
}

fn contains(directory: &Path, start: &str) -> bool {
    let is_wanted = |name: &str| name.starts_with(start) && name.ends_with(".rlib");
    fs::read_dir(directory)
        .is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name().to_str().is_some_and(is_wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standard_library_is_core_and_std() -> anyhow::Result<()> {
        let directory = tempfile::tempdir()?;
        assert!(!has_wasm_std(directory.path()));
        let library = wasm_directory(directory.path()).join("lib");
        fs::create_dir_all(&library)?;
        fs::write(library.join("libcore-1a2b.rlib"), "")?;
        assert!(!has_wasm_std(directory.path()));
        fs::write(library.join("libstd-3c4d.rlib"), "")?;
        assert!(has_wasm_std(directory.path()));
        Ok(())
    }
}

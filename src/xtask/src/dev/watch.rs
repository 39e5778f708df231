//! Which parts of the build a changed file concerns. Files are compared by their dates: it works everywhere, on network
//! file systems too, and the tree is small.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::Result;

use crate::files;

const TREES: &[&str] = &["app", "src", "style", "public", "migrations"];
const FILES: &[&str] = &["Cargo.toml", "Cargo.lock"];

/// Parts of the build.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// The executable.
    pub server: bool,
    /// The wasm module.
    pub browser: bool,
    /// Style sheet and public files.
    pub assets: bool,
}

impl Parts {
    /// Everything.
    pub const ALL: Self = Self { server: true, browser: true, assets: true };

    /// Whether nothing is concerned.
    pub const fn is_empty(self) -> bool {
        !(self.server || self.browser || self.assets)
    }

    /// Both together.
    pub const fn and(self, other: Self) -> Self {
        Self {
            server: self.server || other.server,
            browser: self.browser || other.browser,
            assets: self.assets || other.assets,
        }
    }

    /// What a file, named from the top of the workspace, concerns.
    fn of(file: &Path) -> Self {
        let none = Self::default();
        let starts = |directory: &str| file.starts_with(directory);
        if starts("style") || starts("public") {
            Self { assets: true, ..none }
        } else if starts("app/browser") {
            Self { browser: true, ..none }
        } else if starts("src/xtask") {
            // This very program: it takes part from the next start on.
            none
        } else if starts("migrations") || (starts("src") && !starts("src/model")) {
            Self { server: true, ..none }
        } else {
            Self { server: true, browser: true, ..none }
        }
    }
}

impl fmt::Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [("server", self.server), ("browser side", self.browser), ("assets", self.assets)];
        let named: Vec<_> = all.iter().filter(|(_, concerned)| *concerned).map(|(name, _)| *name).collect();
        f.write_str(&named.join(", "))
    }
}

/// The files as they were at the last look.
#[derive(Debug)]
pub struct Watch {
    root: PathBuf,
    seen: BTreeMap<PathBuf, SystemTime>,
}

impl Watch {
    /// Begins with the files as they are now.
    pub fn new(root: &Path) -> Result<Self> {
        let mut watch = Self { root: root.to_path_buf(), seen: BTreeMap::new() };
        watch.look()?;
        Ok(watch)
    }

    /// What changed, came or went since the last look.
    pub fn look(&mut self) -> Result<Parts> {
        let mut now = BTreeMap::new();
        let mut all: Vec<_> = FILES.iter().map(|name| self.root.join(name)).collect();
        for tree in TREES {
            all.extend(files::walk(&self.root.join(tree))?);
        }
        for path in all {
            // A file that goes away between the two calls is one that went.
            if let Ok(date) = path.metadata().and_then(|data| data.modified()) {
                now.insert(path.strip_prefix(&self.root)?.to_path_buf(), date);
            }
        }
        let before = std::mem::replace(&mut self.seen, now);
        let differs = |a: &BTreeMap<PathBuf, SystemTime>, b: &BTreeMap<PathBuf, SystemTime>| {
            let changed = a.iter().filter(|(path, date)| b.get(*path) != Some(date));
            changed.fold(Parts::default(), |parts, (path, _)| parts.and(Parts::of(path)))
        };
        Ok(differs(&before, &self.seen).and(differs(&self.seen, &before)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_file_concerns_is_built() {
        let of = |file: &str| Parts::of(Path::new(file)).to_string();
        assert_eq!(of("style/main.css"), "assets");
        assert_eq!(of("public/favicon.svg"), "assets");
        assert_eq!(of("src/store/src/lib.rs"), "server");
        assert_eq!(of("migrations/sqlite/0001.sql"), "server");
        assert_eq!(of("app/browser/src/lib.rs"), "browser side");
        assert_eq!(of("app/src/lib.rs"), "server, browser side");
        assert_eq!(of("src/model/src/lib.rs"), "server, browser side");
        assert_eq!(of("Cargo.toml"), "server, browser side");
        assert_eq!(of("src/xtask/src/main.rs"), "");
    }

    #[test]
    fn new_changed_and_removed_files_are_seen() -> Result<()> {
        let directory = tempfile::tempdir()?;
        let file = directory.path().join("style/main.css");
        let mut watch = Watch::new(directory.path())?;
        files::write(&file, b"a{}")?;
        assert!(watch.look()?.assets);
        assert!(watch.look()?.is_empty());
        std::fs::File::options().write(true).open(&file)?.set_modified(SystemTime::UNIX_EPOCH)?;
        assert!(watch.look()?.assets);
        std::fs::remove_file(&file)?;
        assert!(watch.look()?.assets);
        Ok(())
    }
}

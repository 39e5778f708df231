//! The directory that the site is written to: unchanged files stay as they are, files that no longer belong there go.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use super::{Flavour, Names, compress};
use crate::files;

/// Collects what belongs to a site.
#[derive(Debug)]
pub struct Output<'a> {
    directory: &'a Path,
    flavour: Flavour,
    expected: BTreeSet<PathBuf>,
    changed: bool,
}

impl<'a> Output<'a> {
    /// Begins a site in a directory, which may hold an earlier one.
    pub const fn new(directory: &'a Path, flavour: Flavour) -> Self {
        Self { directory, flavour, expected: BTreeSet::new(), changed: false }
    }

    /// Puts a file and its compressed copies at a place of the site.
    pub fn put(&mut self, name: &Path, bytes: &[u8]) -> Result<()> {
        let path = self.directory.join(name);
        let new = files::write_if_changed(&path, bytes)?;
        self.changed |= new;
        if compress::is_worthwhile(name) {
            for (extension, compressor) in COMPRESSORS {
                let copy = beside(&path, extension);
                if new || !copy.exists() {
                    files::write(&copy, &compressor(bytes, self.flavour)?)?;
                }
                self.expected.insert(copy);
            }
        }
        self.expected.insert(path);
        Ok(())
    }

    /// Writes `site.json` and removes whatever was not put.
    ///
    /// `site.json` is written anew whenever anything changed: cargo watches the files that the release executable embeds,
    /// and a fresh date on one of them makes it look at all of them again.
    pub fn finish(mut self, names: &Names) -> Result<()> {
        let path = self.directory.join("site.json");
        let text = serde_json::to_string(names)?;
        self.expected.insert(path.clone());
        for file in files::walk(self.directory)? {
            if !self.expected.contains(&file) {
                fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
                self.changed = true;
            }
        }
        if self.changed {
            files::write(&path, text.as_bytes())
        } else {
            files::write_if_changed(&path, text.as_bytes()).map(drop)
        }
    }
}

type Compressor = fn(&[u8], Flavour) -> Result<Vec<u8>>;
const COMPRESSORS: [(&str, Compressor); 2] = [("br", compress::brotli), ("gz", compress::gzip)];

fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names { output_name: "yanshu.1".to_owned(), css: "/pkg/yanshu.2.css".to_owned() }
    }

    #[test]
    fn a_second_site_replaces_the_first() -> Result<()> {
        let directory = tempfile::tempdir()?;
        let build = |file: &str| -> Result<Vec<String>> {
            let mut output = Output::new(directory.path(), Flavour::Dev);
            output.put(Path::new(file), b"body{}")?;
            output.put(Path::new("logo.png"), b"png")?;
            output.finish(&names())?;
            let found = files::walk(directory.path())?;
            Ok(found.iter().flat_map(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned()).collect())
        };
        assert_eq!(build("old.css")?, ["logo.png", "old.css", "old.css.br", "old.css.gz", "site.json"]);
        assert_eq!(build("new.css")?, ["logo.png", "new.css", "new.css.br", "new.css.gz", "site.json"]);
        let json = fs::read_to_string(directory.path().join("site.json"))?;
        assert_eq!(json, r#"{"output_name":"yanshu.1","css":"/pkg/yanshu.2.css"}"#);
        Ok(())
    }
}

//! Files as people have them, and files that want to do harm.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod csv;
mod write;
mod xlsx;

use sheets::{Error, Flow, Options, Row, read};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A file in a folder that goes with the value.
struct Made {
    path: PathBuf,
    _folder: TempDir,
}

impl Made {
    fn new(bytes: &[u8]) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).unwrap();
        Self { path, _folder: folder }
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn rows(&self) -> Vec<Row> {
        self.rows_as(&Options::default()).expect("a readable file")
    }

    fn rows_as(&self, options: &Options) -> Result<Vec<Row>, Error> {
        let mut rows = Vec::new();
        read(self.path(), options, &mut |row| {
            rows.push(row);
            Flow::On
        })?;
        Ok(rows)
    }

    fn cells(&self) -> Vec<Vec<String>> {
        self.rows().into_iter().map(|row| row.cells).collect()
    }
}

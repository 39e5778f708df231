//! Files that nobody needs any more.

use crate::{Services, UseResult};
use model::Millis;
use std::{
    collections::HashSet,
    ffi::OsString,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

/// Imports and their files are kept for so long.
const KEPT_MS: Millis = 7 * 86_400_000;
/// A file that no import names may still be on its way for so long.
const ON_ITS_WAY_MS: Millis = 86_400_000;
/// The length of the names that we give to files.
const NAME: usize = 24;

impl Services {
    /// Forgets what was handed in long ago, with its files.
    pub(crate) async fn forget_old_imports(&self) -> UseResult<()> {
        while let Some(path) = self.store.forget_import(self.now() - KEPT_MS).await? {
            remove(Path::new(&path)).await;
        }
        Ok(())
    }

    /// Removes files that are no import's: their process ended before it had taken them, or another machine has forgotten
    /// the import.
    pub(crate) async fn remove_strays(&self) -> UseResult<()> {
        let Ok(mut folder) = tokio::fs::read_dir(&self.uploads).await else { return Ok(()) };
        let known: HashSet<OsString> = self
            .store
            .import_paths()
            .await?
            .into_iter()
            .filter_map(|path| PathBuf::from(path).file_name().map(OsString::from))
            .collect();
        while let Ok(Some(entry)) = folder.next_entry().await {
            if !known.contains(&entry.file_name()) && self.is_stray(&entry).await {
                remove(&entry.path()).await;
            }
        }
        Ok(())
    }

    /// Whether a file has a name of ours and is old: the folder may be shared with others.
    async fn is_stray(&self, entry: &tokio::fs::DirEntry) -> bool {
        let name = entry.file_name();
        let is_ours = name.len() == NAME
            && name.to_str().is_some_and(|n| n.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
        let Ok(file) = entry.metadata().await else { return false };
        let written = file.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let Some(written) = written.and_then(|at| Millis::try_from(at.as_millis()).ok()) else { return false };
        is_ours && file.is_file() && self.now() - written > ON_ITS_WAY_MS
    }
}

pub(super) async fn remove(path: &Path) {
    if let Err(error) = tokio::fs::remove_file(path).await
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(error = &error as &dyn std::error::Error, "an uploaded file could not be removed");
    }
}

//! Small file helpers: walking a tree, writing only what changed, and a short content hash.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// Every file below a directory, sorted, so that two machines see the same order. A directory that is not there is empty.
pub fn walk(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_path_buf()];
    while let Some(next) = waiting.pop() {
        if !next.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&next).with_context(|| format!("cannot list {}", next.display()))? {
            let path = entry?.path();
            if path.is_dir() { waiting.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// Writes a file unless it already holds exactly these bytes; says whether it wrote. Readers see the old or the new file,
/// never half of one.
pub fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<bool> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(false);
    }
    write(path, bytes)?;
    Ok(true)
}

/// Writes a file and the directories above it.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let sentence = || format!("cannot write {}", path.display());
    let directory = path.parent().with_context(sentence)?;
    fs::create_dir_all(directory).with_context(sentence)?;
    let mut half = path.as_os_str().to_owned();
    half.push(".half");
    fs::write(&half, bytes).with_context(sentence)?;
    fs::rename(&half, path).with_context(sentence)
}

/// Eight hexadecimal digits that stand for some content in a file name (FNV-1a, folded to 32 bits). It tells versions of
/// our own files apart; it is no defence against forgery.
pub fn short_hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    let mut mix = |byte: u8| state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    for part in parts {
        // The length keeps ["ab", "c"] and ["a", "bc"] apart.
        part.len().to_le_bytes().into_iter().for_each(&mut mix);
        part.iter().copied().for_each(&mut mix);
    }
    format!("{:08x}", (state >> 32) ^ (state & 0xffff_ffff))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_eight_digits_and_depends_on_content_and_order() {
        let hash = |parts: &[&str]| short_hash(parts.iter().map(|part| part.as_bytes()));
        assert_eq!(hash(&["a", "bc"]).len(), 8);
        assert_eq!(hash(&["a", "bc"]), hash(&["a", "bc"]));
        assert_ne!(hash(&["a", "bc"]), hash(&["ab", "c"]));
        assert_ne!(hash(&["a", "b"]), hash(&["b", "a"]));
    }

    #[test]
    fn the_same_content_is_not_written_again() -> Result<()> {
        let directory = tempfile::tempdir()?;
        let file = directory.path().join("deep/er/file.txt");
        assert!(write_if_changed(&file, b"one")?);
        assert!(!write_if_changed(&file, b"one")?);
        assert!(write_if_changed(&file, b"two")?);
        assert_eq!(walk(directory.path())?, [file]);
        Ok(())
    }
}

//! What is allowed and yet dangerous.

use super::Settings;
use crate::serve::Parts;
use model::worker::Warning;
use secrecy::ExposeSecret;
use std::path::{Path, PathBuf};

/// Connections with which console and engine of one process do not wait for each other.
const ENOUGH: u32 = 8;

/// Kinds of file systems behind a network, as Linux calls them.
const NETWORK: [&str; 17] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "ncpfs",
    "afs",
    "ceph",
    "9p",
    "glusterfs",
    "lustre",
    "gfs2",
    "ocfs2",
    "fuse.sshfs",
    "fuse.glusterfs",
    "fuse.s3fs",
    "fuse.rclone",
];

impl Settings {
    /// What is dangerous about the settings of a process that runs these parts.
    #[must_use]
    pub fn warnings(&self, parts: Parts) -> Vec<Warning> {
        let mut found = Vec::new();
        let (drain, timeout) = (self.engine.drain.as_secs(), self.wechat_timeout.as_secs());
        if parts.worker && drain < timeout {
            found.push(Warning::DrainShort { drain, timeout });
        }
        match sqlite_file(self.database_url.expose_secret()) {
            Some(path) => found.extend(network_of(&path).map(|kind| Warning::NetworkFileSystem { kind })),
            None if parts.web && parts.worker && self.database_pool < ENOUGH => {
                found.push(Warning::PoolSmall { pool: self.database_pool.into(), enough: ENOUGH.into() });
            }
            None => {}
        }
        found
    }
}

fn sqlite_file(url: &str) -> Option<PathBuf> {
    url.strip_prefix("sqlite://").map(|path| PathBuf::from(path.split('?').next().unwrap_or(path)))
}

/// The kind of network file system that a file lies on, if it lies on one and the system tells.
fn network_of(path: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    // The file itself may not be there yet.
    let real = path.ancestors().find_map(|part| {
        let part = if part.as_os_str().is_empty() { Path::new(".") } else { part };
        part.canonicalize().ok()
    })?;
    kind_of(&real, &mounts).filter(|kind| NETWORK.contains(kind)).map(str::to_owned)
}

/// The kind of file system that a path without links lies on, by the lines of `/proc/self/mountinfo`.
fn kind_of<'a>(path: &Path, mounts: &'a str) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        // 36 35 98:0 /root /mount/point options… - kind source options
        let (left, right) = line.split_once(" - ")?;
        let point = unescaped(left.split(' ').nth(4)?);
        let kind = right.split(' ').next()?;
        let depth = Path::new(&point).components().count();
        // Of two mounts at one place the later hides the earlier.
        if path.starts_with(&point) && best.is_none_or(|(deepest, _)| depth >= deepest) {
            best = Some((depth, kind));
        }
    }
    best.map(|(_, kind)| kind)
}

/// Mount points are written with blanks and the like as octal numbers.
fn unescaped(text: &str) -> String {
    let escapes = [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")];
    escapes.iter().fold(text.to_owned(), |text, (code, plain)| text.replace(code, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
31 22 0:27 / /mnt rw shared:2 - tmpfs tmpfs rw
40 31 0:44 / /mnt/the\\040share rw,relatime - nfs4 server:/x rw,vers=4.2
41 22 0:45 / /data rw - ext4 /dev/vdb rw
42 41 0:46 / /data rw - fuse.sshfs me@host:/ rw
";

    #[test]
    fn the_deepest_and_latest_mount_tells_the_kind() {
        let kind = |path| kind_of(Path::new(path), MOUNTS);
        assert_eq!(kind("/home/yanshu.db"), Some("ext4"));
        assert_eq!(kind("/mnt/x/yanshu.db"), Some("tmpfs"));
        assert_eq!(kind("/mnt/the share/yanshu.db"), Some("nfs4"));
        // A name that begins alike is another place.
        assert_eq!(kind("/mnt/the shared/yanshu.db"), Some("tmpfs"));
        assert_eq!(kind("/data/yanshu.db"), Some("fuse.sshfs"));
        assert!(NETWORK.contains(&"nfs4") && NETWORK.contains(&"fuse.sshfs") && !NETWORK.contains(&"ext4"));
    }

    #[test]
    fn a_database_that_is_not_there_yet_is_looked_for_in_its_folder() {
        let folder = tempfile::tempdir().map(|dir| dir.path().join("not/there/yet.db"));
        assert!(folder.is_ok_and(|path| network_of(&path).is_none()));
        assert_eq!(sqlite_file("sqlite://data/y.db?mode=rwc"), Some(PathBuf::from("data/y.db")));
        assert_eq!(sqlite_file("postgres://h/db"), None);
    }
}

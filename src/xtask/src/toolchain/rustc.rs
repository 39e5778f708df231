//! What a rustc says of itself.

use std::{path::PathBuf, process::Command};

use anyhow::{Context as _, Result};

use crate::process;

/// The facts of `rustc -vV` that matter here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Major, minor, patch.
    pub release: (u32, u32, u32),
    /// The first number of the LLVM version.
    pub llvm: u32,
    /// The triple of the machine.
    pub host: String,
    /// All of it: two compilers with the same text read each other's libraries.
    pub text: String,
}

/// Asks a rustc for its version.
pub fn version(rustc: &mut Command) -> Result<Version> {
    let text = process::capture(rustc.arg("-vV"))?;
    parse(&text).with_context(|| format!("cannot read this compiler's version: {text}"))
}

/// Asks a rustc where its libraries are.
pub fn sysroot(rustc: &mut Command) -> Result<PathBuf> {
    Ok(process::capture(rustc.args(["--print", "sysroot"]))?.trim().into())
}

/// The oldest release that the workspace compiles with.
pub fn oldest_supported() -> (u32, u32, u32) {
    numbers(env!("CARGO_PKG_RUST_VERSION")).unwrap_or_default()
}

fn parse(text: &str) -> Option<Version> {
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    Some(Version {
        release: numbers(field("release:")?)?,
        llvm: numbers(field("LLVM version:")?)?.0,
        host: field("host:")?.to_owned(),
        text: text.to_owned(),
    })
}

/// Reads `1.96.0`, `1.96`, `22.1.8` or `1.97.0-nightly`.
fn numbers(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split(['.', '-']);
    let first = parts.next()?.parse().ok()?;
    let mut next = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
    Some((first, next(), next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read() {
        let text = "rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)\nbinary: rustc\n\
                    host: x86_64-unknown-linux-gnu\nrelease: 1.96.0\nLLVM version: 22.1.8\n";
        let version = parse(text);
        assert_eq!(version.as_ref().map(|version| version.release), Some((1, 96, 0)));
        assert_eq!(version.as_ref().map(|version| version.llvm), Some(22));
        assert_eq!(version.map(|version| version.host), Some("x86_64-unknown-linux-gnu".to_owned()));
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert!(numbers("1.100.0") > numbers("1.94"));
        assert_eq!(numbers("1.97.0-nightly"), Some((1, 97, 0)));
        assert!(oldest_supported() >= (1, 85, 0));
    }
}

//! The dependency guard: what may not be in the wasm, and what there may be only one version of.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

use crate::{process, toolchain::TARGET, workspace::Workspace};

/// Crates of the server side that the browser must never load.
const SERVER_ONLY: &[&str] = &["axum", "hyper", "reqwest", "ring", "rustls", "sqlx", "sqlx-core", "tokio"];
/// Our own packages of the server side.
const OUR_SERVER_ONLY: &[&str] = &["service", "simulator", "store", "webhook", "wechat", "yanshu"];
/// Two versions of one of these are two sets of types that do not fit each other.
const ONE_VERSION: &[&str] = &["axum", "leptos", "reqwest", "serde", "sqlx", "tokio", "tower-http", "tower-sessions"];

type Versions = BTreeMap<String, BTreeSet<String>>;

/// Reads both dependency trees and says what is wrong with them.
pub fn run(workspace: &Workspace) -> Result<()> {
    let browser = ["--package", "browser", "--target", TARGET, "--edges", "normal,no-proc-macro"];
    let browser = tree(workspace, &browser)?;
    let server = tree(workspace, &["--workspace", "--edges", "normal,build,dev"])?;
    let mut faults = intruders(&browser);
    faults.extend(duplicates(&server));
    if faults.is_empty() {
        println!("{} crates in the wasm, {} in the workspace", browser.len(), server.len());
        Ok(())
    } else {
        bail!("{}", faults.join("; "))
    }
}

fn tree(workspace: &Workspace, arguments: &[&str]) -> Result<Versions> {
    let format = ["tree", "--prefix", "none", "--format", "{p}", "--no-dedupe"];
    Ok(parse(&process::capture(workspace.cargo().args(format).args(arguments))?))
}

/// Reads lines like `serde v1.0.228`, `app v0.1.0 (/path)` and `leptos_macro v0.8.20 (proc-macro) (*)`.
fn parse(text: &str) -> Versions {
    let mut versions = Versions::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(version)) = (words.next(), words.next().and_then(|word| word.strip_prefix('v'))) {
            versions.entry(name.to_owned()).or_default().insert(version.to_owned());
        }
    }
    versions
}

fn intruders(browser: &Versions) -> Vec<String> {
    let why = "`cargo tree -p browser --target wasm32-unknown-unknown -i";
    SERVER_ONLY
        .iter()
        .chain(OUR_SERVER_ONLY)
        .filter(|name| browser.contains_key(**name))
        .map(|name| format!("{name} is in the wasm ({why} {name}` says through what)"))
        .collect()
}

fn duplicates(server: &Versions) -> Vec<String> {
    let fault = |name: &&str| match server.get(*name) {
        None => Some(format!("{name} is not among the dependencies: was it renamed? Then adapt the guard")),
        Some(versions) if versions.len() > 1 => {
            let list = versions.iter().cloned().collect::<Vec<_>>().join(" and ");
            Some(format!("there are two versions of {name}: {list}; make the dependencies agree on one"))
        }
        Some(_) => None,
    };
    ONE_VERSION.iter().filter_map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "yanshu v0.1.0 (/somewhere)\naxum v0.8.9\nleptos v0.8.23\nreqwest v0.13.5\nserde v1.0.228\n\
                        sqlx v0.9.0\ntokio v1.50.0\ntower-http v0.6.8\ntower-sessions v0.15.0\nserde v1.0.228 (*)\n\
                        leptos_macro v0.8.20 (proc-macro)\n";

    #[test]
    fn lines_are_read() {
        let versions = parse(GOOD);
        assert_eq!(versions.len(), 10);
        assert!(versions["leptos_macro"].contains("0.8.20"));
        assert_eq!(duplicates(&versions), Vec::<String>::new());
    }

    #[test]
    fn a_second_version_is_found() {
        let faults = duplicates(&parse(&format!("{GOOD}reqwest v0.12.0\n")));
        assert!(matches!(&*faults, [fault] if fault.contains("reqwest: 0.12.0 and 0.13.5")), "{faults:?}");
    }

    #[test]
    fn a_crate_that_is_gone_is_found() {
        assert!(duplicates(&parse("serde v1.0.228")).iter().any(|fault| fault.starts_with("axum is not")));
    }

    #[test]
    fn a_server_crate_in_the_wasm_is_found() {
        assert_eq!(intruders(&parse("browser v0.1.0\nleptos v0.8.23\ntokio-util v0.7.0")), Vec::<String>::new());
        assert_eq!(intruders(&parse("browser v0.1.0\ntokio v1.50.0")).len(), 1);
        assert_eq!(intruders(&parse("store v0.1.0 (/somewhere)")).len(), 1);
    }
}

//! `cargo xtask demo`: from a clean clone to a console with sample data.

use anyhow::Result;

use crate::{
    process, server,
    site::{self, Flavour},
    toolchain::Wasm,
    workspace::Workspace,
};

/// What `cargo xtask demo` takes.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Begin anew: forget what an earlier demo stored.
    #[arg(long)]
    fresh: bool,
    /// The address to listen on, such as 127.0.0.1:3000.
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Leave the browser side as it is (pages and forms work without it).
    #[arg(long)]
    no_browser_build: bool,
}

/// Builds what changed since the last time, then becomes `yanshu demo`, so that Ctrl-C reaches the server itself.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if !options.no_browser_build {
        let wasm = Wasm::ensure(workspace)?;
        site::build(workspace, &wasm, Flavour::Dev)?;
    }
    server::build(workspace)?;
    Err(process::replace(&mut server::demo(workspace, options.fresh, options.listen.as_deref())))
}

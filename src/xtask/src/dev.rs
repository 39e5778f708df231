//! `cargo xtask dev`: rebuilds what a change touches and starts the server again.

mod watch;

use std::{
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};

use crate::{
    process, server,
    site::{self, Flavour},
    toolchain::Wasm,
    workspace::Workspace,
};
use watch::{Parts, Watch};

/// How often the files are looked at.
const TICK: Duration = Duration::from_millis(500);
/// How long the server may take to drain before it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// What `cargo xtask dev` takes.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Begin anew: forget what an earlier demo stored.
    #[arg(long)]
    fresh: bool,
    /// The address to listen on, such as 127.0.0.1:3000.
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
}

/// Builds and serves until Ctrl-C, which reaches the server as well because it is in the same process group.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let wasm = Wasm::ensure(workspace)?;
    let mut watch = Watch::new(&workspace.root)?;
    let mut stale = Parts::ALL;
    let mut server = None;
    let mut fresh = options.fresh;
    loop {
        let started = Instant::now();
        match rebuild(workspace, &wasm, stale) {
            Ok(()) => {
                stop(&mut server)?;
                server = Some(start(workspace, fresh, options.listen.as_deref())?);
                fresh = false;
                println!("xtask: {stale} built in {:.1} s; reload the page", started.elapsed().as_secs_f64());
                stale = Parts::default();
            }
            Err(reason) => println!("xtask: {reason:#}\nxtask: waiting for a change"),
        }
        // What could not be built stays stale, whichever file changes next.
        stale = stale.and(wait(&mut watch, &mut server)?);
    }
}

fn rebuild(workspace: &Workspace, wasm: &Wasm, changed: Parts) -> Result<()> {
    if changed.browser {
        site::build(workspace, wasm, Flavour::Dev)?;
    } else if changed.assets {
        site::build_again_without_wasm(workspace, Flavour::Dev)?;
    }
    if changed.server {
        server::build(workspace)?;
    }
    Ok(())
}

/// Waits for a change, and then until the files are quiet: editors and branch switches write many.
fn wait(watch: &mut Watch, server: &mut Option<Child>) -> Result<Parts> {
    let mut changed = Parts::default();
    loop {
        thread::sleep(TICK);
        let now = watch.look()?;
        if now.is_empty() && !changed.is_empty() {
            return Ok(changed);
        }
        changed = changed.and(now);
        if let Some(status) = server.as_mut().map(Child::try_wait).transpose()?.flatten() {
            println!("xtask: the server ended ({status}); waiting for a change");
            *server = None;
        }
    }
}

fn start(workspace: &Workspace, fresh: bool, listen: Option<&str>) -> Result<Child> {
    let mut command: Command = server::demo(workspace, fresh, listen);
    command.env("YANSHU_DEV", "1").spawn().context("cannot start target/debug/yanshu")
}

/// Asks the server to stop, and kills it if it does not.
fn stop(server: &mut Option<Child>) -> Result<()> {
    let Some(mut child) = server.take() else { return Ok(()) };
    // The standard library can only kill; the server deserves a chance to drain.
    process::run(process::command("kill").arg("-TERM").arg(child.id().to_string()))?;
    let end = Instant::now() + STOP_LIMIT;
    while Instant::now() < end {
        if child.try_wait()?.is_some() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(20));
    }
    child.kill()?;
    child.wait()?;
    Ok(())
}

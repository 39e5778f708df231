//! The bench behind `cargo xtask bench`: measures the executable beside a bare client of the same run, with the simulator
//! in another process, and holds every figure against its target.
//!
//! It talks to `yanshu` as anybody does: processes, HTTP, and the database. The storage layer and the use cases are used to
//! prepare data and to confirm notices; never the client that is measured.

pub mod bare;
pub mod console;
pub mod database;
mod disk;
pub mod enqueue;
pub mod generate;
pub mod machine;
pub mod memory;
pub mod options;
pub mod pages;
pub mod platform;
pub mod process;
pub mod report;
pub mod sends;
pub mod startup;
pub mod stats;
pub mod visitor;
pub mod world;

use std::{fs, time::Duration};

use anyhow::{Context as _, Result};

use machine::Machine;
use options::{Options, Part, Sizes};
use platform::Platform;
use report::Report;
use sends::Setting;

/// Runs what the options ask for.
///
/// # Errors
/// When a process does not start, a message is lost or sent twice, or the books do not agree.
pub async fn run(options: &Options) -> Result<Report> {
    // Only fails where there is a provider already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let sizes = options.sizes();
    let temporary = match &options.data {
        Some(data) => tempfile::Builder::new().prefix("bench-").tempdir_in(data),
        None => tempfile::Builder::new().prefix("yanshu-bench-").tempdir(),
    };
    let temporary = temporary.context("no folder for the databases")?;
    let yanshu = fs::canonicalize(&options.yanshu).with_context(|| options.yanshu.display().to_string())?;
    let mut report = Report::new(Machine::describe(options.postgres.as_deref()).await?, sizes);
    let platform = Platform::start(&yanshu, temporary.path()).await?;
    let setting = Setting {
        yanshu: &yanshu,
        folder: temporary.path(),
        postgres: options.postgres.as_deref(),
        platform: &platform,
    };
    if options.wants(Part::Sends) {
        sends::without_latency(setting, sizes.sends, sizes.rounds, &mut report).await?;
    }
    if options.wants(Part::Latency) {
        sends::with_latency(setting, options.latency_ms, sizes.seconds, sizes.rounds, &mut report).await?;
    }
    if options.wants(Part::Enqueue) {
        enqueue::measure(setting, sizes.subscribers, sizes.rounds, &mut report).await?;
    }
    if options.wants(Part::Memory) {
        let rest = Duration::from_secs(sizes.seconds.clamp(0, 3).unsigned_abs());
        memory::measure(setting, sizes.subscribers, rest, &mut report).await?;
    }
    if options.wants(Part::Startup) {
        startup::measure(setting, sizes.rounds, &mut report).await?;
    }
    if options.wants(Part::Pages) {
        let Sizes { subscribers, deliveries, requests, .. } = sizes;
        pages::measure(setting, pages::Size { subscribers, deliveries, requests }, &mut report).await?;
    }
    platform.stop().await?;
    Ok(report)
}

//! `yanshu demo`: simulator, console and sample data in one process, on data that is kept until `--fresh`.

mod clock;
mod crowd;
mod history;
mod mirror;
mod sample;

use crate::{
    cli::say,
    serve::{self, Parts},
    settings::{Environment, ProcessEnvironment, Settings},
};
use anyhow::Context;
use clock::DemoClock;
use service::Services;
use simulator::Simulator;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Sign-in of the demo; it listens on this machine only.
const NAME: &str = "admin";
/// See [`NAME`].
const PASSWORD: &str = "demo-wild-goose";
/// How long the simulated platform takes for a call while somebody watches.
const LATENCY_MS: u64 = 40;

/// What the command line asks for.
#[derive(Debug)]
pub struct Options {
    /// Begin anew.
    pub fresh: bool,
    /// Where the console listens.
    pub listen: SocketAddr,
    /// Where the data lies.
    pub data: PathBuf,
    /// Another database than a file in `data`.
    pub database_url: Option<String>,
}

/// Runs the demo until told to stop.
pub async fn run(options: Options) -> anyhow::Result<()> {
    anyhow::ensure!(
        options.listen.ip().is_loopback(),
        "--listen: the demo has a known password, so it listens on this machine only; use `yanshu serve` for others"
    );
    if options.fresh {
        clear(&options.data)?;
    }
    let clock = Arc::new(DemoClock::default());
    let simulator = {
        let clock = clock.clone();
        Simulator::with_clock(Arc::new(move || service::clock::Clock::now(&*clock)))
    };
    let listener = beside(options.listen).await.context("the simulator cannot listen")?;
    let platform = format!("http://{}", listener.local_addr()?);
    let stopping = CancellationToken::new();
    let serving = tokio::spawn(simulator.clone().serve(listener, stopping.clone().cancelled_owned()));

    let mut settings = Settings::read(&DemoEnvironment { options: &options, platform: &platform }, None)?;
    settings.simulator = Some(format!("{platform}/sim/"));
    let services = serve::services_at(&settings, clock.clone()).await?;
    // The console runs while the sample data is made: the simulator pushes its events to it.
    let running = serve::start(&settings, services.clone(), Parts { web: true, worker: true }).await?;
    let console = format!("http://{}", running.address.unwrap_or(options.listen));
    prepare(&services, &simulator, &clock, &console, options.fresh).await?;
    simulator.configure(simulator::Settings { latency_ms: LATENCY_MS, ..simulator.settings() });
    let big = crowd::draft(&services).await?.map(|id| format!("  A big notice   {console}/notices/{id}\n"));
    let mirror = tokio::spawn(mirror::run(services, simulator, stopping.clone()));
    say(&format!(
        "\n  Yanshu demo    {console}\n  Sign in        {NAME} / {PASSWORD}\n  Simulator      {platform}/sim/\n{}",
        big.unwrap_or_default()
    ));
    serve::stop_signal().await;
    running.stop().await;
    stopping.cancel();
    drop(mirror.await);
    drop(serving.await);
    Ok(())
}

/// The port after the console's, so that the simulator's page keeps its address; any other where that one is taken.
async fn beside(console: SocketAddr) -> std::io::Result<TcpListener> {
    let next = console.port().checked_add(1).filter(|_| console.port() != 0).unwrap_or(0);
    match TcpListener::bind((console.ip(), next)).await {
        Err(_) => TcpListener::bind((console.ip(), 0)).await,
        bound => bound,
    }
}

/// Fills an empty database; tells the simulator about one that has been filled before.
async fn prepare(
    services: &Arc<Services>,
    simulator: &Simulator,
    clock: &Arc<DemoClock>,
    console: &str,
    fresh: bool,
) -> anyhow::Result<()> {
    if !services.setup_needed().await? {
        anyhow::ensure!(!fresh, "--fresh empties the demo's own SQLite file only; empty the other database by hand");
        return mirror::restore(services, simulator, console).await;
    }
    say("Making sample data: two mini programs, 14 days of notices; a third with 100,000 people …");
    let began = Instant::now();
    services.create_first_administrator(NAME, PASSWORD.to_owned().into()).await?;
    history::live_through(services, simulator, clock, console).await?;
    crowd::set_up(services, simulator, console).await?;
    say(&format!("Sample data is ready ({:.1} s).", began.elapsed().as_secs_f64()));
    Ok(())
}

/// Removes the demo's own files, and nothing else that may lie there.
fn clear(data: &Path) -> anyhow::Result<()> {
    for name in ["yanshu.db", "yanshu.db-wal", "yanshu.db-shm", "secret.key"] {
        match std::fs::remove_file(data.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("{} cannot be removed", data.join(name).display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The demo's settings: its own database, address and platform; the rest from the environment.
struct DemoEnvironment<'a> {
    options: &'a Options,
    platform: &'a str,
}

impl Environment for DemoEnvironment<'_> {
    fn get(&self, name: &str) -> Option<String> {
        let data = &self.options.data;
        match name {
            "DATABASE_URL" => {
                let own = || format!("sqlite://{}", data.join("yanshu.db").display());
                Some(self.options.database_url.clone().unwrap_or_else(own))
            }
            "YANSHU_SECRET_KEY_FILE" => Some(data.join("secret.key").display().to_string()),
            "YANSHU_LISTEN" => Some(self.options.listen.to_string()),
            "YANSHU_WECHAT_API_BASE" => Some(self.platform.to_owned()),
            // Receivers that one tries out run on this machine.
            "YANSHU_WEBHOOK_PRIVATE" => Some("true".to_owned()),
            // Two weeks of reports come within seconds.
            "YANSHU_API_PER_OPENID" => Some("0".to_owned()),
            "YANSHU_PUBLIC_URL" | "YANSHU_CONFIG" | "YANSHU_SECRET_KEY" => None,
            other => ProcessEnvironment.get(other),
        }
    }
}

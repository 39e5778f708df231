//! Puts the parts together and runs them until told to stop.

use crate::{
    cli::say,
    settings::Settings,
    web::{WebState, router, worker_router},
};
use anyhow::Context;
use axum::Router;
use model::worker::Warning;
use secrecy::ExposeSecret;
use service::{
    EventWorker, Services, WebhookWorker,
    clock::{Clock, SystemClock},
    engine::Engine,
    keep_up,
    keys::Keys,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use store::{OpenOptions, Store};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// How often the small clean-ups are done.
const CHORES: Duration = Duration::from_secs(3600);
/// When a console without a worker first looks for one.
const FIRST_LOOK: Duration = Duration::from_secs(30);

/// Which parts this process runs.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// The console and the API.
    pub web: bool,
    /// The delivery engine.
    pub worker: bool,
}

/// Opens the database and brings it up to date.
pub async fn open_store(settings: &Settings) -> anyhow::Result<Arc<dyn Store>> {
    let options = OpenOptions { max_connections: settings.database_pool, ..OpenOptions::default() };
    store::open(settings.database_url.expose_secret(), options)
        .await
        .context("DATABASE_URL: the database cannot be opened")
}

/// The use cases over the settings' database and platform.
pub async fn services(settings: &Settings) -> anyhow::Result<Arc<Services>> {
    services_at(settings, Arc::new(SystemClock)).await
}

/// The same, under another clock.
pub async fn services_at(settings: &Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Arc<Services>> {
    let store = open_store(settings).await?;
    let keys = Arc::new(Keys::from_master(&settings.master_key)?);
    let mut client = wechat::ClientSettings::at(settings.wechat_api_base.clone());
    client.timeout = settings.wechat_timeout;
    client.connect_timeout = settings.wechat_timeout.min(Duration::from_secs(5));
    let services = Services::new(store, clock, keys, wechat::Client::new(client)?);
    let services = services.with_limits(settings.limits).with_undo(settings.undo);
    let services = services.with_uploads(settings.upload_dir.clone());
    Ok(Arc::new(services.with_private_webhooks(settings.webhook_private)))
}

/// A running process's parts.
#[derive(Debug)]
pub struct Running {
    /// Where the console listens, or the health and numbers of a process without one.
    pub address: Option<SocketAddr>,
    /// The use cases.
    pub services: Arc<Services>,
    /// The code that `/setup` asks for from elsewhere.
    pub setup_code: String,
    stopping: CancellationToken,
    web: Option<JoinHandle<std::io::Result<()>>>,
    engine: Option<Engine>,
    events: Option<EventWorker>,
    hooks: Option<WebhookWorker>,
    chores: JoinHandle<()>,
}

/// Starts the parts.
pub async fn start(settings: &Settings, services: Arc<Services>, parts: Parts) -> anyhow::Result<Running> {
    let stopping = CancellationToken::new();
    let setup_code = services.keys().random_text(9)?;
    let warnings = settings.warnings(parts);
    for warning in &warnings {
        tracing::warn!("{}: {}", warning.about(), warning.text(model::Lang::En));
    }
    services.note_warnings(warnings);
    let (mut web, mut address) = (None, None);
    if parts.web {
        let (listener, bound) = bind("YANSHU_LISTEN", settings.listen).await?;
        address = Some(bound);
        let public = settings.public(bound);
        let state = WebState::new(services.clone(), settings, &public, &setup_code, stopping.clone());
        web = Some(listen(listener, router(state), &stopping));
    } else if let Some(wanted) = settings.metrics_listen {
        let (listener, bound) = bind("YANSHU_METRICS_LISTEN", wanted).await?;
        address = Some(bound);
        web = Some(listen(listener, worker_router(&services, settings), &stopping));
    }
    if parts.worker {
        services.look_for_endpoints().await?;
    }
    let engine = parts.worker.then(|| Engine::start(services.clone(), settings.engine.clone()));
    let events = parts.worker.then(|| EventWorker::start(services.clone()));
    let hooks = parts.worker.then(|| WebhookWorker::start(services.clone()));
    let chores = tokio::spawn(chores(services.clone(), settings.retention, parts, stopping.clone()));
    Ok(Running { address, services, setup_code, stopping, web, engine, events, hooks, chores })
}

async fn bind(name: &'static str, wanted: SocketAddr) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener =
        TcpListener::bind(wanted).await.with_context(|| format!("{name}: {wanted} cannot be listened on"))?;
    let bound = listener.local_addr()?;
    Ok((listener, bound))
}

fn listen(listener: TcpListener, app: Router, stopping: &CancellationToken) -> JoinHandle<std::io::Result<()>> {
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    let stop = stopping.clone();
    tokio::spawn(async move { axum::serve(listener, app).with_graceful_shutdown(stop.cancelled_owned()).await })
}

impl Running {
    /// Stops in order: no new requests, calls under way end, results are stored, connections close.
    pub async fn stop(self) {
        self.stopping.cancel();
        if let Some(web) = self.web {
            let abort = web.abort_handle();
            if tokio::time::timeout(Duration::from_secs(10), web).await.is_err() {
                abort.abort();
            }
        }
        if let Some(engine) = self.engine {
            engine.stop().await;
        }
        if let Some(events) = self.events {
            events.stop().await;
        }
        if let Some(hooks) = self.hooks {
            hooks.stop().await;
        }
        drop(self.chores.await);
        self.services.store().close().await;
    }
}

/// Small clean-ups, now and again. A console without a worker looks for one after a while: both may be starting.
async fn chores(services: Arc<Services>, retention: Option<Duration>, parts: Parts, stopping: CancellationToken) {
    let mut next = if parts.worker { CHORES } else { FIRST_LOOK };
    loop {
        if let Err(error) = keep_up(&services, retention, || stopping.is_cancelled()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "what is old could not be cleared");
        }
        tokio::select! {
            () = tokio::time::sleep(next) => {}
            () = stopping.cancelled() => return,
        }
        next = CHORES;
        if !parts.worker && services.engine_health().await.is_ok_and(|health| health.workers.is_empty()) {
            tracing::warn!("{}: {}", Warning::NoWorker.about(), Warning::NoWorker.text(model::Lang::En));
        }
    }
}

/// Runs the parts until SIGTERM or Ctrl-C.
pub async fn run(settings: Settings, parts: Parts) -> anyhow::Result<()> {
    let stop = stop_signal();
    let services = services(&settings).await?;
    let running = start(&settings, services, parts).await?;
    if let (true, Some(address)) = (parts.web, running.address) {
        say(&format!("Yanshu listens on http://{address}"));
        if running.services.setup_needed().await? {
            say(&format!(
                "Set it up at {}/setup with the one-time code {}",
                settings.public(address),
                running.setup_code
            ));
        }
    } else {
        say("The Yanshu worker is running.");
        if let Some(address) = running.address {
            say(&format!("Its numbers are at http://{address}/metrics"));
        }
    }
    stop.await;
    tracing::info!("stopping: waiting for calls under way");
    running.stop().await;
    Ok(())
}

/// Resolves when the process is told to stop. Heard from this call on, not only once it is awaited: whoever stops us as soon as
/// we are ready is heard too.
pub fn stop_signal() -> impl Future<Output = ()> + Send {
    #[cfg(unix)]
    let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    #[cfg(unix)]
    let interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt());
    async move {
        #[cfg(unix)]
        {
            // Without a handler a signal ends the process at once, which is safe, if less tidy.
            let (Ok(mut terminate), Ok(mut interrupt)) = (terminate, interrupt) else {
                return std::future::pending().await;
            };
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

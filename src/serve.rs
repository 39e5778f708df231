//! Puts the parts together and runs them until told to stop.

use crate::{
    cli::say,
    settings::Settings,
    web::{WebState, router},
};
use anyhow::Context;
use secrecy::ExposeSecret;
use service::{
    EventWorker, Services,
    clock::{Clock, SystemClock},
    engine::Engine,
    keys::Keys,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use store::{OpenOptions, Store};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

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
    store::open(settings.database_url.expose_secret(), OpenOptions::default())
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
    Ok(Arc::new(services.with_limits(settings.limits)))
}

/// A running process's parts.
#[derive(Debug)]
pub struct Running {
    /// Where the console listens.
    pub address: Option<SocketAddr>,
    /// The use cases.
    pub services: Arc<Services>,
    /// The code that `/setup` asks for from elsewhere.
    pub setup_code: String,
    stopping: CancellationToken,
    web: Option<JoinHandle<std::io::Result<()>>>,
    engine: Option<Engine>,
    events: Option<EventWorker>,
    chores: JoinHandle<()>,
}

/// Starts the parts.
pub async fn start(settings: &Settings, services: Arc<Services>, parts: Parts) -> anyhow::Result<Running> {
    let stopping = CancellationToken::new();
    let setup_code = services.keys().random_text(9)?;
    let (mut web, mut address) = (None, None);
    if parts.web {
        let listener = TcpListener::bind(settings.listen)
            .await
            .with_context(|| format!("YANSHU_LISTEN: {} cannot be listened on", settings.listen))?;
        let bound = listener.local_addr()?;
        address = Some(bound);
        let public = settings.public(bound);
        let state = WebState::new(services.clone(), settings, &public, &setup_code, stopping.clone());
        let app = router(state).into_make_service_with_connect_info::<SocketAddr>();
        let stop = stopping.clone();
        web = Some(tokio::spawn(async move {
            axum::serve(listener, app).with_graceful_shutdown(stop.cancelled_owned()).await
        }));
    }
    let engine = parts.worker.then(|| Engine::start(services.clone(), settings.engine.clone()));
    let events = parts.worker.then(|| EventWorker::start(services.clone()));
    let chores = tokio::spawn(chores(services.clone(), stopping.clone()));
    Ok(Running { address, services, setup_code, stopping, web, engine, events, chores })
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
        drop(self.chores.await);
        self.services.store().close().await;
    }
}

/// Small clean-ups, now and again.
async fn chores(services: Arc<Services>, stopping: CancellationToken) {
    loop {
        if let Err(error) = services.store().delete_expired_sessions(services.now()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "expired sessions could not be cleared");
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(600)) => {}
            () = stopping.cancelled() => return,
        }
    }
}

/// Runs the parts until SIGTERM or Ctrl-C.
pub async fn run(settings: Settings, parts: Parts) -> anyhow::Result<()> {
    let services = services(&settings).await?;
    let running = start(&settings, services, parts).await?;
    if let Some(address) = running.address {
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
    }
    stop_signal().await;
    tracing::info!("stopping: waiting for calls under way");
    running.stop().await;
    Ok(())
}

/// Resolves when the process is told to stop.
pub async fn stop_signal() {
    let interrupt = async {
        // Without a handler Ctrl-C ends the process at once, which is safe, if less tidy.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    () = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => interrupt.await,
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}

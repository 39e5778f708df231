//! Logs: one line per event, readable alone; as JSON when asked.

use tracing_subscriber::EnvFilter;

/// Starts logging from a level on. `RUST_LOG` overrides it.
pub fn start(json: bool, level: &str) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new(format!("{level},sqlx=warn,hyper=warn,tower_sessions=warn")));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr);
    // A second start (tests, demo) keeps the first.
    let started = if json { builder.json().try_init() } else { builder.try_init() };
    drop(started);
}

//! The log of calls and the summary of sends.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::simulator::Simulator;
use crate::summary::SendSummary;

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default = "hundred")]
    limit: usize,
    #[serde(default)]
    path: Option<String>,
}

fn hundred() -> usize {
    100
}

/// The newest calls first.
pub(super) async fn calls(State(simulator): State<Simulator>, Query(wanted): Query<Wanted>) -> Json<Value> {
    let calls = simulator.calls(wanted.limit, wanted.path.as_deref());
    Json(json!({ "total": simulator.call_count(), "calls": calls }))
}

pub(super) async fn summary(State(simulator): State<Simulator>) -> Json<SendSummary> {
    Json(simulator.send_summary())
}

/// Empties the log and forgets what was accepted.
pub(super) async fn clear(State(simulator): State<Simulator>) -> StatusCode {
    simulator.clear_log();
    StatusCode::NO_CONTENT
}

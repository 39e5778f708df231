//! The fault script and the settings.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::one_or_many::OneOrMany;
use crate::fault::Fault;
use crate::settings::Settings;
use crate::simulator::Simulator;

pub(super) async fn list(State(simulator): State<Simulator>) -> Json<Vec<Fault>> {
    Json(simulator.faults())
}

pub(super) async fn add(State(simulator): State<Simulator>, Json(faults): Json<OneOrMany<Fault>>) -> StatusCode {
    simulator.script(faults.0);
    StatusCode::NO_CONTENT
}

pub(super) async fn clear(State(simulator): State<Simulator>) -> StatusCode {
    simulator.clear_faults();
    StatusCode::NO_CONTENT
}

pub(super) async fn configure(State(simulator): State<Simulator>, Json(settings): Json<Settings>) -> StatusCode {
    simulator.configure(settings);
    StatusCode::NO_CONTENT
}

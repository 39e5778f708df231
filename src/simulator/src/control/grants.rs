//! Grants: POST adds, PUT sets.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::one_or_many::OneOrMany;
use crate::simulator::{Grant, Simulator, UnknownAccount};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Which {
    appid: String,
    openid: String,
    template_id: String,
}

pub(super) async fn balance(
    State(simulator): State<Simulator>,
    Query(which): Query<Which>,
) -> Result<Json<Value>, UnknownAccount> {
    let balance = simulator.balance(&which.appid, &which.openid, &which.template_id)?;
    Ok(Json(json!({ "count": balance })))
}

pub(super) async fn add(
    State(simulator): State<Simulator>,
    Json(grants): Json<OneOrMany<Grant>>,
) -> Result<StatusCode, UnknownAccount> {
    simulator.add_grants(grants.0)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn set(
    State(simulator): State<Simulator>,
    Json(grants): Json<OneOrMany<Grant>>,
) -> Result<StatusCode, UnknownAccount> {
    simulator.set_grants(grants.0)?;
    Ok(StatusCode::NO_CONTENT)
}

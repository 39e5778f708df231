//! The callback of an account.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::callback::{BadCallback, Callback};
use crate::push::Verified;
use crate::simulator::{Simulator, UnknownAccount};

#[derive(Deserialize)]
pub(super) struct Which {
    appid: String,
}

#[derive(Deserialize)]
pub(super) struct NewEvent {
    appid: String,
    event: String,
    #[serde(default)]
    openid: String,
}

impl IntoResponse for BadCallback {
    fn into_response(self) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

/// The callback, or null.
pub(super) async fn get(
    State(simulator): State<Simulator>,
    Query(which): Query<Which>,
) -> Result<Json<Option<Callback>>, UnknownAccount> {
    Ok(Json(simulator.known(&which.appid)?.settings().callback.clone()))
}

/// Replaces the callback; null removes it.
pub(super) async fn put(
    State(simulator): State<Simulator>,
    Query(which): Query<Which>,
    Json(callback): Json<Option<Callback>>,
) -> Result<Json<Option<Callback>>, Response> {
    if let Some(callback) = &callback {
        callback.check().map_err(IntoResponse::into_response)?;
    }
    simulator.set_callback(&which.appid, callback.clone()).map_err(IntoResponse::into_response)?;
    Ok(Json(callback))
}

pub(super) async fn verify(
    State(simulator): State<Simulator>,
    Json(which): Json<Which>,
) -> Result<Json<Verified>, UnknownAccount> {
    simulator.verify_callback(&which.appid).await.map(Json)
}

/// Queues an event of any name.
pub(super) async fn push(
    State(simulator): State<Simulator>,
    Json(new): Json<NewEvent>,
) -> Result<Json<Value>, UnknownAccount> {
    let ids = simulator.push_event(&new.appid, &new.event, &new.openid)?;
    Ok(Json(json!({ "events": ids.len(), "ids": ids })))
}

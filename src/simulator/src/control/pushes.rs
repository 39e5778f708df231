//! Pushes: the log, what waits, and delivery by hand.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use crate::push::{PendingPush, Pushed, UnknownPush};
use crate::simulator::Simulator;

#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default = "hundred")]
    limit: usize,
    #[serde(default)]
    appid: Option<String>,
}

/// Without `ids`: all that wait.
#[derive(Deserialize)]
pub(super) struct Order {
    #[serde(default)]
    ids: Option<Vec<u64>>,
}

fn hundred() -> usize {
    100
}

impl IntoResponse for UnknownPush {
    fn into_response(self) -> Response {
        (StatusCode::NOT_FOUND, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

/// The newest attempts first.
pub(super) async fn log(State(simulator): State<Simulator>, Query(wanted): Query<Wanted>) -> Json<Vec<Pushed>> {
    Json(simulator.pushes(wanted.limit, wanted.appid.as_deref()))
}

pub(super) async fn pending(State(simulator): State<Simulator>) -> Json<Vec<PendingPush>> {
    Json(simulator.pending_pushes())
}

/// One attempt of each push named, in that order; or everything that waits, with up to three attempts each.
pub(super) async fn deliver(
    State(simulator): State<Simulator>,
    Json(order): Json<Order>,
) -> Result<Json<Vec<Pushed>>, UnknownPush> {
    let Some(ids) = order.ids else {
        return Ok(Json(simulator.deliver_pushes().await));
    };
    let mut pushed = Vec::with_capacity(ids.len());
    for id in ids {
        pushed.push(simulator.push(id).await?);
    }
    Ok(Json(pushed))
}

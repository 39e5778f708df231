//! Live progress of a notice by server-sent events.

use super::WebState;
use app::web::Context;
use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::stream;
use model::{ids::NoticeId, notice::NoticeState};
use serde_json::json;
use std::{convert::Infallible, time::Duration};

/// How often the counts are looked at.
const EVERY: Duration = Duration::from_millis(500);

/// `GET /notices/{id}/events`: `progress` events with the counts while the notice is running, the last one with
/// `"finished": true`.
pub async fn notice(
    State(state): State<WebState>,
    Extension(ctx): Extension<Context>,
    Path(id): Path<i64>,
) -> Response {
    if ctx.user.is_none() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let id = NoticeId(id);
    if !matches!(state.services.store().notice(id).await, Ok(Some(_))) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let events = stream::unfold((state, None::<String>, false), move |(state, mut last, ended)| async move {
        if ended {
            return None;
        }
        loop {
            if state.stopping.is_cancelled() {
                return None;
            }
            // A database that is away for a while ends nothing: the next look may find it again.
            if let Ok(Some(notice)) = state.services.store().notice(id).await {
                let finished = notice.state != NoticeState::Running;
                let counts = notice.counts;
                let data = json!({ "counts": counts.0, "finished": finished }).to_string();
                if last.as_ref() != Some(&data) {
                    let event = Event::default().event("progress").data(&data);
                    return Some((Ok::<_, Infallible>(event), (state, Some(data), finished)));
                }
                last = Some(data);
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = state.stopping.cancelled() => return None,
            }
        }
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

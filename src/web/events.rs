//! Live progress of a notice by server-sent events.

use super::WebState;
use app::{components::words, web::Context};
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
use model::{Lang, advice, ids::NoticeId, notice::NoticeState, statistics::CodeCounts};
use serde_json::json;
use std::{convert::Infallible, time::Duration};

/// How often the counts are looked at.
const EVERY: Duration = Duration::from_millis(500);

/// So many reasons are told; the page has all of them.
const REASONS: usize = 5;

/// `GET /notices/{id}/events`: `progress` events with the counts while the notice is running, the last one with
/// `"finished": true`; and `reasons`, in words, whenever it changed why some were not sent.
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
    let lang = ctx.lang;
    let start = (state, None::<String>, String::new(), false);
    let events = stream::unfold(start, move |(state, mut last, mut told, ended)| async move {
        if ended {
            return None;
        }
        loop {
            if state.stopping.is_cancelled() {
                return None;
            }
            if let Ok(codes) = state.services.notice_codes(id).await {
                let now = reasons(&codes, lang);
                if now != told {
                    told.clone_from(&now);
                    let event = Event::default().event("reasons").data(&now);
                    return Some((Ok::<_, Infallible>(event), (state, last, told, false)));
                }
            }
            // A database that is away for a while ends nothing: the next look may find it again.
            if let Ok(Some(notice)) = state.services.store().notice(id).await {
                let finished = notice.state != NoticeState::Running;
                let counts = notice.counts;
                let data = json!({ "counts": counts.0, "finished": finished }).to_string();
                if last.as_ref() != Some(&data) {
                    let event = Event::default().event("progress").data(&data);
                    return Some((Ok::<_, Infallible>(event), (state, Some(data), told, finished)));
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

/// Most frequent first, on one line.
fn reasons(codes: &[CodeCounts], lang: Lang) -> String {
    let mut codes: Vec<_> = codes.iter().filter(|code| code.n > 0).collect();
    codes.sort_by_key(|code| (-code.n, code.errcode));
    let said = codes.iter().take(REASONS).map(|code| {
        let (name, n) = (advice::advise(code.errcode).name(lang), words::number(code.n));
        format!("{name} ({}) {n}", code.errcode)
    });
    said.collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::delivery::DeliveryState;

    #[test]
    fn the_most_frequent_reasons_are_told_on_one_line() {
        let code = |errcode, n| CodeCounts { errcode, state: DeliveryState::Failed, n };
        let told = reasons(&[code(47003, 2), code(43101, 1_200), code(-1, 0)], Lang::En);
        assert!(told.contains("(43101) 1,200 · ") && told.ends_with("(47003) 2"), "{told}");
        assert_eq!(reasons(&[], Lang::Zh), "");
    }
}

//! What every platform call goes through: faults, latency, the answer and what becomes of it.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;

use crate::answer::{self, Outcome, respond};
use crate::calls::Record;
use crate::endpoint::Endpoint;
use crate::fault::{Action, Subject};
use crate::refusal::Refusal;
use crate::simulator::Inner;

/// A hanging call ends at last, so that a forgotten client does not hold its memory for ever.
const HANG: Duration = Duration::from_secs(3_600);

/// Runs a call that was read. `process` is what the platform does with it.
pub(crate) async fn run(
    inner: &Inner,
    endpoint: Endpoint,
    record: &mut Record<'_>,
    subject: Subject<'_>,
    process: impl FnOnce(&mut Record<'_>) -> Outcome,
) -> Response {
    let decision = inner.faults.decide(endpoint, &subject);
    let wait = inner.knobs.latency() + decision.delay;
    if !wait.is_zero() {
        inner.pause(wait).await;
    }
    let Some(action) = decision.action else {
        let outcome = process(record);
        note(record, &outcome);
        record.call.answered = true;
        return respond(&outcome, inner.now());
    };
    let outcome = if action.accepts() { process(record) } else { Err(instead(&action)) };
    if action.accepts() || matches!(action, Action::Errcode { .. }) {
        note(record, &outcome);
    }
    spoil(inner, record, &action, &outcome).await
}

fn note(record: &mut Record<'_>, outcome: &Outcome) {
    record.call.errcode = Some(outcome.as_ref().map_or_else(|refusal| refusal.errcode, |_body| 0));
}

/// The answer of a call that a fault kept from taking effect.
fn instead(action: &Action) -> Refusal {
    match action {
        Action::Errcode { errcode, errmsg: Some(errmsg) } => Refusal::new(*errcode, errmsg.clone()),
        Action::Errcode { errcode, errmsg: None } => (*errcode).into(),
        // Only half of it is ever seen.
        _ => (-1).into(),
    }
}

async fn spoil(inner: &Inner, record: &mut Record<'_>, action: &Action, outcome: &Outcome) -> Response {
    record.call.answered = !matches!(action, Action::DropBefore | Action::DropAfter | Action::Hang { .. });
    match action {
        Action::Errcode { .. } | Action::Delay { .. } => respond(outcome, inner.now()),
        Action::DropBefore | Action::DropAfter => answer::dropped(),
        Action::Hang { .. } => {
            inner.pause(HANG).await;
            answer::dropped()
        }
        Action::Html { status, .. } => answer::html(http_status(*status)),
        Action::Status { status, retry_after_secs, .. } => answer::bare(http_status(*status), *retry_after_secs),
        Action::Empty { .. } => answer::plain(StatusCode::OK, ""),
        Action::Body { body, .. } => answer::plain(StatusCode::OK, body.clone()),
        Action::Truncated { .. } => {
            let mut body = answer::body_of(outcome, inner.now());
            body.truncate((0..=body.len() / 2).rev().find(|at| body.is_char_boundary(*at)).unwrap_or(0));
            answer::plain(StatusCode::OK, body)
        }
    }
}

fn http_status(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY)
}

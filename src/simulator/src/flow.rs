//! What every platform call goes through: faults, latency, the answer and what becomes of it.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;

use crate::answer::{self, Outcome, plain};
use crate::calls::Record;
use crate::endpoint::Endpoint;
use crate::fault::{Action, Subject};
use crate::refusal::Refusal;
use crate::rids::{self, Known};
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
        push_first(record).await;
        record.call.answered = true;
        return plain(StatusCode::OK, body(inner, record, outcome));
    };
    let outcome = if action.accepts() { process(record) } else { Err(instead(&action)) };
    if action.accepts() || matches!(action, Action::Errcode { .. }) {
        note(record, &outcome);
    }
    push_first(record).await;
    let body = body(inner, record, outcome);
    spoil(inner, record, &action, body).await
}

/// Lets a push go out before the answer, with the platform's patience for a receiver.
async fn push_first(record: &mut Record<'_>) {
    if let Some(push) = record.push_first.take() {
        // It goes on by itself when it takes longer.
        let _late = tokio::time::timeout(Duration::from_secs(5), push).await;
    }
}

/// The JSON of an outcome. Refusals carry a request id and are remembered by it, as the platform tells the id of no
/// other call.
fn body(inner: &Inner, record: &mut Record<'_>, outcome: Outcome) -> String {
    let body = match outcome {
        Ok(body) => body,
        Err(refusal) => {
            let now = inner.now();
            let rid = rids::new_rid(now);
            let body = answer::error_body(&refusal, &rid);
            if let Some(asked) = record.asked.take() {
                let known = Known::new(&asked, &body, record.call.appid.clone(), now, record.elapsed());
                inner.rids.remember(rid, known);
            }
            body
        }
    };
    if inner.knobs.string_codes() { answer::with_string_code(body) } else { body }
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

async fn spoil(inner: &Inner, record: &mut Record<'_>, action: &Action, mut right: String) -> Response {
    record.call.answered = !matches!(action, Action::DropBefore | Action::DropAfter | Action::Hang { .. });
    record.call.spoilt = !matches!(action, Action::Errcode { .. } | Action::Delay { .. });
    match action {
        Action::Errcode { .. } | Action::Delay { .. } => plain(StatusCode::OK, right),
        Action::DropBefore | Action::DropAfter => answer::dropped(),
        Action::Hang { .. } => {
            inner.pause(HANG).await;
            answer::dropped()
        }
        Action::Html { status, .. } => answer::html(http_status(*status)),
        Action::Status { status, retry_after_secs, .. } => answer::bare(http_status(*status), *retry_after_secs),
        Action::Empty { .. } => plain(StatusCode::OK, ""),
        Action::Body { body, .. } => plain(StatusCode::OK, body.clone()),
        Action::Truncated { .. } => {
            right.truncate((0..=right.len() / 2).rev().find(|at| right.is_char_boundary(*at)).unwrap_or(0));
            plain(StatusCode::OK, right)
        }
    }
}

fn http_status(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY)
}

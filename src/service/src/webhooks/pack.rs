//! What happened, as messages. Results of deliveries go many to a message: a million deliveries are 2,000 calls.

use crate::{Services, UseResult, orders::instant};
use model::{
    Millis,
    advice::advise,
    ids::MiniProgramId,
    notice::NoticeState,
    webhook::{Endpoint, Event, EventKind},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::NewMessage;

/// Events packed in one transaction.
const BATCH: i64 = 2_000;
/// Results in one message.
const RESULTS: usize = 500;

/// The body of a message.
pub(super) fn body(kind: EventKind, at: Millis, appid: &str, data: Value) -> String {
    json!({ "type": kind.code(), "timestamp": instant(at), "appid": appid, "data": data }).to_string()
}

impl Services {
    /// Packs what happened for whoever wants to hear of it; answers how many events went in.
    pub(super) async fn pack_some(&self, endpoints: &[Endpoint]) -> UseResult<usize> {
        let events = self.store.webhook_events(BATCH).await?;
        if events.is_empty() {
            return Ok(0);
        }
        let mut groups: BTreeMap<(MiniProgramId, EventKind), Vec<&Event>> = BTreeMap::new();
        for event in &events {
            groups.entry((event.mini_program, event.kind)).or_default().push(event);
        }
        let mut messages = Vec::new();
        for ((program, kind), events) in groups {
            let to: Vec<&Endpoint> = endpoints.iter().filter(|e| e.mini_program == program && e.wants(kind)).collect();
            if to.is_empty() {
                continue;
            }
            let bodies = self.bodies(program, kind, &events).await?;
            for endpoint in to {
                for body in &bodies {
                    let name = self.message_name()?;
                    messages.push(NewMessage { endpoint: endpoint.id, name, kind, body: body.clone() });
                }
            }
        }
        let ids: Vec<i64> = events.iter().map(|event| event.id).collect();
        // Where another process was quicker its messages stand, and ours do not.
        self.store.pack_webhooks(&ids, &messages, self.now()).await?;
        Ok(events.len())
    }

    async fn bodies(&self, program: MiniProgramId, kind: EventKind, events: &[&Event]) -> UseResult<Vec<String>> {
        let now = self.now();
        let appid = self.mini_program(program).await?.settings.appid;
        if kind == EventKind::Results {
            let results =
                |some: &[&Event]| json!({ "results": some.iter().map(|e| result(e, now)).collect::<Vec<_>>() });
            return Ok(events.chunks(RESULTS).map(|some| body(kind, now, &appid, results(some))).collect());
        }
        let mut bodies = Vec::with_capacity(events.len());
        for event in events {
            bodies.push(body(kind, event.at.unwrap_or(now), &appid, self.told(event).await?));
        }
        Ok(bodies)
    }

    /// What is told of a notice, or of the whole mini program.
    async fn told(&self, event: &Event) -> UseResult<Value> {
        let notice = match event.notice {
            Some(id) => self.store.notice(id).await?,
            None => None,
        };
        let mut data = json!({ "notice_id": event.notice });
        if let Some(notice) = &notice {
            data["state"] = json!(notice.state);
            data["template_title"] = json!(notice.template_title);
            data["created_by"] = json!(notice.created_by);
            let counts =
                model::delivery::DeliveryState::ALL.map(|state| (state.code(), json!(notice.counts.of(state))));
            data["counts"] =
                counts.into_iter().map(|(state, n)| (state.to_owned(), n)).collect::<serde_json::Map<_, _>>().into();
        }
        if event.kind == EventKind::Attention {
            let by_notice = reason(notice.as_ref().map(|notice| notice.state));
            data["reason"] = json!(event.reason.as_deref().unwrap_or(by_notice));
            data["errcode"] = json!(event.errcode);
            let Some(advice) = event.errcode.map(advise) else { return Ok(data) };
            for (lang, name) in [(model::Lang::Zh, "zh"), (model::Lang::En, "en")] {
                data[name] = json!({ "cause": advice.cause(lang), "remedy": advice.remedy(lang) });
            }
        }
        Ok(data)
    }
}

/// Why somebody is wanted, by how the notice stands now; none: it is about the whole mini program.
fn reason(state: Option<NoticeState>) -> &'static str {
    match state {
        None => "sending_rests",
        Some(NoticeState::Paused) => "notice_paused",
        Some(NoticeState::Missed) => "notice_missed",
        Some(NoticeState::Approval) => "approval_wanted",
        Some(NoticeState::Stopped) => "notice_stopped",
        Some(NoticeState::Draft) => "repeat_not_sent",
        Some(_) => "notice_waited",
    }
}

fn result(event: &Event, now: Millis) -> Value {
    json!({
        "notice_id": event.notice,
        "openid": event.openid,
        "state": event.state,
        "errcode": event.errcode.unwrap_or_default(),
        "at": instant(event.at.unwrap_or(now)),
    })
}

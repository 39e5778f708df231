//! Short words for what the platform pushes.

use crate::{
    harness::TestDb,
    world::{NOW, World},
};
use model::{
    Millis,
    callback::{AnswerItem, CallbackCount, CallbackEvent, EventBody, SentItem},
    delivery::DeliveryState,
    grant::{Answer, LedgerKind},
    ids::{DeliveryId, SubscriberId, TemplateId},
    mini_program::{CallbackMode, GrantSource, MiniProgramSettings},
    page::At,
};
use store::{CallbackSetup, GrantReport, NewEvent, Reported, WorkedOff};

/// A second of the platform's clock.
pub const SECOND: Millis = 1_000;

pub fn setup() -> CallbackSetup {
    CallbackSetup {
        mode: CallbackMode::Safe,
        sealed_token: "sealed token".to_owned(),
        sealed_key: Some("sealed key".to_owned()),
    }
}

/// A world with a callback.
pub async fn called_back(db: &TestDb) -> World {
    let w = World::new(db).await;
    assert!(w.store.set_callback(w.mini_program, Some(&setup())).await.unwrap());
    w
}

impl World {
    fn push(&self, openid: &str, at: Millis, body: EventBody) -> NewEvent {
        NewEvent {
            mini_program: self.mini_program,
            digest: format!("{openid} {at} {body:?}"),
            event: CallbackEvent { openid: openid.to_owned(), happened_at: at, body },
            received_at: NOW,
        }
    }

    fn item(&self, template: TemplateId, answer: Answer) -> Vec<AnswerItem> {
        vec![AnswerItem { pri_tmpl_id: self.pri(template), answer }]
    }

    pub fn pri(&self, template: TemplateId) -> String {
        if template == self.one { "one".to_owned() } else { "long".to_owned() }
    }

    pub fn popup(&self, openid: &str, template: TemplateId, answer: Answer, at: Millis) -> NewEvent {
        self.push(openid, at, EventBody::Popup(self.item(template, answer)))
    }

    /// A refusal in the settings.
    pub fn change(&self, openid: &str, template: TemplateId, at: Millis) -> NewEvent {
        self.push(openid, at, EventBody::Change(self.item(template, Answer::Reject)))
    }

    pub fn sent_event(&self, openid: &str, msgid: Option<i64>, errcode: i64, at: Millis) -> NewEvent {
        let status = if errcode == 0 { "success" } else { "failed" }.to_owned();
        self.push(
            openid,
            at,
            EventBody::Sent(vec![SentItem { pri_tmpl_id: self.pri(self.one), msgid, errcode, status }]),
        )
    }

    pub fn other(&self, name: &str) -> NewEvent {
        self.push("", 0, EventBody::Other(name.to_owned()))
    }

    /// Stores pushes and works off whatever is due.
    pub async fn pushed(&self, events: &[NewEvent], now: Millis) -> WorkedOff {
        self.store.store_events(events).await.unwrap();
        self.work_off(now).await
    }

    pub async fn work_off(&self, now: Millis) -> WorkedOff {
        self.store.work_off_events(1_000, now).await.unwrap()
    }

    pub async fn believe(&self, grant_source: GrantSource) {
        let settings = MiniProgramSettings { grant_source, ..crate::world::settings("wx0000000000000001") };
        assert!(self.store.change_mini_program(self.mini_program, &settings, None).await.unwrap());
    }

    pub async fn report(&self, openid: &str, template: TemplateId, answer: Answer, now: Millis) -> Reported {
        self.report_as(openid, template, answer, None, now).await
    }

    pub async fn report_as(
        &self,
        openid: &str,
        template: TemplateId,
        answer: Answer,
        report_id: Option<&str>,
        now: Millis,
    ) -> Reported {
        let answers = [(template, answer)];
        let report =
            GrantReport { mini_program: self.mini_program, openid, answers: &answers, note: "report", report_id };
        self.store.record_report(report, now).await.unwrap()
    }

    pub async fn id(&self, openid: &str) -> SubscriberId {
        self.store.subscriber_by_openid(self.mini_program, openid).await.unwrap().expect("a subscriber").id
    }

    /// (kind, change, balance after, note), newest first.
    pub async fn lines(&self, openid: &str) -> Vec<(LedgerKind, i64, i64, String)> {
        let page = self.store.ledger_of(self.id(openid).await, At::Start, 100).await.unwrap();
        page.rows.into_iter().map(|l| (l.kind, l.change, l.balance_after, l.note)).collect()
    }

    /// The balance of somebody who has a grant of this template.
    pub async fn balance(&self, openid: &str, template: TemplateId) -> i64 {
        self.grant(self.id(openid).await, template).await.balance
    }

    pub async fn refused(&self, openid: &str, template: TemplateId) -> bool {
        self.grant(self.id(openid).await, template).await.refused
    }

    /// (state, error code) of a delivery.
    pub async fn state(&self, id: DeliveryId) -> (DeliveryState, i64) {
        let page = self.store.deliveries(id.notice, &[], None, At::Start, 1_000).await.unwrap();
        let row = page.rows.into_iter().find(|row| row.id == id).expect("a delivery");
        (row.state, row.errcode)
    }

    /// How often something was counted of the callback.
    pub async fn tally(&self, what: CallbackCount) -> i64 {
        let tallies = self.store.callback_tallies(self.mini_program).await.unwrap();
        tallies.into_iter().find(|t| t.what == what).map_or(0, |t| t.n)
    }

    /// Whether each event is unmatched, where it is done; newest first.
    pub async fn events(&self) -> Vec<Option<bool>> {
        let page = self.store.events(self.mini_program, At::Start, 1_000).await.unwrap();
        page.rows.into_iter().map(|e| e.done_at.map(|_| e.unmatched)).collect()
    }
}

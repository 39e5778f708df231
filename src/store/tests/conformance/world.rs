//! A mini program with templates, and short words for what tests do with them.

use crate::harness::TestDb;
use model::{
    Millis,
    delivery::{Attempt, DeliveryState},
    grant::{Answer, Grant},
    ids::{MiniProgramId, NoticeId, SubscriberId, TemplateId},
    mini_program::{MessageLang, MiniProgramSettings, ProgramState},
    notice::{Audience, Content, Notice},
    template::{TemplateKind, TemplateSettings},
};
use std::sync::Arc;
use store::{Claim, Claimed, DeliveryResult, Enqueued, Outcome, Store};

/// When tests take place.
pub const NOW: Millis = 1_760_000_000_000;
/// The hour that it is counted under.
pub const HOUR: Millis = 1_759_998_000_000;

/// A mini program with a one-time and a long-term template.
#[derive(Clone, Debug)]
pub struct World {
    pub store: Arc<dyn Store>,
    pub mini_program: MiniProgramId,
    pub one: TemplateId,
    pub long: TemplateId,
}

pub fn settings(appid: &str) -> MiniProgramSettings {
    MiniProgramSettings {
        name: "雁书".to_owned(),
        appid: appid.to_owned(),
        default_page: "pages/index".to_owned(),
        program_state: ProgramState::Trial,
        message_lang: MessageLang::ZhHk,
        time_zone: "Asia/Shanghai".to_owned(),
        require_login_token: true,
        ..MiniProgramSettings::default()
    }
}

pub fn template(pri_tmpl_id: &str, kind: TemplateKind) -> TemplateSettings {
    TemplateSettings {
        pri_tmpl_id: pri_tmpl_id.to_owned(),
        title: format!("标题 {pri_tmpl_id}"),
        kind,
        fields: vec![],
        validity_days: None,
    }
}

impl World {
    pub async fn new(db: &TestDb) -> Self {
        Self::with_appid(db.store.clone(), "wx0000000000000001").await
    }

    pub async fn with_appid(store: Arc<dyn Store>, appid: &str) -> Self {
        let mini_program = store.add_mini_program(&settings(appid), "sealed", NOW).await.unwrap();
        let one = store.add_template(mini_program, &template("one", TemplateKind::OneTime), NOW).await.unwrap();
        let long = store.add_template(mini_program, &template("long", TemplateKind::LongTerm), NOW).await.unwrap();
        Self { store, mini_program, one, long }
    }

    pub async fn answer(&self, openid: &str, template: TemplateId, answer: Answer) -> SubscriberId {
        self.store.record_answers(self.mini_program, openid, &[(template, answer)], "report", NOW).await.unwrap()
    }

    /// A subscriber with one grant of the one-time template.
    pub async fn willing(&self, openid: &str) -> SubscriberId {
        self.answer(openid, self.one, Answer::Accept).await
    }

    /// So many of them: `o00000`, `o00001`, ….
    pub async fn many_willing(&self, n: usize) -> Vec<SubscriberId> {
        let mut ids = Vec::with_capacity(n);
        for i in 0..n {
            ids.push(self.willing(&format!("o{i:05}")).await);
        }
        ids
    }

    pub async fn grant(&self, subscriber: SubscriberId, template: TemplateId) -> Grant {
        let grants = self.store.grants_of(subscriber).await.unwrap();
        grants.into_iter().find(|grant| grant.template == template).expect("a grant")
    }

    /// (balance, reserved) of the one-time template.
    pub async fn one(&self, subscriber: SubscriberId) -> (i64, i64) {
        let grant = self.grant(subscriber, self.one).await;
        (grant.balance, grant.reserved)
    }

    pub async fn draft(&self, template: TemplateId, audience: &Audience) -> NoticeId {
        let content = Content::default();
        self.store.add_draft(self.mini_program, template, audience, &content, "ann", NOW).await.unwrap()
    }

    /// A confirmed notice of the one-time template.
    pub async fn send(&self, audience: Audience) -> NoticeId {
        self.send_of(self.one, audience, NOW).await
    }

    pub async fn send_of(&self, template: TemplateId, audience: Audience, now: Millis) -> NoticeId {
        let id = self.draft(template, &audience).await;
        let done = self.store.enqueue_notice(id, i64::MAX, HOUR, now).await.unwrap();
        assert!(matches!(done, Enqueued::Done(_)), "{done:?}");
        id
    }

    pub async fn claim(&self, lease: i64, limit: i64) -> Vec<Claimed> {
        self.claim_at(lease, limit, NOW).await
    }

    pub async fn claim_at(&self, lease: i64, limit: i64, now: Millis) -> Vec<Claimed> {
        let claim = Claim { mini_program: self.mini_program, limit, now, lease, lease_until: now + 60_000 };
        self.store.claim_due(claim).await.unwrap()
    }

    pub async fn record(&self, results: &[DeliveryResult]) -> u64 {
        self.record_at(results, NOW + 10).await
    }

    pub async fn record_at(&self, results: &[DeliveryResult], now: Millis) -> u64 {
        self.store.record_results(results, now).await.unwrap()
    }

    pub async fn notice(&self, id: NoticeId) -> Notice {
        self.store.notice(id).await.unwrap().expect("a notice")
    }

    pub async fn count(&self, id: NoticeId, state: DeliveryState) -> i64 {
        self.notice(id).await.counts.of(state)
    }
}

pub fn attempt(number: i64, errcode: i64) -> Attempt {
    Attempt {
        number,
        started_at: NOW + number,
        duration_ms: 52,
        errcode,
        rid: (errcode != 0).then(|| format!("rid-{number}")),
        errmsg: (errcode != 0).then(|| "it's \"refused\" <b>; --".to_owned()),
    }
}

/// A result with the attempt that belongs to it.
pub fn result(claimed: &Claimed, lease: i64, outcome: Outcome) -> DeliveryResult {
    let errcode = match outcome {
        Outcome::Sent { .. } => Some(0),
        Outcome::Failed { errcode, .. } | Outcome::Unknown { errcode } | Outcome::Retry { errcode, .. } => {
            Some(errcode)
        }
        Outcome::Released { .. } | Outcome::Skipped(_) => None,
    };
    let attempt = errcode.map(|errcode| attempt(claimed.attempts + 1, errcode));
    DeliveryResult { id: claimed.id, lease, attempt, outcome }
}

pub fn sent(claimed: &Claimed, lease: i64) -> DeliveryResult {
    result(claimed, lease, Outcome::Sent { msgid: Some(77) })
}

pub fn openids(list: &[&str]) -> Audience {
    Audience::Openids(list.iter().map(|openid| (*openid).to_owned()).collect())
}

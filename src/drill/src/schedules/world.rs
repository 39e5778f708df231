//! The database of many schedules, which come one after another and leave nothing pending behind.

use crate::Place;
use anyhow::Result;
use model::{
    Millis,
    grant::Answer,
    ids::{MiniProgramId, NoticeId, SubscriberId, TemplateId},
    mini_program::{MessageLang, MiniProgramSettings, ProgramState},
    notice::{Audience, Content},
    template::{TemplateKind, TemplateSettings},
};
use std::sync::Arc;
use store::{Durability, Enqueued, OpenOptions, Store};

/// When the first schedule begins.
const BEGIN: Millis = 1_760_000_000_000;
/// The hour under which all notices are counted.
const HOUR: Millis = 1_759_998_000_000;
/// People, of whom each notice goes to some.
const PEOPLE: usize = 6;

/// A store with a mini program, two templates and a few people.
#[derive(Debug)]
pub(super) struct World {
    pub store: Arc<dyn Store>,
    pub program: MiniProgramId,
    pub templates: [TemplateId; 2],
    pub people: Vec<SubscriberId>,
    /// The latest instant so far; the next schedule begins after it.
    pub now: Millis,
    /// The last lease handed out; they never repeat.
    pub lease: i64,
}

impl World {
    pub async fn open(place: &Place) -> Result<Self> {
        let durability = Durability::ProcessEnd;
        let options = OpenOptions { durability, max_connections: 2, ..OpenOptions::default() };
        let store = store::open(&place.url, options).await?;
        let program = store.add_mini_program(&settings(), "sealed", BEGIN).await?;
        let templates = [
            store.add_template(program, &template("one"), BEGIN).await?,
            store.add_template(program, &template("two"), BEGIN).await?,
        ];
        let mut people = Vec::with_capacity(PEOPLE);
        for n in 0..PEOPLE {
            people.push(store.record_answers(program, &format!("o{n}"), &[], "drill", BEGIN).await?);
        }
        Ok(Self { store, program, templates, people, now: BEGIN, lease: 0 })
    }

    /// Orders a notice of one of the templates to some of the people, each of whom grants it first. None where nobody would
    /// get it: under a clock that went back, what is granted comes before a correction and counts for nothing.
    pub async fn order(&self, which: usize, to: &[usize], now: Millis) -> Result<Option<NoticeId>> {
        let template = self.templates[which % self.templates.len()];
        for n in to {
            let answers = [(template, Answer::Accept)];
            self.store.record_answers(self.program, &format!("o{n}"), &answers, "drill", now).await?;
        }
        let audience = Audience::Chosen(to.iter().map(|n| self.people[*n]).collect());
        let id = self.store.add_draft(self.program, template, &audience, &Content::default(), "drill", now).await?;
        let done = self.store.enqueue_notice(id, i64::MAX, HOUR, now).await?;
        if matches!(done, Enqueued::Nobody(_)) && now < self.now {
            self.store.delete_draft(id).await?;
            return Ok(None);
        }
        anyhow::ensure!(matches!(done, Enqueued::Done(_)), "a notice was not confirmed: {done:?}");
        Ok(Some(id))
    }
}

fn settings() -> MiniProgramSettings {
    MiniProgramSettings {
        name: "雁书".to_owned(),
        appid: "wx0000000000000001".to_owned(),
        default_page: String::new(),
        program_state: ProgramState::Formal,
        message_lang: MessageLang::ZhCn,
        time_zone: "Asia/Shanghai".to_owned(),
        require_login_token: false,
        ..MiniProgramSettings::default()
    }
}

fn template(name: &str) -> TemplateSettings {
    TemplateSettings {
        pri_tmpl_id: name.to_owned(),
        title: name.to_owned(),
        kind: TemplateKind::OneTime,
        fields: Vec::new(),
        validity_days: None,
    }
}

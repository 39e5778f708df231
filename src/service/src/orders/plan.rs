//! Checking an order whole: every problem is told by the path of the request's own JSON.

mod values;

use super::Order;
use crate::{ApiCaller, Services, UseError, UseResult, control::to_come, notices::unusable};
use jiff::Timestamp;
use model::{
    Millis, Problem, Problems,
    ids::TemplateId,
    mini_program::{MessageLang, ProgramState},
    notice::{Audience, Content},
    recipient::Recipient,
    template::Template,
    values::{openid, page_path},
};
use std::collections::{BTreeMap, HashSet};
use store::NewDraft;

/// Recipients of one call.
pub(super) const MOST: usize = 10_000;
/// More problems than this help nobody.
const MOST_PROBLEMS: usize = 100;

/// An order that may be stored.
#[derive(Debug)]
pub(super) struct Plan {
    template: TemplateId,
    content: Content,
    audience: Audience,
    duplicates: i64,
    urgent: bool,
    /// When it begins; none: at once.
    pub(super) due_at: Option<Millis>,
    /// Where messages differ: everybody with their own values, duplicates too.
    people: Option<Vec<Recipient>>,
}

impl Plan {
    /// Recipients to be staged.
    pub(super) fn people(&self) -> Option<&[Recipient]> {
        self.people.as_deref()
    }

    /// The draft as it is stored: without recipients where these are staged.
    pub(super) fn draft_to_fill<'a>(&'a self, caller: &ApiCaller, by: &'a str) -> NewDraft<'a> {
        let draft = self.draft(caller, by);
        if self.people.is_some() { NewDraft { audience: &Audience::Nobody, duplicates: 0, ..draft } } else { draft }
    }

    pub(super) fn draft<'a>(&'a self, caller: &ApiCaller, by: &'a str) -> NewDraft<'a> {
        NewDraft {
            mini_program: caller.program.id,
            template: self.template,
            audience: &self.audience,
            duplicates: self.duplicates,
            content: &self.content,
            created_by: by,
            urgent: self.urgent,
        }
    }
}

impl Services {
    pub(super) async fn plan(&self, caller: &ApiCaller, order: &Order) -> UseResult<Plan> {
        let mut problems = Problems::default();
        let (audience, duplicates) = recipients(order, &mut problems);
        let template = self.template_of(caller, &order.template).await?;
        if let Some(template) = &template {
            let attributes = self.attributes_for(caller, order).await?;
            problems.0.extend(values::check(order, &template.settings.fields, &attributes).await.0);
        }
        let content = content(caller, order, &mut problems);
        let due_at = problems.take("send_at", due_at(order, self.now())).flatten();
        if content.as_ref().is_some_and(|content| is_bulk_to_members(order, content, &audience)) {
            problems.push(needs_yes());
        }
        match &template {
            None => problems.push(unknown_template()),
            Some(template) => problems.0.extend(unusable(template).map(|problem| problem.at("template_id"))),
        }
        problems.0.truncate(MOST_PROBLEMS);
        problems.check()?;
        match (template, content) {
            (Some(template), Some(content)) => {
                let (template, urgent) = (template.id, order.urgent);
                Ok(Plan { template, content, audience, duplicates, urgent, due_at, people: staged(order) })
            }
            _ => Err(UseError::Internal("parsed values")),
        }
    }

    /// What fills placeholders beside the order itself: asked for only where there are any.
    async fn attributes_for(&self, caller: &ApiCaller, order: &Order) -> UseResult<values::Attributes> {
        if order.recipients.len() > MOST || !values::has_placeholders(order) {
            return Ok(values::Attributes::new());
        }
        let openids: Vec<&str> = order.recipients.iter().map(|recipient| recipient.openid.trim()).collect();
        Ok(self.store.attributes_of(caller.program.id, &openids).await?)
    }

    /// A template of the caller's mini program, by the platform's id or by our number.
    pub(super) async fn template_of(&self, caller: &ApiCaller, name: &str) -> UseResult<Option<Template>> {
        let name = name.trim();
        if name.len() < 20
            && let Ok(number) = name.parse::<i64>()
        {
            let template = self.store.template(TemplateId(number)).await?;
            return Ok(template.filter(|template| template.mini_program == caller.program.id));
        }
        Ok(self.store.template_by_pri_tmpl_id(caller.program.id, name).await?)
    }
}

fn due_at(order: &Order, now: Millis) -> Result<Option<Millis>, Problem> {
    let Some(typed) = &order.send_at else { return Ok(None) };
    let at: Timestamp = typed.trim().parse().map_err(|_| {
        Problem::of(
            "send_at",
            "not_a_time",
            "请按 RFC 3339 填写带时区的时刻，例如 2026-12-01T09:00:00+08:00。",
            "Give an instant as RFC 3339 with its offset, such as 2026-12-01T09:00:00+08:00.",
        )
    })?;
    to_come(at.as_millisecond(), "UTC", now).map(Some)
}

fn recipients(order: &Order, problems: &mut Problems) -> (Audience, i64) {
    if order.recipients.is_empty() {
        problems.push(Problem::of("recipients", "required", "请至少给出一个接收人。", "Give at least one recipient."));
    }
    if order.recipients.len() > MOST {
        let n = order.recipients.len();
        problems.push(Problem::of(
            "recipients",
            "too_many",
            format!("一次最多 {MOST} 个接收人，现在有 {n} 个，请分成几次。"),
            format!("At most {MOST} recipients a call; there are {n}. Split them into several calls."),
        ));
        return (Audience::Nobody, 0);
    }
    let (mut seen, mut openids, mut duplicates) = (HashSet::new(), Vec::new(), 0);
    for (at, recipient) in order.recipients.iter().enumerate() {
        let Some(openid) = problems.take(&format!("recipients[{at}].openid"), openid(&recipient.openid)) else {
            continue;
        };
        if seen.insert(openid.clone()) {
            openids.push(openid);
        } else {
            duplicates += 1;
        }
    }
    (Audience::Openids(openids), duplicates)
}

fn content(caller: &ApiCaller, order: &Order, problems: &mut Problems) -> Option<Content> {
    let usual = &caller.program.settings;
    let values = trimmed(&order.data);
    let page = match &order.page {
        Some(page) => problems.take("page", page_path(page)),
        None => Some(usual.default_page.clone()),
    };
    let state = match &order.program_state {
        Some(word) => {
            problems.take("miniprogram_state", ProgramState::parse(word).ok_or_else(|| unknown_choice(&STATES)))
        }
        None => Some(usual.program_state),
    };
    let lang = match &order.message_lang {
        Some(word) => problems.take("lang", MessageLang::parse(word).ok_or_else(|| unknown_choice(&LANGS))),
        None => Some(usual.message_lang),
    };
    Some(Content { values, page: page?, program_state: state?, message_lang: lang? })
}

/// Whether it goes to many, a tap opens a version that only members of the project can open, and the request did not say that
/// this is wanted: the console asks for a yes.
fn is_bulk_to_members(order: &Order, content: &Content, audience: &Audience) -> bool {
    let many = matches!(audience, Audience::Openids(openids) if openids.len() > 1);
    many && order.program_state.is_none() && content.program_state != ProgramState::Formal
}

fn needs_yes() -> Problem {
    Problem::of(
        "miniprogram_state",
        "needs_yes",
        "小程序的默认打开版本不是正式版，普通用户点开会失败，而接收人不止一个。要发正式版请填写 formal；确认要发体验版或开发版，请填写 trial 或 developer。",
        "The mini program's usual version is not the published one: others than members of the project cannot open it, and there is more than one recipient. Give formal for the published version, or trial or developer if that is what you want.",
    )
}

/// Everybody, where somebody has values of their own.
fn staged(order: &Order) -> Option<Vec<Recipient>> {
    let personal = order.recipients.iter().any(|recipient| !recipient.data.is_empty());
    let people = order.recipients.iter().zip(1..).map(|(recipient, line)| Recipient {
        openid: openid(&recipient.openid).unwrap_or_default(),
        line: Some(line),
        values: trimmed(&recipient.data),
        problem: None,
    });
    personal.then(|| people.collect())
}

fn trimmed(data: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    data.iter().map(|(key, value)| (key.clone(), value.trim().to_owned())).collect()
}

/// Codes of [`ProgramState`] …
const STATES: [&str; 3] = ["formal", "trial", "developer"];
/// … and of [`MessageLang`].
const LANGS: [&str; 4] = ["zh_CN", "en_US", "zh_HK", "zh_TW"];

fn unknown_choice(choices: &[&str]) -> Problem {
    let (zh, en) = (choices.join("、"), choices.join(", "));
    Problem::whole(
        "unknown_choice",
        format!("没有这个选项，可用的是：{zh}。"),
        format!("There is no such choice. There are: {en}."),
    )
}

fn unknown_template() -> Problem {
    Problem::of(
        "template_id",
        "unknown_template",
        "这个小程序没有登记这个模板，请先在“模板”页登记。",
        "This mini program has no such template. Register it on the Templates page first.",
    )
}

//! Notices: draft in steps, review with real numbers, confirm once, watch, withdraw.

use crate::{
    Services, UseError, UseResult, checking, engine::withdrawal::STEP, mini_programs::unknown_choice,
    subscribers::PAGE_SIZE,
};
use model::{
    Millis, Problem, Problems,
    control::{Deed, Forecast, SendRules},
    delivery::{Attempt, Delivery, DeliveryState, own_code},
    ids::{DeliveryId, MiniProgramId, NoticeId, SegmentId, SubscriberId, TemplateId},
    mini_program::{MessageLang, MiniProgram, ProgramState},
    notice::{Audience, Content, Notice, NoticeState, Preflight},
    page::{At, Page},
    platform::Quota,
    recipient::Check,
    rules,
    statistics::CodeCounts,
    template::Template,
    values,
};
use std::{collections::BTreeMap, sync::Arc};

/// The most openids that one form takes; files take more.
const MOST_PASTED: usize = 50_000;

/// What the audience form sends.
#[derive(Clone, Debug)]
pub enum AudienceInput {
    /// One openid.
    One(String),
    /// Everybody with a grant.
    EverybodyWithGrant,
    /// A pasted list.
    Pasted(String),
    /// Whoever a saved filter finds.
    Segment(SegmentId),
    /// Rows chosen in the subscriber list; kept as they are in the draft.
    Chosen(Vec<SubscriberId>),
}

/// What the content form sends.
#[derive(Clone, Debug, Default)]
pub struct ContentInput {
    /// Field key → value.
    pub values: BTreeMap<String, String>,
    /// Page path.
    pub page: String,
    /// `formal`, `trial`, `developer`.
    pub program_state: String,
    /// `zh_CN`, ….
    pub message_lang: String,
}

/// A notice with what its pages need.
#[derive(Clone, Debug)]
pub struct NoticeView {
    /// The notice.
    pub notice: Notice,
    /// Its template, as it is now.
    pub template: Template,
    /// Its mini program.
    pub mini_program: MiniProgram,
}

/// What the last step shows before anything irreversible.
#[derive(Clone, Debug)]
pub struct Review {
    /// The draft.
    pub view: NoticeView,
    /// Who would get it.
    pub preflight: Preflight,
    /// What still has to be mended before it can be confirmed.
    pub problems: Problems,
    /// What may go wrong but does not block.
    pub warnings: Vec<Problem>,
    /// How long it would take.
    pub forecast: Forecast,
    /// What WeChat allows today, where it was asked, and when it said so.
    pub quota: Option<(Millis, Quota)>,
    /// How the mini program's notices are sent.
    pub rules: SendRules,
    /// How long the confirmation can be taken back, in milliseconds.
    pub undo_ms: Millis,
    /// How many of those that are queued will be skipped when their turn comes, because their message cannot be filled.
    pub left_out: i64,
}

impl Review {
    /// Whether it goes to many, and a tap opens a version that only members of the project can open.
    #[must_use]
    pub fn is_bulk_to_members(&self) -> bool {
        self.preflight.will_send > 1 && self.view.notice.content.program_state != ProgramState::Formal
    }
}

impl Services {
    /// Begins a draft for a template, perhaps for people already chosen.
    ///
    /// # Errors
    /// `NotFound` for an unknown template, `Invalid` for an archived one.
    pub async fn begin_notice(&self, template: TemplateId, chosen: Vec<SubscriberId>, by: &str) -> UseResult<NoticeId> {
        let template = self.template(template).await?;
        if let Some(problem) = unusable(&template) {
            return Err(problem.into());
        }
        let program = self.mini_program(template.mini_program).await?;
        let audience = if chosen.is_empty() { Audience::Nobody } else { Audience::Chosen(chosen) };
        let content = Content {
            values: BTreeMap::new(),
            page: program.settings.default_page.clone(),
            program_state: program.settings.program_state,
            message_lang: program.settings.message_lang,
        };
        Ok(self.store.add_draft(program.id, template.id, &audience, &content, by, self.now()).await?)
    }

    /// Sets a draft's audience.
    ///
    /// # Errors
    /// `Invalid` with the lines at fault, `NotFound` when it is no draft (any more).
    pub async fn set_audience(&self, id: NoticeId, input: AudienceInput) -> UseResult<()> {
        let (audience, duplicates) = match input {
            AudienceInput::Segment(segment) => (self.audience_of(id, segment).await?, 0),
            other => parse_audience(other)?,
        };
        crate::imports::clear(self, id, None).await?;
        if self.store.change_audience(id, &audience, duplicates).await? { Ok(()) } else { Err(UseError::NotFound) }
    }

    /// Sets a draft's content. Values that break a field rule are refused.
    ///
    /// # Errors
    /// `Invalid` with the fields at fault, `NotFound` when it is no draft (any more).
    pub async fn set_content(&self, id: NoticeId, input: &ContentInput) -> UseResult<()> {
        let view = self.notice(id).await?;
        let mut problems = Problems::default();
        let values: BTreeMap<_, _> =
            input.values.iter().map(|(key, value)| (key.clone(), value.trim().to_owned())).collect();
        let own = self.own_fields(&view).await?;
        problems.0.extend(rules::check_shared(&view.template.settings.fields, &values, &own).problems.0);
        let page = problems.take("page", values::page_path(&input.page));
        let state =
            problems.take("program_state", ProgramState::parse(&input.program_state).ok_or_else(unknown_choice));
        let lang = problems.take("message_lang", MessageLang::parse(&input.message_lang).ok_or_else(unknown_choice));
        problems.check()?;
        let (Some(page), Some(program_state), Some(message_lang)) = (page, state, lang) else {
            return Err(UseError::Internal("parsed values"));
        };
        let content = Content { values, page, program_state, message_lang };
        if self.store.change_content(id, &content).await? { Ok(()) } else { Err(UseError::NotFound) }
    }

    /// Throws a draft away.
    ///
    /// # Errors
    /// `NotFound` when it is no draft (any more).
    pub async fn discard_draft(&self, id: NoticeId) -> UseResult<()> {
        crate::imports::clear(self, id, None).await?;
        if self.store.delete_draft(id).await? { Ok(()) } else { Err(UseError::NotFound) }
    }

    /// Everything the last step shows.
    ///
    /// # Errors
    /// `NotFound` when it is no draft (any more).
    pub async fn review(self: &Arc<Self>, id: NoticeId) -> UseResult<Review> {
        let view = self.notice(id).await?;
        let own = self.own_fields(&view).await?;
        let checked = rules::check_shared(&view.template.settings.fields, &view.notice.content.values, &own);
        let mut problems = checked.problems;
        // Only what could be sent is worth filling for everybody.
        let check = if problems.0.is_empty() { self.check_for_all(&view).await? } else { Some(Check::default()) };
        let mut left_out = 0;
        let mut preflight = self.store.preflight(id, self.now()).await?.ok_or(UseError::NotFound)?;
        match check {
            Some(check) => left_out = checking::leave_out(&mut preflight, check),
            None => problems.push(checking::being_checked()),
        }
        if let Some(problem) = unusable(&view.template) {
            problems.push(problem);
        }
        if matches!(view.notice.audience, Audience::Nobody) {
            problems.push(Problem::of("audience", "required", "请先选择接收人。", "Choose the recipients first."));
        } else if preflight.will_send == 0 {
            problems.push(nobody());
        }
        if matches!(view.notice.audience, Audience::Listed { .. }) {
            problems.0.extend(self.list_not_ready(id).await?);
        }
        let program = view.mini_program.id;
        let forecast = self.foretell(program, &preflight).await?;
        let (quota, rules) = (self.quota_seen(program).await?, self.store.send_rules(program).await?);
        let (warnings, undo_ms) = (checked.warnings, self.undo_ms);
        Ok(Review { view, preflight, problems, warnings, forecast, quota, rules, undo_ms, left_out })
    }

    /// Confirms a draft and sends it from now on, without time to undo: for programs, which do not press by mistake. Pressing
    /// twice sends once. `shown` is the number of messages that was agreed to.
    ///
    /// # Errors
    /// `Invalid` when something has to be mended, more would be sent than was shown, or nobody would get it.
    pub async fn confirm_notice(self: &Arc<Self>, id: NoticeId, shown: i64) -> UseResult<()> {
        self.confirm(id, shown, crate::control::When::Now, "").await
    }

    /// Ends a notice: nothing more of it is sent from now on. What waits is withdrawn, of a big one behind this call.
    ///
    /// # Errors
    /// `NotFound` when it is not running (any more).
    pub async fn cancel_notice(self: &Arc<Self>, id: NoticeId, by: &str) -> UseResult<()> {
        let now = self.now();
        if !self.store.end_notice(id, NoticeState::Cancelled, None, now).await? {
            return Err(UseError::NotFound);
        }
        self.store.log_notice(id, Deed::Cancelled, by, "", now).await?;
        // Of a small one all of it, so that the page that comes next tells how it ended.
        if self.store.withdraw_pending(id, own_code::CANCELLED, STEP, now).await? == STEP {
            self.withdraw_soon();
        }
        Ok(())
    }

    /// One notice with its template and mini program.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn notice(&self, id: NoticeId) -> UseResult<NoticeView> {
        let notice = self.store.notice(id).await?.ok_or(UseError::NotFound)?;
        let template = self.template(notice.template).await?;
        let mini_program = self.mini_program(notice.mini_program).await?;
        Ok(NoticeView { notice, template, mini_program })
    }

    /// A page of notices, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notices(
        &self,
        mini_program: MiniProgramId,
        state: Option<NoticeState>,
        template: Option<TemplateId>,
        at: At,
    ) -> UseResult<Page<Notice>> {
        Ok(self.store.notices(mini_program, state, template, at, PAGE_SIZE).await?)
    }

    /// A page of a notice's deliveries.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliveries(
        &self,
        id: NoticeId,
        states: &[DeliveryState],
        errcode: Option<i64>,
        at: At,
    ) -> UseResult<Page<Delivery>> {
        Ok(self.store.deliveries(id, states, errcode, at, PAGE_SIZE).await?)
    }

    /// The same of people whose openid begins so or whose remark holds it; an empty search finds everybody.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_deliveries(
        &self,
        id: NoticeId,
        search: &str,
        states: &[DeliveryState],
        errcode: Option<i64>,
        at: At,
    ) -> UseResult<Page<Delivery>> {
        Ok(self.store.find_deliveries(id, search, states, errcode, at, PAGE_SIZE).await?)
    }

    /// The calls made for one delivery.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attempts(&self, id: DeliveryId) -> UseResult<Vec<Attempt>> {
        Ok(self.store.attempts(id).await?)
    }

    /// How many deliveries of a notice ended with each code.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn notice_codes(&self, id: NoticeId) -> UseResult<Vec<CodeCounts>> {
        Ok(self.store.notice_codes(id).await?)
    }

    /// How many deliveries are waiting or under way.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn queue_depth(&self, mini_program: MiniProgramId) -> UseResult<i64> {
        Ok(self.store.queue_depth(mini_program).await?)
    }
}

/// Why nothing can be sent with a template.
pub(crate) fn unusable(template: &Template) -> Option<Problem> {
    if template.archived_at.is_some() {
        return Some(Problem::of(
            "template",
            "archived",
            "这个模板已归档，请先恢复它。",
            "This template is archived. Bring it back first.",
        ));
    }
    template.gone_at.map(|_| {
        Problem::of(
            "template",
            "gone",
            "微信已经没有这个模板，用它发送会失败（40037）。请选择其他模板，或重新同步。",
            "WeChat does not have this template any more: sending would fail (40037). Choose another, or sync again.",
        )
    })
}

pub(crate) fn nobody() -> Problem {
    Problem::of(
        "audience",
        "nobody",
        "没有可以发送的接收人：所选的人都没有可用的授权额度。",
        "Nobody would get it: none of the people chosen has a grant left.",
    )
}

fn parse_audience(input: AudienceInput) -> Result<(Audience, i64), Problems> {
    match input {
        AudienceInput::One(openid) => {
            let openid = values::openid(&openid).map_err(|p| p.at("openid"))?;
            Ok((Audience::Openids(vec![openid]), 0))
        }
        AudienceInput::EverybodyWithGrant => Ok((Audience::EverybodyWithGrant, 0)),
        AudienceInput::Chosen(ids) if ids.is_empty() => {
            Err(Problem::of("audience", "required", "请先选择接收人。", "Choose the recipients first.").into())
        }
        AudienceInput::Chosen(ids) => Ok((Audience::Chosen(ids), 0)),
        AudienceInput::Pasted(text) => parse_pasted(&text),
        // It is looked up before.
        AudienceInput::Segment(_) => {
            Err(Problem::of("segment", "required", "请选择一个已保存的人群。", "Choose one of the saved segments.")
                .into())
        }
    }
}

fn parse_pasted(text: &str) -> Result<(Audience, i64), Problems> {
    let list = values::openid_list(text);
    let mut problems = Problems::default();
    for (line, bad) in list.bad.iter().take(10) {
        problems.push(Problem::of(
            "openids",
            "bad_openid",
            format!("第 {line} 行“{bad}”不是 openid，请改正或删掉。"),
            format!("Line {line}, “{bad}”, is not an openid. Mend or remove it."),
        ));
    }
    if list.bad.len() > 10 {
        let rest = list.bad.len() - 10;
        problems.push(Problem::of(
            "openids",
            "bad_openid",
            format!("另有 {rest} 处不是 openid。"),
            format!("{rest} more are not openids."),
        ));
    }
    if list.openids.is_empty() && list.bad.is_empty() {
        problems.push(Problem::of("openids", "required", "请粘贴至少一个 openid。", "Paste at least one openid."));
    }
    if list.openids.len() > MOST_PASTED {
        problems.push(Problem::of(
            "openids",
            "too_many",
            format!("一次最多粘贴 {MOST_PASTED} 个 openid，现在有 {} 个。", list.openids.len()),
            format!("At most {MOST_PASTED} openids can be pasted at once; there are {}.", list.openids.len()),
        ));
    }
    problems.check()?;
    Ok((Audience::Openids(list.openids), i64::try_from(list.duplicates).unwrap_or(i64::MAX)))
}

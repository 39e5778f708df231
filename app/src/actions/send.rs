//! The steps of a send: begin a draft, set audience and content, confirm, or throw it away.

use crate::web::{Context, Done, Form, Need, act};
use leptos::prelude::*;
use model::{
    Problem,
    access::Permission,
    ids::{NoticeId, SegmentId, SubscriberId, TemplateId},
    notice::{Audience, NoticeState},
};
use service::{AudienceInput, ConfirmInput, ContentInput, UseError, UseResult};
use std::collections::BTreeMap;

const NEED: Need = Need::Permission(Permission::Operate);

/// Begins a draft for a template.
#[server(prefix = "/actions", endpoint = "begin-notice")]
pub async fn begin_notice(csrf: String, #[server(default)] template: String) -> Result<(), ServerFnError> {
    let form = Form::new("begin-notice", "/send").keep("template", &template);
    act(&csrf, NEED, form, |ctx| async move {
        let template = number(&template).map(TemplateId).ok_or_else(no_template)?;
        let id = ctx.services.begin_notice(template, Vec::new(), &ctx.by()).await?;
        Ok(Done::to(format!("/send/{id}/audience")))
    })
    .await
}

/// Sets a draft's audience: `everybody`, `one` (openid), `pasted` (openids) or `chosen` (keeps the rows chosen before).
#[server(prefix = "/actions", endpoint = "set-audience")]
pub async fn set_audience(
    csrf: String,
    notice: i64,
    #[server(default)] audience: String,
    #[server(default)] openid: String,
    #[server(default)] openids: String,
    #[server(default)] segment: String,
) -> Result<(), ServerFnError> {
    let form = Form::new("set-audience", format!("/send/{notice}/audience"))
        .keep("audience", &audience)
        .keep("openid", &openid)
        .keep("openids", &openids)
        .keep("segment", &segment);
    act(&csrf, NEED, form, |ctx| async move {
        let id = NoticeId(notice);
        if let Some(done) = confirmed_before(&ctx, id).await? {
            return Ok(done);
        }
        let content = format!("/send/{notice}/content");
        if audience == "results" && chosen_by_results(&ctx, id).await? {
            return Ok(Done::to(content));
        }
        let input = match audience.as_str() {
            "everybody" => AudienceInput::EverybodyWithGrant,
            "one" => AudienceInput::One(openid),
            "pasted" => AudienceInput::Pasted(openids),
            "segment" => AudienceInput::Segment(SegmentId(number(&segment).unwrap_or_default())),
            // It stays as it is.
            "listed" if is_listed(&ctx, id).await? => return Ok(Done::to(format!("/send/{notice}/content"))),
            "chosen" => AudienceInput::Chosen(chosen_before(&ctx, id).await?),
            _ => return Err(no_audience().into()),
        };
        ctx.services.set_audience(id, input).await?;
        Ok(Done::to(content))
    })
    .await
}

/// Sets a draft's content.
#[server(prefix = "/actions", endpoint = "set-content")]
pub async fn set_content(
    csrf: String,
    notice: i64,
    #[server(default)] values: BTreeMap<String, String>,
    #[server(default)] page: String,
    #[server(default)] program_state: String,
    #[server(default)] message_lang: String,
) -> Result<(), ServerFnError> {
    let mut form = Form::new("set-content", format!("/send/{notice}/content"))
        .keep("page", &page)
        .keep("program_state", &program_state)
        .keep("message_lang", &message_lang);
    for (key, value) in &values {
        form = form.keep(format!("values[{key}]"), value);
    }
    act(&csrf, NEED, form, |ctx| async move {
        let id = NoticeId(notice);
        if let Some(done) = confirmed_before(&ctx, id).await? {
            return Ok(done);
        }
        ctx.services.set_content(id, &ContentInput { values, page, program_state, message_lang }).await?;
        Ok(Done::to(format!("/send/{notice}/review")))
    })
    .await
}

/// Confirms a draft. `shown` is the number on the button that was pressed; `when` is `later` where `at` counts.
#[server(prefix = "/actions", endpoint = "confirm-notice")]
pub async fn confirm_notice(
    csrf: String,
    notice: i64,
    #[server(default)] shown: String,
    #[server(default)] when: String,
    #[server(default)] at: String,
    #[server(default)] members_only: String,
) -> Result<(), ServerFnError> {
    let form = Form::new("confirm-notice", format!("/send/{notice}/review")).keep("when", &when).keep("at", &at);
    act(&csrf, NEED, form, |ctx| async move {
        // Without the number nothing was agreed to; 0 makes the use case show the numbers again.
        let shown = number(&shown).unwrap_or_default();
        let at = match when.as_str() {
            "later" if at.trim().is_empty() => return Err(no_time().into()),
            "later" => at,
            _ => String::new(),
        };
        let input = ConfirmInput { shown, at, members_only: members_only == "true" };
        ctx.services.order_notice(NoticeId(notice), &input, &ctx.by()).await?;
        Ok(Done::to(format!("/notices/{notice}")))
    })
    .await
}

/// Throws a draft away.
#[server(prefix = "/actions", endpoint = "discard-draft")]
pub async fn discard_draft(csrf: String, notice: i64) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("discard-draft", "/send"), |ctx| async move {
        ctx.services.discard_draft(NoticeId(notice)).await?;
        Ok(Done::to("/send").saying("草稿已丢弃。", "The draft is discarded."))
    })
    .await
}

fn number(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

/// A step that was submitted again after the notice was confirmed leads to the notice and says that nothing changed.
async fn confirmed_before(ctx: &Context, id: NoticeId) -> UseResult<Option<Done>> {
    let view = ctx.services.notice(id).await?;
    Ok((view.notice.state != NoticeState::Draft).then(|| {
        Done::to(format!("/notices/{id}")).saying(
            "这条通知任务之前已经确认，刚才的提交没有改变它。",
            "This notice was confirmed before; what you submitted just now changed nothing.",
        )
    }))
}

/// Those are kept as they are.
async fn chosen_by_results(ctx: &Context, id: NoticeId) -> UseResult<bool> {
    Ok(matches!(ctx.services.notice(id).await?.notice.audience, Audience::Results { .. }))
}

async fn chosen_before(ctx: &Context, id: NoticeId) -> UseResult<Vec<SubscriberId>> {
    match ctx.services.notice(id).await?.notice.audience {
        Audience::Chosen(ids) => Ok(ids),
        _ => Err(UseError::from(no_audience())),
    }
}

fn no_time() -> Problem {
    Problem::of("at", "required", "请选择发送的日期和时间。", "Choose the date and time at which it is to be sent.")
}

async fn is_listed(ctx: &Context, id: NoticeId) -> UseResult<bool> {
    Ok(matches!(ctx.services.notice(id).await?.notice.audience, Audience::Listed { .. }))
}

fn no_template() -> Problem {
    Problem::of("template", "required", "请先选择一个模板。", "Choose a template first.")
}

fn no_audience() -> Problem {
    Problem::of("audience", "required", "请先选择接收人。", "Choose the recipients first.")
}

//! One template: how it looks, what it takes, whom it reaches, what was sent with it.

mod danger;
pub(super) mod fields;
mod notices;

use super::{kind_badge, people_with, standing};
use crate::{
    components::{Badge, ErrorCode, PageHeader, Stat, Tone},
    web::{Context, Nav, Need, Page, PageError, page},
};
use leptos::prelude::*;
use model::{
    Lang,
    access::Permission,
    ids::TemplateId,
    mini_program::MiniProgram,
    page::At,
    template::{Template, TemplateKind, TemplateSummary},
};

/// How many notices are shown; the list has them all.
const LATEST: usize = 5;

/// One template.
#[component]
pub fn TemplateDetail() -> impl IntoView {
    page(Need::Permission(Permission::Operate), Nav::Templates, |ctx| async move {
        let id = ctx.number_at(1).map(TemplateId).ok_or(PageError::NotFound)?;
        let template = ctx.services.template(id).await?;
        let program = ctx.services.mini_program(template.mini_program).await?;
        let all = ctx.services.templates(program.id).await?;
        let summary = all.into_iter().find(|s| s.template.id == id).ok_or(PageError::NotFound)?;
        let mut latest = ctx.services.notices(program.id, None, Some(id), At::Start).await?.rows;
        latest.truncate(LATEST);
        let body = view! {
            {header(&ctx, &template)}
            {gone(&ctx, &template)}
            <div class="split">
                <div class="stack">
                    {numbers(&ctx, &summary)}
                    {facts(&ctx, &template, &program)}
                    {fields::fields(&ctx, &template.settings.fields)}
                    {notices::latest(&ctx, &template, &latest)}
                    {danger::archive(&ctx, &template)}
                    {danger::delete(&ctx, &template)}
                </div>
                <aside class="stack phone-side">{fields::preview(&ctx, &template, &program)}</aside>
            </div>
        };
        Ok(Page::new(template.settings.title, body))
    })
}

fn header(ctx: &Context, template: &Template) -> impl IntoView + use<> {
    let usable = template.archived_at.is_none() && template.gone_at.is_none();
    let send = usable.then(|| {
        let href = format!("/send?template={}", template.id);
        view! { <a class="button primary" href=href>{ctx.t("发送", "Send").to_owned()}</a> }
    });
    let edit = format!("/templates/{}/edit", template.id);
    let edit_text = ctx.t("编辑", "Edit").to_owned();
    view! {
        <PageHeader title=template.settings.title.clone() back="/templates" back_text=ctx.t("模板", "Templates")>
            <a class="button" href=edit>{edit_text}</a>
            {send}
        </PageHeader>
    }
}

/// WeChat refuses every message with a template that it does not have.
fn gone(ctx: &Context, template: &Template) -> Option<impl IntoView + use<>> {
    let at = template.gone_at?;
    Some(view! {
        <div class="notice-box fail">
            <p>
                <strong>{ctx.t("这个模板已在微信删除。", "This template is gone at WeChat. ").to_owned()}</strong>
                {ctx.t("发现于 ", "Found ").to_owned()} {ctx.time(at)} {ctx.t("。用它发送会被微信拒绝：", ". Sending with it is refused: ").to_owned()}
                <ErrorCode errcode=40037 />
            </p>
            <p>
                {ctx.t(
                    "不再使用时可以归档。如果又在微信添加了它，请再同步一次：模板 ID 没有变就会恢复，变了就是一个新模板。",
                    "Archive it when it is not needed. If it was added again at WeChat, sync once more: with the same id it comes back, with another it is a new template.",
                ).to_owned()} " "
                <a href="/templates/sync">{ctx.t("从微信同步", "Sync with WeChat").to_owned()}</a>
            </p>
        </div>
    })
}

fn validity(ctx: &Context, template: &Template) -> String {
    match (template.settings.kind, template.settings.validity_days, ctx.lang) {
        (TemplateKind::LongTerm, _, Lang::Zh) => "直到用户拒绝".to_owned(),
        (TemplateKind::LongTerm, _, Lang::En) => "Until it is refused".to_owned(),
        (_, None, Lang::Zh) => "不限".to_owned(),
        (_, None, Lang::En) => "No limit".to_owned(),
        (_, Some(days), Lang::Zh) => format!("同意后 {days} 天"),
        (_, Some(days), Lang::En) => format!("{days} days after it was accepted"),
    }
}

fn numbers(ctx: &Context, summary: &TemplateSummary) -> impl IntoView + use<> {
    let people = people_with(summary.template.id);
    let balance_hint = match summary.template.settings.kind {
        TemplateKind::OneTime => {
            ctx.t("还能发送的条数，含已为通知任务预留的", "Messages still possible, reserved ones included")
        }
        TemplateKind::LongTerm => ctx.t("长期授权的人数", "People with a standing grant"),
    };
    view! {
        <div class="stats">
            <Stat
                label=ctx.t("可送达人数", "People reachable")
                value=summary.reachable
                hint=ctx.t("现在至少还能收到一条", "Can get one more message now")
                href=people.clone()
            />
            <Stat label=ctx.t("授权余额", "Balance") value=summary.balance hint=balance_hint href=people />
        </div>
    }
}

fn facts(ctx: &Context, template: &Template, program: &MiniProgram) -> impl IntoView + use<> {
    let archived = template.archived_at.map(|at| {
        view! {
            <dt>{ctx.t("状态", "State").to_owned()}</dt>
            <dd><Badge text=ctx.t("已归档", "Archived") tone=Tone::Warn /> " " <time>{ctx.time(at)}</time></dd>
        }
    });
    view! {
        <section class="card">
            <h2>{ctx.t("模板信息", "The template").to_owned()}</h2>
            <dl class="def">
                <dt>{ctx.t("模板 ID", "Template id").to_owned()}</dt>
                <dd><code>{template.settings.pri_tmpl_id.clone()}</code></dd>
                <dt>{ctx.t("类型", "Kind").to_owned()}</dt>
                <dd>{kind_badge(template.settings.kind, ctx.lang)}</dd>
                <dt>{ctx.t("小程序", "Mini program").to_owned()}</dt>
                <dd>{program.settings.name.clone()}</dd>
                {archived}
                <dt>{ctx.t("授权有效期", "Validity of grants").to_owned()}</dt>
                <dd>{validity(ctx, template)}</dd>
                <dt>{ctx.t("与微信核对", "At WeChat").to_owned()}</dt>
                <dd>{standing(ctx, template)}</dd>
                <dt>{ctx.t("登记时间", "Registered").to_owned()}</dt>
                <dd><time>{ctx.time(template.created_at)}</time></dd>
            </dl>
        </section>
    }
}

//! One template: how it looks, what it takes, whom it reaches, what was sent with it.

mod fields;
mod notices;

use super::{kind_badge, people_with};
use crate::{
    actions::templates::ArchiveTemplate,
    components::{Badge, PageHeader, Stat, Tone},
    web::{Context, Nav, Need, Page, PageError, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
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
            <div class="split">
                <div class="stack">
                    {numbers(&ctx, &summary)}
                    {facts(&ctx, &template, &program)}
                    {fields::fields(&ctx, &template.settings.fields)}
                    {notices::latest(&ctx, &template, &latest)}
                    {archive(&ctx, &template)}
                </div>
                <aside class="stack phone-side">{fields::preview(&ctx, &template, &program)}</aside>
            </div>
        };
        Ok(Page::new(template.settings.title, body))
    })
}

fn header(ctx: &Context, template: &Template) -> impl IntoView + use<> {
    let send = template.archived_at.is_none().then(|| {
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
                <dt>{ctx.t("登记时间", "Registered").to_owned()}</dt>
                <dd><time>{ctx.time(template.created_at)}</time></dd>
            </dl>
        </section>
    }
}

fn archive(ctx: &Context, template: &Template) -> impl IntoView + use<> {
    let (title, text, button, value) = if template.archived_at.is_none() {
        (
            ctx.t("归档", "Archive"),
            ctx.t(
                "不再使用时可以归档：它不会再出现在发送中；历史、统计和授权额度都保留，小程序上报的授权照常记录，随时可以恢复。",
                "When it is no longer used: it is not offered for sending any more. History, statistics and grants stay, reports of the mini program are still recorded, and it can be brought back.",
            ),
            ctx.t("归档模板", "Archive the template"),
            "true",
        )
    } else {
        (
            ctx.t("恢复", "Bring it back"),
            ctx.t(
                "恢复后可以继续用它发送，原有的授权额度仍然有效。",
                "It can be sent with again; the grants are still there.",
            ),
            ctx.t("恢复模板", "Bring the template back"),
            "false",
        )
    };
    view! {
        <section class="card">
            <h2>{title.to_owned()}</h2>
            <p class="muted">{text.to_owned()}</p>
            <form class="form-actions" method="post" action=ArchiveTemplate::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=template.id.0 />
                <input type="hidden" name="archived" value=value />
                <button class="button" type="submit">{button.to_owned()}</button>
            </form>
        </section>
    }
}

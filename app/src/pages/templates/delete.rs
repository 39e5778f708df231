//! Asking once more before a template is deleted at WeChat: with what would be lost.

use super::people_with;
use crate::{
    actions::templates::DeleteTemplate as Action,
    components::{FormErrors, PageHeader, Stat, TextField, Tone, words::number},
    web::{Context, Nav, Need, Page, PageError, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Lang,
    access::Permission,
    delivery::Slice,
    ids::TemplateId,
    notice::{Notice, NoticeState},
    page::At,
    template::{Template, TemplateSummary},
};

/// The question, with the title to type.
#[component]
pub fn DeleteTemplate() -> impl IntoView {
    page(Need::Permission(Permission::ManageMiniPrograms), Nav::Templates, |ctx| async move {
        let id = ctx.number_at(1).map(TemplateId).ok_or(PageError::NotFound)?;
        let template = ctx.services.template(id).await?;
        let all = ctx.services.templates(template.mini_program).await?;
        let summary = all.into_iter().find(|s| s.template.id == id).ok_or(PageError::NotFound)?;
        let mut running = Vec::new();
        for state in NoticeState::ALL.into_iter().filter(|s| s.is_held() || *s == NoticeState::Running) {
            let found = ctx.services.notices(template.mini_program, Some(state), Some(id), At::Start).await?;
            running.extend(found.rows);
        }
        let title = ctx.t("在微信删除模板", "Delete the template at WeChat");
        let body = view! {
            <PageHeader
                title=title
                text=template.settings.title.clone()
                back=format!("/templates/{id}")
                back_text=template.settings.title.clone()
            />
            {question(&ctx, &summary, &running)}
        };
        Ok(Page::new(title, body))
    })
}

fn question(ctx: &Context, summary: &TemplateSummary, running: &[Notice]) -> AnyView {
    if summary.template.gone_at.is_some() {
        let text = ctx.t(
            "这个模板已经不在微信的列表里，不需要再删除。",
            "WeChat does not list this template any more; there is nothing to delete.",
        );
        return view! { <div class="notice-box info"><p>{text.to_owned()}</p></div> }.into_any();
    }
    view! {
        <div class="stack">
            {lost(ctx, summary)}
            {(!running.is_empty()).then(|| under_way(ctx, running))}
            {form(ctx, &summary.template)}
        </div>
    }
    .into_any()
}

fn lost(ctx: &Context, summary: &TemplateSummary) -> impl IntoView + use<> {
    let people = people_with(summary.template.id);
    view! {
        <div class="notice-box fail">
            <p><strong>{ctx.t("删除后无法撤销。", "This cannot be undone.").to_owned()}</strong></p>
            <p>
                {ctx.t(
                    "微信会从账号里删除这个模板，用户对它的授权随之失效，不能再用它发送。雁书会把它归档，流水、通知任务和统计都保留。",
                    "WeChat deletes the template from the account; the grants for it are of no use any more, and nothing can be sent with it. Yanshu archives it and keeps ledger, notices and statistics.",
                ).to_owned()}
            </p>
        </div>
        <div class="stats">
            <Stat
                label=ctx.t("会失去的授权额度", "Grants that would be lost")
                value=summary.balance
                tone=Tone::Fail
                href=people.clone()
            />
            <Stat
                label=ctx.t("再也收不到的人", "People who could not be reached any more")
                value=summary.reachable
                tone=Tone::Fail
                href=people
            />
        </div>
    }
}

fn under_way(ctx: &Context, running: &[Notice]) -> impl IntoView + use<> {
    let items: Vec<_> = running
        .iter()
        .map(|notice| {
            let n = number(notice.counts.slice(Slice::Pending));
            let text = match ctx.lang {
                Lang::Zh => format!("还有 {n} 条待发送"),
                Lang::En => format!("{n} waiting to be sent"),
            };
            view! { <li><a href=format!("/notices/{}", notice.id)>"#" {notice.id.0}</a> " " {text}</li> }
        })
        .collect();
    view! {
        <div class="notice-box warn" id="running">
            <p>
                <strong>{ctx.t("这些通知任务正在用它发送：", "These notices are being sent with it:").to_owned()}</strong>
            </p>
            <ul>{items}</ul>
            <p>
                {ctx.t(
                    "删除后，剩下的会被微信拒绝，任务会停止。请先等它们发完，或取消它们。",
                    "WeChat refuses what is left of them, and they stop. Wait until they are done, or cancel them first.",
                ).to_owned()}
            </p>
        </div>
    }
}

fn form(ctx: &Context, template: &Template) -> impl IntoView + use<> {
    let state = ctx.form("delete-template");
    let hint = match ctx.lang {
        Lang::Zh => format!("为避免误删，请输入：{}", template.settings.title),
        Lang::En => format!("To make sure, type: {}", template.settings.title),
    };
    view! {
        <form class="form" method="post" action=Action::PATH>
            <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="id" value=template.id.0 />
            <TextField
                name="title"
                label=ctx.t("模板标题", "The template's title")
                value=state.value("title", "")
                hint=hint
                error=state.error("title", ctx.lang)
                required=true
            />
            <div class="form-actions">
                <button class="button primary danger" type="submit">{ctx.t("在微信删除", "Delete at WeChat").to_owned()}</button>
                <a class="button quiet" href=format!("/templates/{}", template.id)>{ctx.t("取消", "Cancel").to_owned()}</a>
            </div>
        </form>
    }
}

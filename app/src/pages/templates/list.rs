//! All templates of the mini program.

use super::{kind_badge, no_mini_program, people_with, standing};
use crate::{
    components::{Empty, IconName, PageHeader, words::number},
    web::{Context, Nav, Need, Page, page},
};
use leptos::prelude::*;
use model::{access::Permission, template::TemplateSummary};

/// Active ones, then the archived ones.
#[component]
pub fn Templates() -> impl IntoView {
    page(Need::Permission(Permission::Operate), Nav::Templates, |ctx| async move {
        let title = ctx.t("模板", "Templates");
        let Some(program) = ctx.mini_program.clone() else { return Ok(no_mini_program(&ctx, title)) };
        let (active, archived): (Vec<_>, Vec<_>) =
            ctx.services.templates(program.id).await?.into_iter().partition(|s| s.template.archived_at.is_none());
        let (sync, library, register) = (
            ctx.t("从微信同步", "Sync with WeChat").to_owned(),
            ctx.t("从模板库添加", "Add from the library").to_owned(),
            ctx.t("手工登记", "Register by hand").to_owned(),
        );
        let body = view! {
            <PageHeader
                title=title
                text=ctx.t(
                    "模板属于小程序在微信的账号；在雁书里有了它，就能收集授权和发送。",
                    "Templates belong to the mini program's account at WeChat; once Yanshu has one, collect grants and send with it.",
                )
            >
                <a class="button" href="/templates/new">{register}</a>
                <a class="button" href="/templates/library">{library}</a>
                <a class="button primary" href="/templates/sync">{sync}</a>
            </PageHeader>
            <div class="stack">
                {shown(&ctx, &active, archived.is_empty())}
                {(!archived.is_empty()).then(|| put_away(&ctx, &archived))}
            </div>
        };
        Ok(Page::new(title, body))
    })
}

fn shown(ctx: &Context, active: &[TemplateSummary], none_archived: bool) -> AnyView {
    if active.is_empty() {
        let title = if none_archived {
            ctx.t("还没有模板", "No template yet")
        } else {
            ctx.t("没有在用的模板", "No template in use")
        };
        let text = ctx.t(
            "账号里已有模板时，从微信同步即可；还没有时，从微信的模板库里添加。也可以对照 mp.weixin.qq.com 的“功能 → 订阅消息 → 我的模板”手工登记。",
            "If the account has templates already, sync with WeChat; if not, add one from WeChat's library. Or register by hand what 功能 → 订阅消息 → 我的模板 on mp.weixin.qq.com shows.",
        );
        return view! {
            <Empty icon=IconName::Template title=title text=text href="/templates/sync" action=ctx.t("从微信同步", "Sync with WeChat") />
        }
        .into_any();
    }
    let rows: Vec<_> = active
        .iter()
        .map(|summary| {
            // WeChat refuses every message with a template that it does not have (40037).
            let send = summary.template.gone_at.is_none().then(|| {
                let href = format!("/send?template={}", summary.template.id);
                view! { <a class="button small" href=href>{ctx.t("发送", "Send").to_owned()}</a> }
            });
            row(ctx, summary, send.into_any())
        })
        .collect();
    table(ctx, rows, ctx.t("操作", "Actions"))
}

fn put_away(ctx: &Context, archived: &[TemplateSummary]) -> impl IntoView + use<> {
    let rows: Vec<_> = archived
        .iter()
        .map(|summary| {
            let at = summary.template.archived_at.unwrap_or_default();
            row(ctx, summary, view! { <time class="muted">{ctx.short_time(at)}</time> }.into_any())
        })
        .collect();
    view! {
        <section class="stack">
            <h2>{ctx.t("已归档", "Archived").to_owned()}</h2>
            <p class="muted small">
                {ctx.t("归档的模板不再用于新的发送，历史记录和授权额度都保留；打开后可以恢复。", "Archived templates are not offered for sending; their history and grants are kept. Open one to bring it back.").to_owned()}
            </p>
            {table(ctx, rows, ctx.t("归档时间", "Archived at"))}
        </section>
    }
}

fn table(ctx: &Context, rows: Vec<AnyView>, last: &str) -> AnyView {
    let head = |text: &str| view! { <th scope="col">{text.to_owned()}</th> };
    let count = |text: &str| view! { <th scope="col" class="num">{text.to_owned()}</th> };
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        {head(ctx.t("标题", "Title"))}
                        {head(ctx.t("类型", "Kind"))}
                        {head(ctx.t("模板 ID", "Template id"))}
                        {head(ctx.t("与微信核对", "At WeChat"))}
                        {count(ctx.t("字段", "Fields"))}
                        {count(ctx.t("可送达人数", "People reachable"))}
                        {count(ctx.t("授权余额", "Balance"))}
                        {head(last)}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(ctx: &Context, summary: &TemplateSummary, last: AnyView) -> AnyView {
    let template = &summary.template;
    let detail = format!("/templates/{}", template.id);
    let people = people_with(template.id);
    view! {
        <tr>
            <th scope="row"><a href=detail.clone()>{template.settings.title.clone()}</a></th>
            <td>{kind_badge(template.settings.kind, ctx.lang)}</td>
            <td><code>{template.settings.pri_tmpl_id.clone()}</code></td>
            <td>{standing(ctx, template)}</td>
            <td class="num"><a href=format!("{detail}#fields")>{template.settings.fields.len()}</a></td>
            <td class="num"><a href=people.clone()>{number(summary.reachable)}</a></td>
            <td class="num"><a href=people>{number(summary.balance)}</a></td>
            <td>{last}</td>
        </tr>
    }
    .into_any()
}

//! Step 1: the template; and drafts to go on with.

use super::parts;
use crate::{
    actions::send::{BeginNotice, DiscardDraft},
    components::{Choice, Empty, FormErrors, IconName, PageHeader, words},
    pages::notices::when,
    web::{Context, Nav, Need, Page, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Lang,
    access::Permission,
    notice::{Notice, NoticeState},
    page::At,
    template::TemplateSummary,
};

/// So many drafts are shown here; the list of notices has the rest.
const DRAFTS: usize = 5;

/// Choosing a template.
#[component]
pub fn SendStart() -> impl IntoView {
    page(Need::Permission(Permission::Operate), Nav::Send, |ctx| async move {
        let title = ctx.t("发送", "Send").to_owned();
        let Some(program) = ctx.mini_program.clone() else {
            return Ok(Page::new(title, no_mini_program(&ctx)));
        };
        let templates = ctx.services.templates(program.id).await?;
        let offered: Vec<_> = templates
            .into_iter()
            .filter(|t| t.template.archived_at.is_none() && t.template.gone_at.is_none())
            .collect();
        let drafts = ctx.services.notices(program.id, Some(NoticeState::Draft), None, At::Start).await?;
        let more = drafts.rows.len() > DRAFTS || drafts.after.is_some();
        let drafts: Vec<_> = drafts.rows.into_iter().take(DRAFTS).map(|d| draft_row(&ctx, d)).collect();
        let body = if offered.is_empty() { no_template(&ctx) } else { choose(&ctx, offered).into_any() };
        Ok(Page::new(
            title.clone(),
            view! {
                <PageHeader title text=ctx.t("选好模板后，接着选接收人、填写内容、核对；确认之前不会发送。", "After the template come recipients, content and a check. Nothing is sent before you confirm.") />
                {parts::steps(&ctx, 0, None)}
                {body}
                {(!drafts.is_empty()).then(|| drafts_card(&ctx, drafts, more))}
            },
        ))
    })
}

fn no_mini_program(ctx: &Context) -> impl IntoView + use<> {
    view! {
        <Empty
            icon=IconName::Phone
            title=ctx.t("还没有小程序", "No mini program yet")
            text=ctx.t("先添加一个小程序，才能登记模板和发送消息。", "Add a mini program first; templates and messages belong to one.")
            href="/mini-programs/new"
            action=ctx.t("添加小程序", "Add a mini program")
        />
    }
}

fn no_template(ctx: &Context) -> AnyView {
    view! {
        <Empty
            icon=IconName::Template
            title=ctx.t("还没有可用的模板", "No template to send with")
            text=ctx.t("登记一个订阅消息模板，就可以开始发送。", "Register a subscribe-message template to begin.")
            href="/templates/new"
            action=ctx.t("登记模板", "Register a template")
        />
    }
    .into_any()
}

fn choose(ctx: &Context, offered: Vec<TemplateSummary>) -> impl IntoView + use<> {
    let form = ctx.form("begin-notice");
    let only = (offered.len() == 1).then(|| offered.first().map(|t| t.template.id.to_string())).flatten();
    let preset = ctx.query("template").map(str::to_owned).or(only).unwrap_or_default();
    let chosen = form.value("template", &preset);
    let cards: Vec<_> = offered.into_iter().map(|t| card(ctx, t, &chosen)).collect();
    view! {
        <form class="stack" method="post" action=BeginNotice::PATH>
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <FormErrors errors=form.errors(ctx.lang) lang=ctx.lang />
            <fieldset class="choices" id="f-template">
                <legend>{ctx.t("用哪个模板发送", "Which template").to_owned()}</legend>
                {cards}
            </fieldset>
            <div class="form-actions">
                <button class="button primary" type="submit">{ctx.t("下一步：选择接收人", "Next: recipients").to_owned()}</button>
            </div>
        </form>
    }
}

fn card(ctx: &Context, summary: TemplateSummary, chosen: &str) -> impl IntoView + use<> {
    let id = summary.template.id.to_string();
    let settings = summary.template.settings;
    let labels: Vec<_> = settings.fields.into_iter().map(|f| f.label).collect();
    let labels = labels.join(ctx.t("、", ", "));
    let kind = words::template_kind(settings.kind, ctx.lang);
    let reachable = words::number(summary.reachable);
    let hint = match ctx.lang {
        Lang::Zh => format!("{kind} · 当前可发给 {reachable} 人 · 字段：{labels}"),
        Lang::En => format!("{kind} · reaches {reachable} people now · fields: {labels}"),
    };
    let checked = id == chosen;
    view! { <Choice name="template" value=id label=settings.title hint checked /> }
}

fn drafts_card(ctx: &Context, rows: Vec<AnyView>, more: bool) -> impl IntoView + use<> {
    let all = more.then(|| {
        view! { <p><a href="/notices?state=draft">{ctx.t("全部草稿", "All drafts").to_owned()}</a></p> }
    });
    view! {
        <section class="card">
            <h2>{ctx.t("未完成的草稿", "Drafts to go on with").to_owned()}</h2>
            <ul class="rows">{rows}</ul>
            {all}
        </section>
    }
}

fn draft_row(ctx: &Context, draft: Notice) -> AnyView {
    let id = draft.id;
    view! {
        <li class="row">
            <span class="grow">
                <a href=format!("/notices/{id}")>{draft.template_title}</a> " "
                <span class="muted small">"#" {id.0} " · " {draft.created_by} " · " {when(ctx, draft.created_at)}</span>
            </span>
            <a class="button small" href=format!("/notices/{id}")>{ctx.t("继续", "Continue").to_owned()}</a>
            <form method="post" action=DiscardDraft::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="notice" value=id.0 />
                <button class="button small quiet" type="submit">{ctx.t("丢弃", "Discard").to_owned()}</button>
            </form>
        </li>
    }
    .into_any()
}

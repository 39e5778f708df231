//! Step 4: what will happen, and the button that makes it happen.

use super::{
    order, parts,
    skipped::{self, Skipped},
};
use crate::{
    actions::send::DiscardDraft,
    components::{FormErrors, PageHeader, Stat, Tone},
    islands::MembersOnly,
    pages::notices::{audience_text, content_facts, phone},
    web::{Context, Nav, Need, Page, PageError, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Problem,
    access::Permission,
    ids::NoticeId,
    mini_program::ProgramState,
    notice::{Audience, Preflight},
};
use service::{NoticeView, Review, UseError};

/// Checking and confirming.
#[component]
pub fn SendReview() -> impl IntoView {
    page(Need::Permission(Permission::Operate), Nav::Send, |ctx| async move {
        let draft = parts::draft(&ctx).await?;
        let review = match ctx.services.review(draft.notice.id).await {
            // Confirmed elsewhere between the two looks.
            Err(UseError::NotFound) => return Err(PageError::Redirect(format!("/notices/{}", draft.notice.id))),
            other => other?,
        };
        let title = ctx.t("核对并确认", "Check and confirm").to_owned();
        let (id, template) = (review.view.notice.id, review.view.template.id);
        let about = parts::about(&ctx, &review.view);
        let forms = ["confirm-notice", "send-test", "repeat-notice"];
        let errors: Vec<_> = forms.into_iter().flat_map(|name| ctx.form(name).errors(ctx.lang)).collect();
        let test_openid = match &ctx.user {
            Some(user) => ctx.services.test_openid(user, review.view.mini_program.id).await?,
            None => None,
        };
        Ok(Page::new(
            title.clone(),
            view! {
                <PageHeader title text=about />
                {parts::steps(&ctx, 3, Some((id, template)))}
                <FormErrors errors lang=ctx.lang />
                <div class="split">
                    <div class="stack">
                        {numbers(&ctx, &review.view, &review.preflight)}
                        {skipped::reached(&review.preflight, id, ctx.lang)}
                        {to_mend(&ctx, &review)}
                        {review.problems.0.iter().any(|p| p.code == "being_checked").then(|| view! { <meta http-equiv="refresh" content="2" /> })}
                        {to_know(&ctx, &review)}
                        <Skipped preflight=review.preflight.clone() id lang=ctx.lang />
                        {facts(&ctx, &review.view)}
                        {order::forecast(&ctx, &review)}
                        {order::urgent(&ctx, &review)}
                        {order::test(&ctx, &review, test_openid)}
                        {order::confirm(&ctx, &review, discard(&ctx, id).into_any())}
                        {order::repeat(&ctx, &review)}
                    </div>
                    <aside class="phone-aside">{phone(&review.view, ctx.lang)}</aside>
                </div>
            },
        ))
    })
}

fn numbers(ctx: &Context, view: &NoticeView, preflight: &Preflight) -> impl IntoView + use<> {
    let skipped = preflight.skipped();
    let id = view.notice.id;
    let reached = if preflight.will_send > 0 { "#reached" } else { "" };
    // A file tells which rows they were.
    let twice = match view.notice.audience {
        Audience::Listed { .. } => format!("/send/{id}/file#bad"),
        _ => format!("/send/{id}/audience"),
    };
    let (tone, below) = if skipped > 0 { (Tone::Warn, "#skipped") } else { (Tone::Neutral, "") };
    view! {
        <div class="stats big">
            <Stat label=ctx.t("将发送", "Will be sent") value=preflight.will_send tone=Tone::Success href=reached />
            <Stat label=ctx.t("跳过", "Skipped") value=skipped tone href=below />
            <Stat label=ctx.t("去掉的重复", "Duplicates dropped") value=preflight.duplicates href=twice />
        </div>
    }
}

/// What blocks, each with the way to where it is mended.
fn to_mend(ctx: &Context, review: &Review) -> Option<impl IntoView + use<>> {
    let items: Vec<_> = review
        .problems
        .0
        .iter()
        .map(|problem| {
            let (href, name) = place(ctx, &review.view, problem);
            view! { <li>{name.map(|n| format!("{n}{}", ctx.t("：", ": ")))} {problem.say(ctx.lang).to_owned()} " " <a href=href>{ctx.t("去修改", "Change it").to_owned()}</a></li> }
        })
        .collect();
    (!items.is_empty()).then(|| {
        view! {
            <div class="notice-box fail" role="alert">
                <strong>{ctx.t("还不能发送：", "It cannot be sent yet:").to_owned()}</strong>
                <ul>{items}</ul>
            </div>
        }
    })
}

/// Where a problem is mended, and the label of the field where it is one.
fn place(ctx: &Context, view: &NoticeView, problem: &Problem) -> (String, Option<String>) {
    let id = view.notice.id;
    let key = problem.field.strip_prefix("values[").and_then(|rest| rest.strip_suffix(']'));
    if let Some(key) = key {
        let label = view.template.settings.fields.iter().find(|f| f.key == key).map(|f| f.label.clone());
        return (format!("/send/{id}/content#f-values-{key}-"), Some(label.unwrap_or_else(|| key.to_owned())));
    }
    match problem.field.as_str() {
        "audience" => (format!("/send/{id}/audience"), Some(ctx.t("接收人", "Recipients").to_owned())),
        "template" => (format!("/templates/{}", view.template.id), Some(ctx.t("模板", "Template").to_owned())),
        _ => (format!("/send/{id}/content"), None),
    }
}

/// What does not block but should be known.
fn to_know(ctx: &Context, review: &Review) -> impl IntoView + use<> {
    let lang = ctx.lang;
    let content = &review.view.notice.content;
    let mut lines: Vec<String> = review
        .warnings
        .iter()
        .map(|warning| {
            let (_, name) = place(ctx, &review.view, warning);
            name.map_or_else(String::new, |n| format!("{n}{}", ctx.t("：", ": "))) + warning.say(lang)
        })
        .collect();
    if content.page.is_empty() {
        lines.push(ctx.t("没有设置页面，消息不能点开。", "No page is set, so the message opens nothing.").to_owned());
    }
    let items: Vec<_> = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect();
    let members_only = content.program_state != ProgramState::Formal;
    view! {
        {members_only.then(|| view! { <MembersOnly lang /> })}
        {(!items.is_empty()).then(|| view! {
            <div class="notice-box warn">
                <strong>{ctx.t("请留意：", "Please note:").to_owned()}</strong>
                <ul>{items}</ul>
            </div>
        })}
    }
}

fn facts(ctx: &Context, view: &NoticeView) -> impl IntoView + use<> {
    let id = view.notice.id;
    view! {
        <section class="card">
            <h2>{ctx.t("这次发送", "This send").to_owned()}</h2>
            <dl class="def">
                <dt>{ctx.t("小程序", "Mini program").to_owned()}</dt>
                <dd>{view.mini_program.settings.name.clone()}</dd>
                <dt>{ctx.t("模板", "Template").to_owned()}</dt>
                <dd><a href=format!("/templates/{}", view.template.id)>{view.template.settings.title.clone()}</a></dd>
                <dt>{ctx.t("接收人", "Recipients").to_owned()}</dt>
                <dd>{audience_text(&view.notice.audience, ctx.lang)} " " <a href=format!("/send/{id}/audience")>{ctx.t("修改", "Change").to_owned()}</a></dd>
                {content_facts(ctx, &view.notice.content)}
            </dl>
            <p><a href=format!("/send/{id}/content")>{ctx.t("修改内容", "Change the content").to_owned()}</a></p>
        </section>
    }
}

fn discard(ctx: &Context, id: NoticeId) -> impl IntoView + use<> {
    view! {
        <form method="post" action=DiscardDraft::PATH>
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="notice" value=id.0 />
            <button class="button quiet" type="submit">{ctx.t("丢弃草稿", "Discard the draft").to_owned()}</button>
        </form>
    }
}

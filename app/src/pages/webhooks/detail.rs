//! One endpoint: change, secret, on and off, remove; and its messages.

use super::{form, messages, standing};
use crate::{
    actions::webhooks::{ChangeWebhook, DeleteWebhook, RotateWebhookSecret, SwitchWebhook, TestWebhook},
    components::{FormErrors, Icon, IconName, PageHeader, Pager},
    web::{Context, Nav, Need, Page, PageError, page, take_secret},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    access::Permission,
    ids::EndpointId,
    page::At,
    webhook::{Endpoint, EventKind},
};

/// An endpoint's page.
#[component]
pub fn WebhookDetail() -> impl IntoView {
    page(Need::Permission(Permission::ManageApi), Nav::Webhooks, |ctx| async move {
        let id = ctx.number_at(2).map(EndpointId).ok_or(PageError::NotFound)?;
        let program = ctx.mini_program.clone().ok_or(PageError::NotFound)?;
        let endpoint = ctx.services.endpoint(program.id, id).await?;
        let found = ctx.services.webhook_messages(id, at(&ctx)).await?;
        let secret = take_secret(&ctx, "webhook").await;
        let (title, lang) = (ctx.t("推送 Webhook", "Webhook"), ctx.lang);
        let (before, after) = (found.before, found.after);
        let body = view! {
            <PageHeader title=title text=endpoint.url.clone() back="/settings/webhooks" back_text=ctx.t("全部 Webhook", "All webhooks") />
            {secret.map(|secret| shown_once(&ctx, secret))}
            <div class="split">
                <div class="stack">
                    {messages::list(&ctx, &endpoint, &found.rows)}
                    <Pager base=format!("/settings/webhooks/{id}") before after lang />
                </div>
                <div class="stack">{settings(&ctx, &endpoint)} {more(&ctx, &endpoint)}</div>
            </div>
        };
        Ok(Page::new(title, body))
    })
}

fn at(ctx: &Context) -> At {
    let key = |name: &str| ctx.query(name).and_then(|s| s.parse().ok());
    match (key("after"), key("before")) {
        (Some(key), _) => At::After(key),
        (None, Some(key)) => At::Before(key),
        (None, None) => At::Start,
    }
}

fn shown_once(ctx: &Context, secret: String) -> AnyView {
    let title = ctx.t("签名密钥，只显示这一次", "The signing secret, shown this once").to_owned();
    let text = ctx.t(
        "接收方用它验证请求确实来自雁书（Standard Webhooks：webhook-id、webhook-timestamp、webhook-signature）。请现在复制；丢失后只能更换。",
        "The receiver checks with it that a request is ours (Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature). Copy it now; a lost one is replaced, not found.",
    );
    view! {
        <section class="notice-box" role="status" id="new-secret">
            <Icon name=IconName::Key />
            <p><strong>{title}</strong></p>
            <p><code class="copyable">{secret}</code></p>
            <p class="small">{text.to_owned()}</p>
        </section>
    }
    .into_any()
}

fn settings(ctx: &Context, endpoint: &Endpoint) -> AnyView {
    let state = ctx.form("change-webhook");
    let events: Vec<_> =
        EventKind::CHOICES.into_iter().filter(|kind| endpoint.wants(*kind)).map(EventKind::code).collect();
    view! {
        <section class="card">
            <h2>{ctx.t("设置", "Settings").to_owned()}</h2>
            <p>{standing(ctx, endpoint)}</p>
            <form class="form" method="post" action=ChangeWebhook::PATH>
                <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=endpoint.id.0 />
                {form::fields(ctx, &state, &endpoint.url, &events.join(" "))}
                <div class="form-actions">
                    <button class="button primary" type="submit">{ctx.t("保存", "Save").to_owned()}</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn more(ctx: &Context, endpoint: &Endpoint) -> AnyView {
    let on = endpoint.disabled.is_none();
    let (switch, value) =
        if on { (ctx.t("停用", "Switch off"), "false") } else { (ctx.t("启用", "Switch on"), "true") };
    let test = on.then(|| {
        let text = ctx.t("发送测试消息", "Send a test message").to_owned();
        button(ctx, endpoint, TestWebhook::PATH, "button", text)
    });
    let rotate_text = ctx.t(
        "24 小时内每条消息同时带新旧两个签名，接收方可以在此期间换上新密钥；之后旧密钥失效。",
        "For 24 hours each message carries both signatures, so that the receiver can be changed in peace; then the old secret is void.",
    );
    let delete_text = ctx.t("连同它的消息和记录一起删除，不能恢复。", "With its messages and their record, for ever.");
    let rotate = ctx.t("更换签名密钥", "New signing secret").to_owned();
    let delete = ctx.t("删除 Webhook", "Remove the webhook").to_owned();
    view! {
        <section class="card">
            <h2>{ctx.t("操作", "More").to_owned()}</h2>
            <div class="row">
                {test}
                <form method="post" action=SwitchWebhook::PATH>
                    <input type="hidden" name="csrf" value=ctx.csrf() />
                    <input type="hidden" name="id" value=endpoint.id.0 />
                    <input type="hidden" name="on" value=value />
                    <button class="button" type="submit">{switch.to_owned()}</button>
                </form>
            </div>
            <details class="more">
                <summary>{rotate.clone()}</summary>
                <p class="muted small">{rotate_text.to_owned()}</p>
                {button(ctx, endpoint, RotateWebhookSecret::PATH, "button small", rotate)}
            </details>
            <details class="more">
                <summary>{delete.clone()}</summary>
                <p class="muted small">{delete_text.to_owned()}</p>
                {button(ctx, endpoint, DeleteWebhook::PATH, "button small danger", delete)}
            </details>
        </section>
    }
    .into_any()
}

fn button(ctx: &Context, endpoint: &Endpoint, action: &'static str, class: &'static str, text: String) -> AnyView {
    view! {
        <form method="post" action=action>
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="id" value=endpoint.id.0 />
            <button class=class type="submit">{text}</button>
        </form>
    }
    .into_any()
}

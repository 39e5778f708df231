//! Before a callback is taken away: what has come through it, and what is lost.

use super::{
    callback::callback_url,
    span::ago,
    tabs::{self, Tab},
};
use crate::{
    actions::mini_programs::RemoveCallback,
    components::{FormErrors, words::number},
    web::{Context, Nav, Need, Page, PageError, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    access::Permission,
    callback::CallbackCount,
    mini_program::{GrantSource, MiniProgram},
};
use service::CallbackHealth;

/// The page.
#[component]
pub fn RemoveCallbackPage() -> impl IntoView {
    page(Need::Permission(Permission::ManageMiniPrograms), Nav::MiniPrograms, |ctx| async move {
        let program = tabs::program(&ctx).await?;
        if program.callback_mode.is_none() {
            return Err(PageError::Redirect(Tab::Callback.path(program.id)));
        }
        let health = ctx.services.callback_health(&program).await?;
        let title = ctx.t("移除回调", "Remove the callback");
        let body = view! {
            {tabs::confirm_head(&ctx, &program, title, Tab::Callback)}
            <section class="card">
                {facts(&ctx, &program, &health)}
                {consequences(&ctx, &program)}
                {form(&ctx, &program)}
            </section>
        };
        Ok(Page::new(title, body))
    })
}

fn facts(ctx: &Context, program: &MiniProgram, health: &CallbackHealth) -> AnyView {
    let count = |what| number(health.of(what).map_or(0, |tally| tally.n));
    let heard = health.heard_at.map_or_else(
        || ctx.t("从未收到", "never").to_owned(),
        |at| format!("{} · {}", ctx.time(at), ago(at, ctx.services.now(), ctx.lang)),
    );
    view! {
        <dl class="def">
            <dt>"URL"</dt>
            <dd><code>{callback_url(ctx, program)}</code></dd>
            <dt>{ctx.t("最近一次收到", "Last heard").to_owned()}</dt>
            <dd>{heard}</dd>
            <dt>{ctx.t("弹窗选择", "Popup answers").to_owned()}</dt>
            <dd class="num">{count(CallbackCount::Popup)}</dd>
            <dt>{ctx.t("设置里关闭", "Turned off in settings").to_owned()}</dt>
            <dd class="num">{count(CallbackCount::Change)}</dd>
            <dt>{ctx.t("发送结果", "Results of sends").to_owned()}</dt>
            <dd class="num">{count(CallbackCount::Sent)}</dd>
        </dl>
    }
    .into_any()
}

fn consequences(ctx: &Context, program: &MiniProgram) -> AnyView {
    let events_only = (program.settings.grant_source == GrantSource::Event).then(|| {
        let text = ctx.t(
            "授权额度只以回调事件为准：移除之后额度不会再增加。",
            "Only events count for grants: no balance will grow any more.",
        );
        view! { <li><strong>{text.to_owned()}</strong></li> }
    });
    view! {
        <ul>
            {events_only}
            <li>{ctx.t("微信的推送会被拒收，已发送的消息不再变为“已送达”或“失败”。", "Pushes are refused: what is sent does not become delivered or failed any more.").to_owned()}</li>
            <li>{ctx.t("用户在微信设置里关闭订阅时，这里不会知道，要等发送失败（43101）才更正。", "When somebody turns messages off in WeChat's settings it is learnt only from a failed send (43101).").to_owned()}</li>
            <li>{ctx.t("保存的 Token 和 EncodingAESKey 会删除，无法找回；以前收到的事件保留。", "The stored token and EncodingAESKey are deleted for good; events received before stay.").to_owned()}</li>
        </ul>
    }
    .into_any()
}

fn form(ctx: &Context, program: &MiniProgram) -> AnyView {
    let state = ctx.form("remove-callback");
    view! {
        <form method="post" action=RemoveCallback::PATH>
            <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="id" value=program.id.0 />
            <div class="form-actions">
                <button class="button primary danger" type="submit">{ctx.t("移除回调", "Remove the callback").to_owned()}</button>
                <a class="button quiet" href=Tab::Callback.path(program.id)>{ctx.t("取消", "Cancel").to_owned()}</a>
            </div>
        </form>
    }
    .into_any()
}

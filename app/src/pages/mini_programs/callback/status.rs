//! How the callback is, on top of the page.

use super::super::{
    span::{ago, span},
    tabs::Tab,
    watch::watch,
};
use super::{
    address::callback_url,
    standing::{Standing, standing},
    trouble,
};
use crate::{
    components::{Badge, Icon, IconName, Tone, words::number},
    web::Context,
};
use leptos::prelude::*;
use model::mini_program::{CallbackMode, MiniProgram};
use service::CallbackHealth;

/// The card.
pub(super) fn card(ctx: &Context, program: &MiniProgram, health: &CallbackHealth) -> AnyView {
    let now = ctx.services.now();
    let standing = standing(health);
    let heard = health.heard_at.map(|at| {
        view! {
            <dt>{ctx.t("最近一次收到", "Last heard").to_owned()}</dt>
            <dd><time>{ctx.time(at)}</time> " " <span class="muted small">{ago(at, now, ctx.lang)}</span></dd>
        }
    });
    let waiting = health.waiting_since.map(|since| waiting(ctx, now - since));
    let waits = matches!(standing, Standing::Waiting | Standing::Verified(_));
    view! {
        <section class="card" id="status">
            <h2>{ctx.t("状态", "State").to_owned()}</h2>
            {explanation(ctx, standing)}
            <dl class="def">
                <dt>{ctx.t("状态", "State").to_owned()}</dt>
                <dd>{badge(ctx, standing)}</dd>
                {heard}
                <dt>URL</dt>
                <dd><code class="copyable">{callback_url(ctx, program)}</code></dd>
                <dt>{ctx.t("加密方式", "Encryption").to_owned()}</dt>
                <dd>{health.mode.map(|mode| mode_name(ctx, mode))}</dd>
            </dl>
            {waiting}
            {watch(ctx, &Tab::Callback.path(program.id), waits)}
        </section>
    }
    .into_any()
}

/// As WeChat's console calls it.
pub(super) fn mode_name(ctx: &Context, mode: CallbackMode) -> &'static str {
    match mode {
        CallbackMode::Safe => ctx.lang.t("安全模式", "Safe (安全模式)"),
        CallbackMode::Compatible => ctx.lang.t("兼容模式", "Compatible (兼容模式)"),
        CallbackMode::Plain => ctx.lang.t("明文模式", "Plain (明文模式)"),
    }
}

fn badge(ctx: &Context, standing: Standing) -> AnyView {
    let (text, tone) = match standing {
        Standing::Off => (ctx.t("未设置", "Not set up"), Tone::Neutral),
        Standing::Trouble(_) => (ctx.t("有推送被拒收", "Pushes are refused"), Tone::Warn),
        Standing::Silent(_) => (ctx.t("没有收到发送结果", "No results are heard"), Tone::Warn),
        Standing::Good(_) => (ctx.t("正常，已收到事件", "Works; events come"), Tone::Success),
        Standing::Verified(_) => (ctx.t("已通过验证，等待第一个事件", "Verified; no event yet"), Tone::Success),
        Standing::Waiting => (ctx.t("等待微信验证", "Waiting for WeChat's verification"), Tone::Pending),
    };
    view! { <Badge text tone /> }.into_any()
}

fn explanation(ctx: &Context, standing: Standing) -> Option<AnyView> {
    let (title, text) = match standing {
        Standing::Silent(hours) => (
            ctx.t("{n} 小时没有收到发送结果，但期间有发送", "No result was heard for {n} hours although sends went out")
                .replace("{n}", &number(hours)),
            ctx.t(
                "微信可能没有推送，或者推送到了别处：请到微信后台确认消息推送仍然启用、地址没有改成别的系统，再用下面的检测看微信能否访问这里。",
                "WeChat may not push, or pushes elsewhere: check in its console that message push is on and that the address is still this one, then use the test below.",
            ),
        ),
        Standing::Trouble(tally) => {
            let (cause, remedy) = trouble::meaning(tally.what, ctx.lang);
            let name = trouble::name(tally.what, ctx.lang);
            let title = ctx.t("最近的推送被拒收：{name}", "The latest pushes were refused: {name}").replace("{name}", name);
            let text = view! { <p>{cause} " " {remedy}</p> };
            return Some(warn(title, text.into_any()));
        }
        Standing::Waiting => {
            let text = ctx.t(
                "这里已经保存。请到微信后台的消息推送配置里填写同样的 Token、EncodingAESKey 和下面的 URL，然后提交；微信会立即来验证。",
                "Stored here. Enter the same token and EncodingAESKey and the URL below in WeChat's console (消息推送配置) and submit; WeChat verifies at once.",
            );
            return Some(view! { <p class="notice-box info">{text.to_owned()}</p> }.into_any());
        }
        _ => return None,
    };
    Some(warn(title, view! { <p>{text.to_owned()}</p> }.into_any()))
}

fn warn(title: String, text: AnyView) -> AnyView {
    view! {
        <div class="notice-box warn" role="alert">
            <Icon name=IconName::Alert />
            <p><strong>{title}</strong></p>
            {text}
        </div>
    }
    .into_any()
}

fn waiting(ctx: &Context, since: i64) -> AnyView {
    let text = ctx
        .t(
            "有事件还没有处理完，最早的已等待 {span}。发送结果可能比发送的应答先到，会等到对应的投递出现，最多一小时。",
            "Some events have not had their effect yet, the oldest for {span}. A result may overtake the answer of its own send; it waits for the delivery, for an hour at most.",
        )
        .replace("{span}", &span(since, ctx.lang));
    view! { <p class="muted small">{text}</p> }.into_any()
}

//! What was counted at the callback: events by kind, and what was refused.

use super::{
    super::span::{ago, span},
    trouble,
};
use crate::{
    components::{Badge, Tone, words::number},
    web::Context,
};
use leptos::prelude::*;
use model::{
    Lang,
    callback::{CallbackCount, CallbackTally},
};
use service::CallbackHealth;

/// What is expected to come.
const EVENTS: [CallbackCount; 7] = [
    CallbackCount::Verified,
    CallbackCount::Popup,
    CallbackCount::Change,
    CallbackCount::Sent,
    CallbackCount::Other,
    CallbackCount::Duplicate,
    CallbackCount::Unmatched,
];

/// The card; nothing where nothing was ever heard.
pub(super) fn card(ctx: &Context, health: &CallbackHealth) -> Option<AnyView> {
    if health.mode.is_none() && health.tallies.is_empty() {
        return None;
    }
    let rows: Vec<_> = EVENTS.into_iter().map(|what| row(ctx, what, health.of(what))).collect();
    let troubles: Vec<_> =
        health.tallies.iter().filter(|t| t.what.is_trouble()).map(|tally| bad(ctx, health, tally)).collect();
    let troubles = (!troubles.is_empty()).then(|| {
        view! {
            <h3>{ctx.t("拒收的推送", "Pushes that were refused").to_owned()}</h3>
            <ul class="actions">{troubles}</ul>
        }
    });
    Some(
        view! {
            <section class="card" id="events">
                <h2>{ctx.t("收到了什么", "What was heard").to_owned()}</h2>
                <div class="table-wrap">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{ctx.t("事件", "Event").to_owned()}</th>
                                <th scope="col" class="num">{ctx.t("次数", "Count").to_owned()}</th>
                                <th scope="col">{ctx.t("最近一次", "Last").to_owned()}</th>
                                <th scope="col" class="num">{ctx.t("延迟", "Lag").to_owned()}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                {troubles}
            </section>
        }
        .into_any(),
    )
}

/// The name of what was heard.
pub(super) fn name(what: CallbackCount, lang: Lang) -> &'static str {
    match what {
        CallbackCount::Verified => lang.t("URL 验证", "URL verification"),
        CallbackCount::Popup => lang.t("弹窗选择", "Popup answer"),
        CallbackCount::Change => lang.t("设置里关闭", "Turned off in settings"),
        CallbackCount::Sent => lang.t("发送结果", "Result of a send"),
        CallbackCount::Other => lang.t("其他事件", "Other events"),
        CallbackCount::Duplicate => lang.t("重复推送（已忽略）", "Repeated (absorbed)"),
        CallbackCount::Unmatched => lang.t("未对应到投递的结果", "Results without a delivery"),
        trouble => trouble::name(trouble, lang),
    }
}

/// What it is, in a line below the name where the name does not say it.
fn hint(what: CallbackCount, lang: Lang) -> &'static str {
    match what {
        CallbackCount::Popup => lang.t("用户在订阅弹窗里同意或拒绝", "A person accepted or refused in the popup"),
        CallbackCount::Change => lang.t("用户在微信设置里拒绝接收", "A person refused in WeChat's settings"),
        CallbackCount::Other => lang.t("收下但不处理，例如调试事件", "Taken without effect, such as debug events"),
        CallbackCount::Unmatched => {
            lang.t("多半由别的系统用这个小程序发送", "Probably sent by another system for this AppID")
        }
        _ => "",
    }
}

fn row(ctx: &Context, what: CallbackCount, tally: Option<&CallbackTally>) -> AnyView {
    let lang = ctx.lang;
    let hint = hint(what, lang);
    let hint = (!hint.is_empty()).then(|| view! { <p class="muted small">{hint}</p> });
    let at =
        tally.map(|t| view! { <time datetime=ctx.time(t.last_at)>{ago(t.last_at, ctx.services.now(), lang)}</time> });
    let lag = tally.and_then(|t| t.last_lag_ms).map(|ms| span(ms, lang));
    view! {
        <tr>
            <th scope="row">{name(what, lang)} {hint}</th>
            <td class="num">{number(tally.map_or(0, |t| t.n))}</td>
            <td>{at}</td>
            <td class="num">{lag}</td>
        </tr>
    }
    .into_any()
}

fn bad(ctx: &Context, health: &CallbackHealth, tally: &CallbackTally) -> AnyView {
    let lang = ctx.lang;
    let now = ctx.services.now();
    let over = health.heard_at.is_some_and(|heard| heard > tally.last_at);
    let over = over.then(|| view! { <Badge text=ctx.t("之后已恢复正常", "Good since then") tone=Tone::Success /> });
    let class = if over.is_some() { "action" } else { "action ours" };
    let (cause, remedy) = trouble::meaning(tally.what, lang);
    let numbers = ctx
        .t("{n} 次，最近 {at}", "{n} times, last {at}")
        .replace("{n}", &number(tally.n))
        .replace("{at}", &ago(tally.last_at, now, lang));
    view! {
        <li class=class>
            <p class="action-head row">
                <strong>{trouble::name(tally.what, lang)}</strong>
                {over}
                <span class="num small muted">{numbers}</span>
            </p>
            <p class="small">{cause} " " {remedy}</p>
        </li>
    }
    .into_any()
}

//! The access token: how it is, and what went wrong with the last one.

use super::super::{
    check,
    span::{ago, span},
    state,
    tabs::Tab,
};
use crate::{
    components::{Badge, ErrorCode, Tone, words::number},
    web::{Context, call_words},
};
use leptos::prelude::*;
use model::{
    advice::advise,
    mini_program::{MiniProgram, TokenMode},
    platform::FORCED_A_DAY,
};
use service::{TokenHealth, TokenTrouble};

/// The card.
pub(super) fn card(ctx: &Context, program: &MiniProgram, health: &TokenHealth) -> AnyView {
    let trouble = health.trouble.as_ref().map(|trouble| trouble_box(ctx, program, health, trouble));
    view! {
        <section class="card" id="token">
            <h2>{ctx.t("调用凭证", "Access token").to_owned()}</h2>
            {trouble}
            <dl class="def">
                <dt>{ctx.t("状态", "State").to_owned()}</dt>
                <dd>{badge(ctx, health)}</dd>
                {life(ctx, health)}
                <dt>{ctx.t("今天获取", "Obtained today").to_owned()}</dt>
                <dd class="num">{times(ctx, health.refreshes)}</dd>
                <dt>{ctx.t("今天强制刷新", "Forced today").to_owned()}</dt>
                <dd class="num">{format!("{} / {FORCED_A_DAY}", number(health.forced))}</dd>
                <dt>{ctx.t("今天被判失效", "Called invalid today").to_owned()}</dt>
                <dd class="num">{times(ctx, health.invalidated)}</dd>
                <dt>{ctx.t("接口", "Call").to_owned()}</dt>
                <dd>{mode(ctx, health.mode)}</dd>
                <dt>{ctx.t("接口地址", "Address").to_owned()}</dt>
                <dd><code>{health.base.clone()}</code></dd>
                <dt>{ctx.t("发送", "Sending").to_owned()}</dt>
                <dd>{state::sending(ctx, program)}</dd>
            </dl>
            {check::button(ctx, program, Tab::Health, health.life.is_none() || health.trouble.is_some())}
            <p class="small">
                <a href=format!("{}?open=platform#platform", Tab::Settings.path(program.id))>{ctx.t("修改接口和地址", "Change call and address").to_owned()}</a>
            </p>
        </section>
    }
    .into_any()
}

fn times(ctx: &Context, n: i64) -> String {
    ctx.t("{n} 次", "{n}").replace("{n}", &number(n))
}

fn badge(ctx: &Context, health: &TokenHealth) -> AnyView {
    let now = ctx.services.now();
    let works = health.life.is_some_and(|(_, end)| end > now);
    let (text, tone) = match (works, health.trouble.is_some()) {
        (true, false) => (ctx.t("有效", "Works"), Tone::Success),
        (true, true) => (ctx.t("有效，但更新失败", "Works, but renewal fails"), Tone::Warn),
        (false, true) => (ctx.t("获取失败", "Cannot be had"), Tone::Fail),
        (false, false) if health.life.is_some() => {
            (ctx.t("已到期，下次使用时更新", "Ended; renewed when next needed"), Tone::Neutral)
        }
        (false, false) => (ctx.t("尚未获取", "None yet"), Tone::Neutral),
    };
    view! { <Badge text tone /> }.into_any()
}

fn life(ctx: &Context, health: &TokenHealth) -> Option<AnyView> {
    let (obtained, end) = health.life?;
    let now = ctx.services.now();
    let left = if end > now {
        let left = span(end - now, ctx.lang);
        ctx.t("还有 {left}", "{left} left").replace("{left}", &left)
    } else {
        ctx.t("已到期", "ended").to_owned()
    };
    Some(
        view! {
            <dt>{ctx.t("获取时间", "Obtained").to_owned()}</dt>
            <dd><time>{ctx.time(obtained)}</time> " " <span class="muted small">{ago(obtained, now, ctx.lang)}</span></dd>
            <dt>{ctx.t("到期时间", "Ends").to_owned()}</dt>
            <dd><time>{ctx.time(end)}</time> " " <span class="muted small">{left}</span></dd>
        }
        .into_any(),
    )
}

fn mode(ctx: &Context, mode: TokenMode) -> AnyView {
    let words = match mode {
        TokenMode::Stable => ctx.t("稳定版", "stable"),
        TokenMode::Classic => ctx.t("普通版", "classic"),
    };
    let call = match mode {
        TokenMode::Stable => "stable_token",
        TokenMode::Classic => "token",
    };
    view! { <code>{call}</code> " " <span class="muted small">{words.to_owned()}</span> }.into_any()
}

/// The last failure at length: what, why, what to do, when it is tried again.
fn trouble_box(ctx: &Context, program: &MiniProgram, health: &TokenHealth, trouble: &TokenTrouble) -> AnyView {
    let lang = ctx.lang;
    let [name, cause, remedy] = call_words(trouble.errcode, lang);
    let now = ctx.services.now();
    let works = health.life.is_some_and(|(_, end)| end > now);
    let class = if works { "notice-box warn" } else { "notice-box fail" };
    // Below -1000 nothing came back from WeChat, and the text is ours.
    let said =
        if trouble.errcode < -1_000 { ctx.t("详情 ", "Detail ") } else { ctx.t("微信返回 ", "WeChat said ") };
    let said = said.to_owned();
    let errmsg = (!trouble.errmsg.is_empty()).then(|| view! { " · " {said} <code>{trouble.errmsg.clone()}</code> });
    let side = advise(trouble.errcode).side;
    let next = if trouble.retry_at > now {
        let wait = span(trouble.retry_at - now, lang);
        let text = ctx
            .t("{at}（{wait}后）之前不会再向微信获取；改好之后请点“测试连接”，立即重试。", "Nobody asks WeChat again before {at} (in {wait}); once it is mended, press “Test connection” to ask at once.")
            .replace("{at}", &ctx.time(trouble.retry_at))
            .replace("{wait}", &wait);
        view! { <p>{text}</p> }
    } else {
        let text = ctx.t(
            "下次使用时会再次获取；也可以现在点“测试连接”。",
            "The next use asks again; or press “Test connection” now.",
        );
        view! { <p>{text.to_owned()}</p> }
    };
    view! {
        <div class=class role="alert">
            <p><strong>{ctx.t("上次获取失败：", "The last attempt failed: ").to_owned()} {name}</strong></p>
            <p>{cause}</p>
            {trouble.address.map(|address| check::to_allow(ctx, address))}
            <p>{remedy} " " {check::where_to_mend(ctx, program, trouble.errcode)} {reset(ctx, program, trouble.errcode)}</p>
            {next}
            <p class="muted small">
                {ctx.t("错误码 ", "Code ").to_owned()} <ErrorCode errcode=trouble.errcode /> " · " {side.label(lang)} {errmsg}
            </p>
        </div>
    }
    .into_any()
}

/// Used-up counters can be set back here.
fn reset(ctx: &Context, program: &MiniProgram, errcode: i64) -> Option<AnyView> {
    (errcode == 45009).then(|| {
        let href = format!("/mini-programs/{}/reset-quota", program.id);
        view! { <a href=href>{ctx.t("清零调用次数", "Reset the counters").to_owned()}</a> }.into_any()
    })
}

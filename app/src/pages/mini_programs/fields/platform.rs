//! How WeChat is called for a mini program, and whose word counts for grants.

use crate::{
    components::{Choice, Select, TextField},
    web::{Context, FormState},
};
use leptos::prelude::*;
use model::mini_program::{GrantSource, MiniProgramSettings, TokenMode};

/// WeChat's own addresses (`WechatApiEndpoints` of the public SDKs): the official one, the disaster recovery, regions.
const BASES: [&str; 5] = [
    "https://api.weixin.qq.com",
    "https://api2.weixin.qq.com",
    "https://sh.api.weixin.qq.com",
    "https://sz.api.weixin.qq.com",
    "https://hk.api.weixin.qq.com",
];
/// The line of the list that lets the text field below it count.
const OTHER: &str = "other";

/// Token call, address, speed, source of grants.
pub(super) fn platform(ctx: &Context, state: &FormState, stored: Option<&MiniProgramSettings>) -> AnyView {
    view! {
        {token_mode(ctx, state, stored)}
        {base(ctx, state, stored)}
        {pace(ctx, state, stored)}
        {grant_source(ctx, state, stored)}
    }
    .into_any()
}

/// What the form holds; a refused form of a browser that left the field out holds the default.
fn chosen(state: &FormState, field: &str, stored: &'static str) -> String {
    let value = state.value(field, stored);
    if value.is_empty() { stored.to_owned() } else { value }
}

fn problem(state: &FormState, field: &str, ctx: &Context) -> Option<AnyView> {
    let text = state.error(field, ctx.lang)?;
    Some(view! { <p class="field-error" id=format!("f-{field}")>{text}</p> }.into_any())
}

fn token_mode(ctx: &Context, state: &FormState, stored: Option<&MiniProgramSettings>) -> AnyView {
    let now = chosen(state, "token_mode", stored.map(|s| s.token_mode).unwrap_or_default().code());
    let choices = TokenMode::ALL.map(|mode| {
        let (label, hint) = token_words(ctx, mode);
        let code = mode.code();
        view! { <Choice name="token_mode" value=code label=label hint=hint checked=code == now /> }
    });
    view! {
        <fieldset>
            <legend>{ctx.t("获取凭证的接口", "Call that gets the access token").to_owned()}</legend>
            {problem(state, "token_mode", ctx)}
            {choices.into_iter().collect_view()}
        </fieldset>
    }
    .into_any()
}

fn token_words(ctx: &Context, mode: TokenMode) -> (&'static str, &'static str) {
    let lang = ctx.lang;
    match mode {
        TokenMode::Stable => (
            lang.t("稳定版 stable_token（推荐）", "stable_token (recommended)"),
            lang.t(
                "有效期内重复获取得到同一个凭证，多个程序同时使用也不会互相顶掉；与普通版互不影响。",
                "Asking again while it is valid gives the same token, so several programs do not void each other's; it does not affect the classic one.",
            ),
        ),
        TokenMode::Classic => (
            lang.t("普通版 token", "token (classic)"),
            lang.t(
                "每次获取都会让上一个凭证在 5 分钟后失效。只在所用的代理或中控不支持稳定版时选择，并确保没有别的程序用它获取凭证。",
                "Every call voids the token before it after five minutes. Choose it only where a proxy does not know stable_token, and let no other program call it.",
            ),
        ),
    }
}

fn base(ctx: &Context, state: &FormState, stored: Option<&MiniProgramSettings>) -> AnyView {
    let stored = stored.map_or("", |s| s.api_base.as_str());
    let (line, other) = match stored {
        "" => ("", ""),
        known if BASES.contains(&known) => (known, ""),
        other => (OTHER, other),
    };
    let default = format!("{} {}", ctx.t("跟随系统设置：", "As the installation:"), ctx.services.api_base());
    let names = [
        ctx.t("官方", "official"),
        ctx.t("官方容灾", "disaster recovery"),
        ctx.t("上海", "Shanghai"),
        ctx.t("深圳", "Shenzhen"),
        ctx.t("香港", "Hong Kong"),
    ];
    let known = BASES.iter().zip(names).map(|(base, name)| ((*base).to_owned(), format!("{base} · {name}")));
    let mut options = vec![(String::new(), default)];
    options.extend(known);
    options.push((
        OTHER.to_owned(),
        ctx.t("其他（自建代理等，填在下面）", "Other (a proxy of yours; enter it below)").to_owned(),
    ));
    view! {
        <Select
            name="api_base"
            label=ctx.t("微信接口地址", "Address of WeChat's API")
            options=options
            value=state.value("api_base", line)
            error=state.error("api_base", ctx.lang)
            hint=ctx.t(
                "一般不需要修改。官方域名故障时可换容灾地址；出口 IP 不固定时，可以填写 IP 固定、已加入白名单的自建代理。",
                "Rarely changed. Take the disaster recovery when the official host fails; where the outgoing address changes, enter a proxy with a fixed address that is on the whitelist.",
            )
        />
        <TextField
            name="api_base_other"
            label=ctx.t("其他接口地址", "Other address")
            value=state.value("api_base_other", other)
            error=state.error("api_base_other", ctx.lang)
            hint=ctx.t("只在上面选择“其他”时使用。凭证会经过它，请只填写自己的服务器。", "Used only where “Other” is chosen above. Tokens pass through it: enter a server of your own only.")
            placeholder="https://wechat-proxy.example.com"
            code=true
        />
    }
    .into_any()
}

fn pace(ctx: &Context, state: &FormState, stored: Option<&MiniProgramSettings>) -> AnyView {
    let typed = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    view! {
        <TextField
            name="send_rate"
            label=ctx.t("每秒最多发送", "Calls a second at most")
            value=state.value("send_rate", &typed(stored.and_then(|s| s.send_rate)))
            error=state.error("send_rate", ctx.lang)
            hint=ctx.t(
                "所有进程合计。一般留空：微信要求放慢时会自动减速，之后逐步恢复。",
                "Over all processes. Usually empty: when WeChat asks for it, sending slows down by itself and recovers step by step.",
            )
            kind="number"
        />
        <TextField
            name="send_at_once"
            label=ctx.t("同时进行的请求上限", "Calls under way at once at most")
            value=state.value("send_at_once", &typed(stored.and_then(|s| s.send_at_once)))
            error=state.error("send_at_once", ctx.lang)
            hint=ctx.t("所有进程合计；留空则只受各进程自身设置的限制。", "Over all processes; empty: only each process's own setting counts.")
            kind="number"
        />
    }
    .into_any()
}

fn grant_source(ctx: &Context, state: &FormState, stored: Option<&MiniProgramSettings>) -> AnyView {
    let now = chosen(state, "grant_source", stored.map(|s| s.grant_source).unwrap_or_default().code());
    let choices = GrantSource::ALL.map(|source| {
        let (label, hint) = source_words(ctx, source);
        let code = source.code();
        view! { <Choice name="grant_source" value=code label=label hint=hint checked=code == now /> }
    });
    view! {
        <fieldset>
            <legend>{ctx.t("授权额度以谁为准", "Whose word counts for grants").to_owned()}</legend>
            {problem(state, "grant_source", ctx)}
            {choices.into_iter().collect_view()}
        </fieldset>
    }
    .into_any()
}

fn source_words(ctx: &Context, source: GrantSource) -> (&'static str, &'static str) {
    let lang = ctx.lang;
    match source {
        GrantSource::Both => (
            lang.t("两者都算，先到为准（推荐）", "Both, whichever comes first (recommended)"),
            lang.t(
                "小程序的上报和微信的回调事件都记录；同一次点击的另一条只作确认，不会重复计数。",
                "The mini program's report and WeChat's event are both taken; the second one about the same tap only confirms it and counts nothing.",
            ),
        ),
        GrantSource::Report => (
            lang.t("只算小程序上报", "Reports only"),
            lang.t(
                "回调里的弹窗事件只作记录；用户在微信设置里关闭时仍会清零。适合回调不可靠的情况。",
                "Popup events of the callback are noted only; a refusal in WeChat's settings still counts. For where the callback cannot be relied on.",
            ),
        ),
        GrantSource::Event => (
            lang.t("只算微信回调事件", "Events only"),
            lang.t(
                "小程序的上报只作记录，无法伪造额度。必须先设置好回调，否则额度不会增加。",
                "Reports are noted only, so nobody can invent grants. The callback must work, or no balance ever grows.",
            ),
        ),
    }
}

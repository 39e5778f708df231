//! The fields of a mini program, for adding and for changing.

mod platform;

use crate::{
    components::{Check, Password, Select, TextField, words},
    web::{Context, FormState},
};
use leptos::prelude::*;
use model::mini_program::{MessageLang, MiniProgramSettings, ProgramState};

/// The form that both actions name in a refusal.
pub(super) const FORM: &str = "mini-program";
/// The zone of nearly every mini program.
const HOME: &str = "Asia/Shanghai";
/// Offered while typing; any IANA name is taken.
const ZONES: [&str; 15] = [
    HOME,
    "Asia/Hong_Kong",
    "Asia/Macau",
    "Asia/Taipei",
    "Asia/Urumqi",
    "Asia/Singapore",
    "Asia/Kuala_Lumpur",
    "Asia/Bangkok",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Australia/Sydney",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
];

/// All fields; `stored` is what there is already when changing.
pub(super) fn fields(ctx: &Context, state: &FormState, stored: Option<&MiniProgramSettings>) -> AnyView {
    view! {
        {identity(ctx, state, stored)}
        {messages(ctx, state, stored)}
        {security(ctx, state, stored)}
        {more(ctx, state, stored)}
    }
    .into_any()
}

/// What hardly anybody changes is behind a click, open where something in it differs or is wrong, or a link leads here.
fn more(ctx: &Context, state: &FormState, stored: Option<&MiniProgramSettings>) -> AnyView {
    let usual = MiniProgramSettings::default();
    let differs = stored.is_some_and(|s| {
        (s.token_mode, s.grant_source, s.send_rate, s.send_at_once)
            != (usual.token_mode, usual.grant_source, usual.send_rate, usual.send_at_once)
            || s.api_base != usual.api_base
    });
    let open = differs || state.refused() || ctx.query("open") == Some("platform");
    view! {
        <details class="more" id="platform" open=open>
            <summary>{ctx.t("微信接口、发送速度与额度来源", "WeChat's API, speed of sending and the source of grants").to_owned()}</summary>
            <div class="stack">{platform::platform(ctx, state, stored)}</div>
        </details>
    }
    .into_any()
}

fn identity(ctx: &Context, state: &FormState, stored: Option<&MiniProgramSettings>) -> AnyView {
    let new = stored.is_none();
    let appid_hint = if new {
        ctx.t("wx 开头，共 18 位。", "18 characters that begin with wx.")
    } else {
        ctx.t(
            "一般不需要修改：模板和订阅者的 openid 都属于原来的 AppID。",
            "Rarely changed: templates and subscribers' openids belong to the old AppID.",
        )
    };
    let secret_hint = if new {
        ctx.t("32 位。加密保存，之后不再显示。", "32 characters. Encrypted when stored, and never shown again.")
    } else {
        ctx.t(
            "加密保存，不会显示。在微信后台重置之后，请在这里更新。",
            "Encrypted when stored, never shown. Enter it anew after a reset at WeChat.",
        )
    };
    let placeholder = if new {
        ""
    } else {
        ctx.t("••••••（已保存，留空则不修改）", "•••••• (stored; leave empty to keep it)")
    };
    view! {
        <TextField
            name="name"
            label=ctx.t("名称", "Name")
            value=state.value("name", stored.map_or("", |s| &s.name))
            error=state.error("name", ctx.lang)
            hint=ctx.t("最多 40 个字符，显示在切换菜单和手机预览里。", "At most 40 characters; shown in the switcher and on the phone preview.")
            required=true
        />
        <TextField
            name="appid"
            label="AppID"
            value=state.value("appid", stored.map_or("", |s| &s.appid))
            error=state.error("appid", ctx.lang)
            hint=appid_hint
            code=true
            required=true
        />
        <Password
            name="app_secret"
            label="AppSecret"
            error=state.error("app_secret", ctx.lang)
            hint=secret_hint
            placeholder=placeholder
            // Not `off`: browsers fill in their own saved password then.
            autocomplete="new-password"
            required=new
        />
    }
    .into_any()
}

fn messages(ctx: &Context, state: &FormState, stored: Option<&MiniProgramSettings>) -> AnyView {
    let states =
        ProgramState::ALL.map(|state| (state.code().to_owned(), words::program_state(state, ctx.lang).to_owned()));
    let langs = MessageLang::ALL.map(|lang| (lang.code().to_owned(), words::message_lang(lang).to_owned()));
    let state_now = stored.map(|s| s.program_state).unwrap_or_default();
    let lang_now = stored.map(|s| s.message_lang).unwrap_or_default();
    view! {
        <TextField
            name="default_page"
            label=ctx.t("默认页面", "Default page")
            value=state.value("default_page", stored.map_or("", |s| &s.default_page))
            error=state.error("default_page", ctx.lang)
            hint=ctx.t("点开消息进入的页面，每次发送时可以另选；留空则不跳转。", "What a tap on the message opens; each notice may say otherwise. Empty: nothing.")
            placeholder="pages/index/index"
            code=true
        />
        <Select
            name="program_state"
            label=ctx.t("打开的版本", "Version that opens")
            options=states.to_vec()
            value=state.value("program_state", state_now.code())
            error=state.error("program_state", ctx.lang)
            hint=ctx.t("体验版和开发版只有项目成员能打开，正式发送请选正式版。", "Only project members can open the trial and development versions; use the released one for real messages.")
        />
        <Select
            name="message_lang"
            label=ctx.t("消息语言", "Message language")
            options=langs.to_vec()
            value=state.value("message_lang", lang_now.code())
            error=state.error("message_lang", ctx.lang)
            hint=ctx.t("消息卡片上固定文字的语言。", "The language of the fixed words on the card.")
        />
        <TextField
            name="time_zone"
            label=ctx.t("时区", "Time zone")
            value=state.value("time_zone", stored.map_or(HOME, |s| &s.time_zone))
            error=state.error("time_zone", ctx.lang)
            hint=ctx.t("统计按这个时区分日，页面上的时间也按它显示。", "Days of the statistics and all times shown are of this zone.")
            offers=ZONES.map(str::to_owned).to_vec()
            required=true
        />
    }
    .into_any()
}

fn security(ctx: &Context, state: &FormState, stored: Option<&MiniProgramSettings>) -> AnyView {
    let stored = stored.is_some_and(|s| s.require_login_token);
    let checked = if state.refused() { state.value("require_login_token", "") == "true" } else { stored };
    view! {
        <Check
            name="require_login_token"
            label=ctx.t("上报授权时必须携带登录凭证", "Reports need a login token")
            checked=checked
            hint=ctx.t(
                "开启后，小程序要先用 /api/login 换取凭证再上报，别人无法冒充用户。建议在小程序端改好之后开启。",
                "The mini program then gets a token from /api/login first, so that nobody can report in another's name. Turn it on once the mini program does so.",
            )
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offered_zone_exists() {
        for zone in ZONES {
            assert!(service::zone::find(zone).is_some(), "{zone}");
        }
    }
}

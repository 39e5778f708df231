//! The connection to WeChat: how it is, the button to test it, and at length what the test found.

use super::{
    state,
    tabs::{Tab, is_current},
};
use crate::{
    actions::mini_programs::{CheckReport, TestConnection},
    components::ErrorCode,
    web::{Context, call_words},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::mini_program::MiniProgram;
use service::Health;
use std::net::IpAddr;

/// The card on top of the settings.
pub(super) fn card(ctx: &Context, program: &MiniProgram, health: &Health, report: Option<CheckReport>) -> AnyView {
    let more = ctx.t("凭证与额度的详情", "More about token and quota").to_owned();
    view! {
        <section class="card" id="connection">
            <h2>{ctx.t("连接", "Connection").to_owned()}</h2>
            {report.map(|report| found(ctx, program, &report))}
            <dl class="def">
                <dt>{ctx.t("调用凭证", "Access token").to_owned()}</dt>
                <dd>{state::token(ctx, health)}</dd>
                <dt>{ctx.t("发送", "Sending").to_owned()}</dt>
                <dd>{state::sending(ctx, program)}</dd>
            </dl>
            {button(ctx, program, Tab::Settings, health.token_expires_at.is_none())}
            <p class="small"><a href=Tab::Health.path(program.id)>{more}</a></p>
        </section>
    }
    .into_any()
}

/// The button; what the test found is shown on the tab it was pressed on.
pub(super) fn button(ctx: &Context, program: &MiniProgram, tab: Tab, primary: bool) -> AnyView {
    let looks = if primary { "button primary" } else { "button" };
    let tab = (tab == Tab::Health).then(|| view! { <input type="hidden" name="tab" value="health" /> });
    view! {
        <form method="post" action=TestConnection::PATH>
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="id" value=program.id.0 />
            {tab}
            <div class="form-actions">
                <button class=looks type="submit">{ctx.t("测试连接", "Test connection").to_owned()}</button>
                <span class="muted small">
                    {ctx.t("用已保存的 AppID 和 AppSecret 向微信取一次凭证，成功后解除暂停。", "Asks WeChat for a token with the stored AppID and AppSecret; a success also ends a pause.").to_owned()}
                </span>
            </div>
        </form>
    }
    .into_any()
}

/// What a test found, at length.
pub(super) fn found(ctx: &Context, program: &MiniProgram, report: &CheckReport) -> AnyView {
    match report {
        CheckReport::Good => good(ctx, program),
        CheckReport::SecretLost => lost(ctx, program),
        CheckReport::Bad { errcode, address, rid } => bad(ctx, program, *errcode, *address, rid.as_deref()),
    }
}

fn good(ctx: &Context, program: &MiniProgram) -> AnyView {
    let next = is_current(ctx, program).then(|| {
        view! { <p><a href="/templates/new">{ctx.t("下一步：登记模板", "Next: register a template").to_owned()} " →"</a></p> }
    });
    view! {
        <div class="notice-box success" role="status">
            <strong>{ctx.t("连接正常", "The connection works").to_owned()}</strong>
            <p>{ctx.t("微信已返回调用凭证，可以发送消息。", "WeChat gave an access token; messages can be sent.").to_owned()}</p>
            {next}
        </div>
    }
    .into_any()
}

fn lost(ctx: &Context, program: &MiniProgram) -> AnyView {
    let cause = ctx.t(
        "保存的 AppSecret 无法解密，通常是服务换了密钥（YANSHU_SECRET_KEY 或密钥文件）。",
        "The stored AppSecret cannot be decrypted; usually the installation's key (YANSHU_SECRET_KEY or the key file) was changed.",
    );
    let remedy =
        ctx.t("换回原来的密钥，或者重新填写 AppSecret。", "Put the old key back, or enter the AppSecret anew.");
    view! {
        <div class="notice-box fail" role="alert">
            <strong>{ctx.t("AppSecret 无法读取", "The AppSecret cannot be read").to_owned()}</strong>
            <p>{cause.to_owned()}</p>
            <p>{remedy.to_owned()} " " {field_link(ctx, program, "app_secret", "AppSecret")}</p>
        </div>
    }
    .into_any()
}

fn bad(ctx: &Context, program: &MiniProgram, errcode: i64, address: Option<IpAddr>, rid: Option<&str>) -> AnyView {
    let [name, cause, remedy] = call_words(errcode, ctx.lang).map(str::to_owned);
    let address = address.map(|address| to_allow(ctx, address));
    let rid = rid.map(|rid| view! { " · rid " <code>{rid.to_owned()}</code> });
    let link = where_to_mend(ctx, program, errcode);
    view! {
        <div class="notice-box fail" role="alert">
            <strong>{ctx.t("连接失败：", "No connection: ").to_owned()} {name}</strong>
            <p>{cause}</p>
            {address}
            <p>{remedy} " " {link}</p>
            <p class="muted small">{ctx.t("错误码 ", "Code ").to_owned()} <ErrorCode errcode /> {rid}</p>
        </div>
    }
    .into_any()
}

/// The address that WeChat refused, to be copied.
pub(super) fn to_allow(ctx: &Context, address: IpAddr) -> AnyView {
    view! {
        <p>
            {ctx.t("需要加入白名单的地址：", "The address to allow: ").to_owned()} <code class="copyable">{address.to_string()}</code>
        </p>
    }
    .into_any()
}

/// The field that a code is about.
pub(super) fn where_to_mend(ctx: &Context, program: &MiniProgram, errcode: i64) -> Option<AnyView> {
    match errcode {
        40013 | 41002 => Some(field_link(ctx, program, "appid", "AppID")),
        40001 | 40125 | 41004 => Some(field_link(ctx, program, "app_secret", "AppSecret")),
        40066 | 404 => Some(field_link(ctx, program, "api_base", ctx.t("微信接口地址", "address of WeChat's API"))),
        _ => None,
    }
}

fn field_link(ctx: &Context, program: &MiniProgram, field: &str, name: &str) -> AnyView {
    let text = format!("{} {name}", ctx.t("修改", "Change the"));
    let open = if field == "api_base" { "?open=platform" } else { "" };
    view! { <a href=format!("{}{open}#f-{field}", Tab::Settings.path(program.id))>{text}</a> }.into_any()
}

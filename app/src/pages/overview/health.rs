//! The health strip: access token, callback, sending, engine, quota, queue, errors.

use super::{engine, setup::Setup};
use crate::{
    components::{Icon, IconName, Tone, words::number},
    pages::mini_programs::{Standing, ago, same_day, standing, trouble_name},
    web::Context,
};
use leptos::prelude::*;
use model::{Millis, access::Permission, advice::advise, mini_program::MiniProgram, platform::Quota};
use service::{EngineHealth, Health};

/// One item of the strip.
pub(super) struct Item {
    pub tone: Tone,
    pub label: String,
    pub text: String,
    pub href: String,
}

/// What matters before any number: can messages go out, and is it heard what becomes of them?
pub(super) fn strip(
    ctx: &Context,
    program: &MiniProgram,
    health: &Health,
    engine: &EngineHealth,
    setup: &Setup,
) -> AnyView {
    let now = ctx.services.now();
    let page = format!("/mini-programs/{}", program.id);
    let (tone, text) = token(ctx, health, now);
    let label = ctx.t("调用凭证", "Access token").to_owned();
    let token = Item { tone, label, text, href: format!("{page}/health") };
    let items: Vec<_> = [
        token,
        callback(ctx, &page, setup),
        sending(ctx, program, now, &page),
        engine::state(ctx, program, engine),
        quota(ctx, &page, setup.quota, now),
        engine::queue(ctx, program, health, engine),
    ]
    .into_iter()
    .chain(engine::errors(ctx, program, engine))
    .map(|item| shown(ctx, item))
    .collect();
    view! { <ul class="health" aria-label=ctx.t("运行状况", "Health").to_owned()>{items}</ul> }.into_any()
}

fn shown(ctx: &Context, Item { tone, label, text, href }: Item) -> AnyView {
    let icon = match tone {
        Tone::Success => IconName::Check,
        Tone::Fail | Tone::Warn => IconName::Alert,
        _ => IconName::Clock,
    };
    // The pages of a mini program and of the system are the administrators'.
    let closed = (href.starts_with("/mini-programs/") && !ctx.may(Permission::ManageMiniPrograms))
        || (href == "/system" && !ctx.may(Permission::ManageSystem));
    let text =
        if closed { view! { <span>{text}</span> }.into_any() } else { view! { <a href=href>{text}</a> }.into_any() };
    view! {
        <li class=format!("health-item {}", tone.class())>
            <Icon name=icon />
            <span class="health-label muted small">{label}</span>
            {text}
        </li>
    }
    .into_any()
}

fn token(ctx: &Context, health: &Health, now: Millis) -> (Tone, String) {
    let valid = health.token_expires_at.filter(|end| *end > now);
    let failed = health.token_errcode.map(|code| format!("{}（{code}）", advise(code).name(ctx.lang)));
    match (valid, failed) {
        (Some(end), None) => (Tone::Success, format!("{} {}", ctx.t("有效至", "Valid until"), ctx.short_time(end))),
        (Some(end), Some(why)) => {
            let valid = format!("{} {}", ctx.t("有效至", "Valid until"), ctx.short_time(end));
            (Tone::Warn, format!("{valid}{}{why}", ctx.t("，但刷新失败：", ", but the refresh failed: ")))
        }
        (None, Some(why)) => (Tone::Fail, format!("{}{why}", ctx.t("获取失败：", "Could not be had: "))),
        (None, None) if health.token_expires_at.is_some() => {
            (Tone::Neutral, ctx.t("已过期，下次发送时自动更新", "Expired; renewed with the next message").to_owned())
        }
        (None, None) => (
            Tone::Neutral,
            ctx.t("尚未获取，首次发送时自动获取", "None yet; fetched with the first message").to_owned(),
        ),
    }
}

fn callback(ctx: &Context, page: &str, setup: &Setup) -> Item {
    let (lang, now) = (ctx.lang, ctx.services.now());
    let (tone, text) = match standing(&setup.callback) {
        Standing::Off => (Tone::Neutral, ctx.t("未设置", "Not set up").to_owned()),
        Standing::Waiting => (Tone::Pending, ctx.t("等待微信验证", "Waiting for verification").to_owned()),
        Standing::Verified(_) => (Tone::Success, ctx.t("已验证，还没有事件", "Verified, no event yet").to_owned()),
        Standing::Good(at) => (Tone::Success, format!("{} {}", ctx.t("正常，最近", "Works, last"), ago(at, now, lang))),
        Standing::Silent(hours) => {
            (Tone::Warn, ctx.t("{n} 小时没有收到结果", "No results for {n} hours").replace("{n}", &number(hours)))
        }
        Standing::Trouble(tally) => {
            (Tone::Warn, format!("{} · {}", trouble_name(tally.what, lang), ago(tally.last_at, now, lang)))
        }
    };
    Item { tone, label: ctx.t("回调", "Callback").to_owned(), text, href: format!("{page}/callback") }
}

fn sending(ctx: &Context, program: &MiniProgram, now: Millis, page: &str) -> Item {
    let label = ctx.t("发送", "Sending").to_owned();
    match program.paused_until.filter(|until| *until > now) {
        Some(until) => {
            let why = program.pause_errcode.map(|code| format!(" · {}（{code}）", advise(code).name(ctx.lang)));
            let text =
                format!("{} {}{}", ctx.t("已暂停至", "Paused until"), ctx.short_time(until), why.unwrap_or_default());
            Item { tone: Tone::Fail, label, text, href: format!("{page}/health") }
        }
        None => {
            Item { tone: Tone::Success, label, text: ctx.t("正常", "Normal").to_owned(), href: "/notices".to_owned() }
        }
    }
}

/// As it was asked for last; of another day it says nothing of today.
fn quota(ctx: &Context, page: &str, seen: Option<(Millis, Quota)>, now: Millis) -> Item {
    let (tone, text) = match seen.filter(|(at, _)| same_day(*at, now)) {
        Some((at, quota)) => {
            let left = ctx.t("今日剩余 {n}", "{n} left today").replace("{n}", &number(quota.remain));
            let tone = if quota.remain > 0 { Tone::Success } else { Tone::Fail };
            (tone, format!("{left} · {}", ago(at, now, ctx.lang)))
        }
        None => (Tone::Neutral, ctx.t("今日未查询", "Not asked today").to_owned()),
    };
    Item { tone, label: ctx.t("额度", "Quota").to_owned(), text, href: format!("{page}/health") }
}

//! The health strip: access token, queue, sending.

use crate::{
    components::{Icon, IconName, Tone, words::number},
    web::Context,
};
use leptos::prelude::*;
use model::{Millis, advice::advise, mini_program::MiniProgram};
use service::Health;

/// One item of the strip.
struct Item {
    tone: Tone,
    label: String,
    text: String,
    href: String,
}

/// What matters before any number: can messages go out?
pub(super) fn strip(ctx: &Context, program: &MiniProgram, health: &Health) -> impl IntoView + use<> {
    let now = ctx.services.now();
    let settings = format!("/mini-programs/{}", program.id);
    let (tone, text) = token(ctx, health, now);
    let token = Item { tone, label: ctx.t("调用凭证", "Access token").to_owned(), text, href: settings.clone() };
    let items: Vec<_> =
        [token, sending(ctx, program, now, settings), queue(ctx, health)].into_iter().map(item).collect();
    view! { <ul class="health" aria-label=ctx.t("运行状况", "Health").to_owned()>{items}</ul> }
}

fn item(Item { tone, label, text, href }: Item) -> impl IntoView {
    let icon = match tone {
        Tone::Success => IconName::Check,
        Tone::Fail | Tone::Warn => IconName::Alert,
        _ => IconName::Clock,
    };
    view! {
        <li class=format!("health-item {}", tone.class())>
            <Icon name=icon />
            <span class="health-label muted small">{label}</span>
            <a href=href>{text}</a>
        </li>
    }
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

fn sending(ctx: &Context, program: &MiniProgram, now: Millis, settings: String) -> Item {
    let label = ctx.t("发送", "Sending").to_owned();
    match program.paused_until.filter(|until| *until > now) {
        Some(until) => {
            let why = program.pause_errcode.map(|code| format!(" · {}（{code}）", advise(code).name(ctx.lang)));
            let text =
                format!("{} {}{}", ctx.t("已暂停至", "Paused until"), ctx.short_time(until), why.unwrap_or_default());
            Item { tone: Tone::Fail, label, text, href: settings }
        }
        None => {
            Item { tone: Tone::Success, label, text: ctx.t("正常", "Normal").to_owned(), href: "/notices".to_owned() }
        }
    }
}

fn queue(ctx: &Context, health: &Health) -> Item {
    let (tone, text) = match health.queue {
        n if n > 0 => (Tone::Pending, format!("{} {}", number(n), ctx.t("条待发送", "waiting"))),
        _ => (Tone::Success, ctx.t("没有积压", "Nothing waiting").to_owned()),
    };
    Item { tone, label: ctx.t("队列", "Queue").to_owned(), text, href: "/notices?state=running".to_owned() }
}

//! How a mini program is: its access token, and whether sending rests.

use crate::{
    components::{Badge, Tone},
    web::Context,
};
use leptos::prelude::*;
use model::{Millis, advice, mini_program::MiniProgram};
use service::Health;

/// What the stored token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenState {
    /// Nobody asked yet.
    None,
    /// The last attempt to get one failed, and none is left that works.
    Failed(i64),
    /// There is one, but getting the next failed.
    LastOne(i64, Millis),
    /// It ended; the next send gets a new one.
    Ended,
    /// It works until then.
    Good(Millis),
}

impl TokenState {
    fn of(health: &Health, now: Millis) -> Self {
        let until = health.token_expires_at.filter(|until| *until > now);
        match (health.token_errcode, until) {
            (Some(code), Some(until)) => Self::LastOne(code, until),
            (Some(code), None) => Self::Failed(code),
            (None, Some(until)) => Self::Good(until),
            (None, None) if health.token_expires_at.is_some() => Self::Ended,
            (None, None) => Self::None,
        }
    }
}

/// The access token in one badge, with the reason where it fails.
pub(super) fn token(ctx: &Context, health: &Health) -> AnyView {
    let badge = |zh: &str, en: &str, tone: Tone| {
        let text = ctx.t(zh, en).to_owned();
        view! { <Badge text tone /> }
    };
    let why = |code: i64| {
        let text = format!("{} ({code})", advice::advise(code).name(ctx.lang));
        view! { <span class="small">{text}</span> }
    };
    let until = |at: Millis| {
        view! { <span class="muted small">{ctx.t("至 ", "until ").to_owned()} <time>{ctx.short_time(at)}</time></span> }
    };
    match TokenState::of(health, ctx.services.now()) {
        TokenState::None => badge("尚未测试", "Not tested yet", Tone::Neutral).into_any(),
        TokenState::Ended => badge("下次使用时更新", "Renewed when next needed", Tone::Neutral).into_any(),
        TokenState::Good(at) => view! { {badge("有效", "Works", Tone::Success)} " " {until(at)} }.into_any(),
        TokenState::Failed(code) => {
            view! { {badge("获取失败", "Cannot be had", Tone::Fail)} " " {why(code)} }.into_any()
        }
        TokenState::LastOne(code, at) => {
            view! { {badge("更新失败", "Renewal fails", Tone::Warn)} " " {why(code)} " " {until(at)} }.into_any()
        }
    }
}

/// Whether the callback is set up; its page says how it does.
pub(super) fn callback(ctx: &Context, program: &MiniProgram) -> AnyView {
    if program.callback_mode.is_some() {
        view! { <Badge text=ctx.t("已设置", "Set up") tone=Tone::Success /> }.into_any()
    } else {
        view! { <Badge text=ctx.t("未设置", "Not set up") tone=Tone::Neutral /> }.into_any()
    }
}

/// Whether it sends.
pub(in crate::pages) fn sending(ctx: &Context, program: &MiniProgram) -> AnyView {
    let Some(until) = program.paused_until.filter(|until| *until > ctx.services.now()) else {
        return view! { <Badge text=ctx.t("正常", "Normal") tone=Tone::Success /> }.into_any();
    };
    let why = program.pause_errcode.map(|code| format!("{} ({code})", advice::advise(code).name(ctx.lang)));
    view! {
        <Badge text=ctx.t("已暂停", "Paused") tone=Tone::Warn />
        " "
        <span class="small">{why}</span>
        " "
        <span class="muted small">{ctx.t("至 ", "until ").to_owned()} <time>{ctx.short_time(until)}</time></span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_still_works_is_told_from_one_that_does_not() {
        let state = |token_expires_at, token_errcode| {
            TokenState::of(&Health { token_expires_at, token_errcode, queue: 0 }, 1_000)
        };
        assert_eq!(state(None, None), TokenState::None);
        assert_eq!(state(Some(2_000), None), TokenState::Good(2_000));
        assert_eq!(state(Some(1_000), None), TokenState::Ended);
        assert_eq!(state(None, Some(40125)), TokenState::Failed(40125));
        assert_eq!(state(Some(500), Some(40125)), TokenState::Failed(40125));
        assert_eq!(state(Some(2_000), Some(40164)), TokenState::LastOne(40164, 2_000));
    }
}

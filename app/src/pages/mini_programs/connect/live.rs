//! The first report and the first event, as soon as they are there.

use super::{
    super::{callback::last_event, span::ago, tabs::Tab, watch::watch},
    choose::Chosen,
};
use crate::{
    components::{Icon, IconName},
    web::Context,
};
use leptos::prelude::*;
use model::{Millis, mini_program::MiniProgram};
use service::{CallbackHealth, Connection};

/// The card.
pub(super) fn card(
    ctx: &Context,
    program: &MiniProgram,
    connection: &Connection,
    health: &CallbackHealth,
    chosen: &Chosen,
) -> AnyView {
    let event = last_event(health);
    let report = connection.first_report.as_ref().map(|(at, _)| *at);
    let waits = report.is_none() || (health.mode.is_some() && event.is_none());
    let path = format!("{}{}", Tab::Connect.path(program.id), chosen.query());
    view! {
        <section class="card" id="live">
            <h2>{ctx.t("接通了吗", "Is it connected?").to_owned()}</h2>
            <ol class="checklist-steps">
                {reported(ctx, connection)}
                {pushed(ctx, program, health, event)}
            </ol>
            {watch(ctx, &path, waits)}
        </section>
    }
    .into_any()
}

fn reported(ctx: &Context, connection: &Connection) -> AnyView {
    let title = ctx.t("第一次上报", "The first report");
    match &connection.first_report {
        Some((at, openid)) => {
            let text = view! {
                <p class="muted">{when(ctx, *at)} " · " <code>{openid.clone()}</code></p>
            };
            step(ctx, title, true, text.into_any())
        }
        None => {
            let text = ctx.t(
                "等待中：在小程序里点一次订阅按钮，同意或拒绝都会上报到这里。",
                "Waiting: tap the subscribe button in the mini program once; acceptance and refusal are both reported.",
            );
            step(ctx, title, false, view! { <p class="muted">{text.to_owned()}</p> }.into_any())
        }
    }
}

fn pushed(ctx: &Context, program: &MiniProgram, health: &CallbackHealth, event: Option<Millis>) -> AnyView {
    let title = ctx.t("第一次回调", "The first callback");
    let text = match event {
        Some(at) => {
            view! { <p class="muted">{ctx.t("已收到，最近一次 ", "Heard, last ").to_owned()} {when(ctx, at)}</p> }
                .into_any()
        }
        None if health.mode.is_none() => view! {
            <p class="muted">
                {ctx.t("还没有设置回调，建议设置：", "The callback is not set up yet: ").to_owned()}
                <a href=Tab::Callback.path(program.id)>{ctx.t("设置回调", "Set the callback up").to_owned()}</a>
            </p>
        }
        .into_any(),
        None => {
            let text = ctx.t(
                "等待中：用户在弹窗里选择之后，微信几秒内就会推送。",
                "Waiting: WeChat pushes within seconds of a person's answer in the popup.",
            );
            view! { <p class="muted">{text.to_owned()}</p> }.into_any()
        }
    };
    step(ctx, title, event.is_some(), text)
}

fn when(ctx: &Context, at: Millis) -> AnyView {
    let ago = ago(at, ctx.services.now(), ctx.lang);
    view! { <time>{ctx.time(at)}</time> " · " {ago} }.into_any()
}

fn step(ctx: &Context, title: &str, done: bool, text: AnyView) -> AnyView {
    let (class, icon, state) = if done {
        ("checklist-step done", IconName::Check, ctx.t("已收到", "Heard"))
    } else {
        ("checklist-step", IconName::Clock, ctx.t("未收到", "Not yet"))
    };
    view! {
        <li class=class>
            <span class="checklist-mark" aria-hidden="true"><Icon name=icon /></span>
            <div class="checklist-text">
                <strong>{title.to_owned()}</strong> " " <span class="muted small">{state.to_owned()}</span>
                {text}
            </div>
        </li>
    }
    .into_any()
}

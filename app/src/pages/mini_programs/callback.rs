//! 回调: message push (消息推送) from WeChat, its set-up and its health.

mod address;
mod check;
mod form;
mod guide;
mod latest;
mod standing;
mod status;
mod tallies;
mod trouble;

pub(super) use address::callback_url;
pub(in crate::pages) use standing::{Standing, last_event, standing};
pub(in crate::pages) use trouble::name as trouble_name;

use super::tabs::{self, Tab};
use crate::web::{Nav, Need, Page, page};
use leptos::prelude::*;
use model::access::Permission;

/// The page.
#[component]
pub fn MiniProgramCallback() -> impl IntoView {
    page(Need::Permission(Permission::ManageMiniPrograms), Nav::MiniPrograms, |ctx| async move {
        let program = tabs::program(&ctx).await?;
        let health = ctx.services.callback_health(&program).await?;
        let tab = Tab::Callback;
        let body = if program.callback_mode.is_none() {
            let offer = ctx.services.suggest_callback()?;
            view! {
                <div class="split">
                    <div class="stack">{guide::set_up(&ctx, &program, offer)}</div>
                    <div class="stack">{guide::why(&ctx)}</div>
                </div>
                {tallies::card(&ctx, &health)}
            }
            .into_any()
        } else {
            let seen = ctx.services.callback_check_seen(program.id).await?;
            let templates = ctx.services.registered_templates(program.id).await?;
            view! {
                {status::card(&ctx, &program, &health)}
                <div class="grid two">
                    {tallies::card(&ctx, &health)}
                    {check::card(&ctx, &program, seen)}
                </div>
                {latest::card(&ctx, &program, &templates, &health.latest)}
                {guide::change(&ctx, &program)}
            }
            .into_any()
        };
        let body = view! {
            {tabs::head(&ctx, &program, tab)}
            <div class="stack">{body}</div>
        };
        Ok(Page::new(tabs::title(&ctx, &program, tab), body))
    })
}

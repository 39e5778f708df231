//! 接入小程序: code to copy, and signs of life while it is put in.

mod choose;
mod code;
mod live;
mod rules;
mod snippets;

use super::tabs::{self, Tab};
use crate::web::{Context, Nav, Need, Page, page};
use choose::Chosen;
use leptos::prelude::*;
use model::{access::Permission, mini_program::MiniProgram};
use snippets::Subject;

/// The page.
#[component]
pub fn ConnectMiniProgram() -> impl IntoView {
    page(Need::Permission(Permission::ManageMiniPrograms), Nav::MiniPrograms, |ctx| async move {
        let program = tabs::program(&ctx).await?;
        let connection = ctx.services.connection(program.id).await?;
        let health = ctx.services.callback_health(&program).await?;
        let templates = ctx.services.registered_templates(program.id).await?;
        let chosen = Chosen::read(&ctx, &templates);
        let subject = subject(&ctx, &program, &chosen);
        let body = view! {
            {tabs::head(&ctx, &program, Tab::Connect)}
            <div class="split">
                <div class="stack">
                    {live::card(&ctx, &program, &connection, &health, &chosen)}
                    {choose::card(&ctx, &program, &chosen)}
                    {code::cards(&ctx, &subject)}
                </div>
                <div class="stack">
                    {rules::domain(&ctx)}
                    {rules::tokens(&ctx, &program)}
                    {rules::endpoints(&ctx)}
                </div>
            </div>
        };
        Ok(Page::new(tabs::title(&ctx, &program, Tab::Connect), body))
    })
}

fn subject(ctx: &Context, program: &MiniProgram, chosen: &Chosen) -> Subject {
    let mut templates = chosen.templates();
    if templates.is_empty() {
        templates.push(("TEMPLATE_ID".to_owned(), ctx.t("模板标题", "title of the template").to_owned()));
    }
    Subject {
        public_url: ctx.public_url.to_string(),
        appid: program.settings.appid.clone(),
        templates,
        token: program.settings.require_login_token,
    }
}

//! 设置: the connection, and what a person may set of a mini program.

use super::{
    check, fields, guide,
    tabs::{self, Tab},
};
use crate::{
    actions::mini_programs::{ChangeMiniProgram, CheckReport},
    components::FormErrors,
    web::{Context, Nav, Need, Page, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    access::Permission,
    mini_program::{GrantSource, MiniProgram},
};

/// The page.
#[component]
pub fn EditMiniProgram() -> impl IntoView {
    page(Need::Permission(Permission::ManageMiniPrograms), Nav::MiniPrograms, |ctx| async move {
        let program = tabs::program(&ctx).await?;
        let health = ctx.services.health(&program).await?;
        let report = CheckReport::read(&ctx, program.id);
        let name = program.settings.name.clone();
        let body = view! {
            {tabs::head(&ctx, &program, Tab::Settings)}
            <div class="split">
                <div class="stack">
                    {check::card(&ctx, &program, &health, report)}
                    {settings(&ctx, &program)}
                </div>
                <div class="stack">{guide::card(&ctx)}</div>
            </div>
        };
        Ok(Page::new(name, body))
    })
}

fn settings(ctx: &Context, program: &MiniProgram) -> AnyView {
    let state = ctx.form(fields::FORM);
    view! {
        <section class="card">
            <h2>{ctx.t("设置", "Settings").to_owned()}</h2>
            {deaf(ctx, program)}
            <form class="form" method="post" action=ChangeMiniProgram::PATH>
                <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=program.id.0 />
                {fields::fields(ctx, &state, Some(&program.settings))}
                <div class="form-actions">
                    <button class="button primary" type="submit">{ctx.t("保存", "Save").to_owned()}</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// Events alone are believed, and none can come.
fn deaf(ctx: &Context, program: &MiniProgram) -> Option<AnyView> {
    let deaf = program.settings.grant_source == GrantSource::Event && program.callback_mode.is_none();
    deaf.then(|| {
        view! {
            <p class="notice-box warn">
                {ctx.t("授权额度只以微信回调事件为准，但还没有设置回调，额度不会增加。", "Only events count for grants, but there is no callback: no balance will grow.").to_owned()}
                " " <a href=Tab::Callback.path(program.id)>{ctx.t("设置回调", "Set the callback up").to_owned()}</a>
            </p>
        }
        .into_any()
    })
}

//! A mini program's page: the connection, the settings, and what its developers need.

use super::{check, developer, fields, guide};
use crate::{
    actions::mini_programs::{ChangeMiniProgram, CheckReport},
    components::{Badge, FormErrors, PageHeader, Tone},
    web::{Context, Nav, Need, Page, PageError, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{access::Permission, ids::MiniProgramId, mini_program::MiniProgram};

/// The page.
#[component]
pub fn EditMiniProgram() -> impl IntoView {
    page(Need::Permission(Permission::ManageMiniPrograms), Nav::MiniPrograms, |ctx| async move {
        let id = MiniProgramId(ctx.number_at(1).ok_or(PageError::NotFound)?);
        let program = ctx.services.mini_program(id).await?;
        let health = ctx.services.health(&program).await?;
        let report = CheckReport::read(&ctx, id);
        let template = developer::template_id(&ctx, id).await?;
        let current = ctx.mini_program.as_ref().is_some_and(|current| current.id == id);
        let current = current.then(|| ctx.t("当前小程序", "Current").to_owned());
        let name = program.settings.name.clone();
        let body = view! {
            <PageHeader title=name.clone() back="/mini-programs" back_text=ctx.t("小程序", "Mini programs")>
                {current.map(|text| view! { <Badge text tone=Tone::Info /> })}
            </PageHeader>
            <div class="split">
                <div class="stack">
                    {check::card(&ctx, &program, &health, report)}
                    {settings(&ctx, &program)}
                    {developer::card(&ctx, &program, template)}
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

//! Adding a mini program.

use super::{fields, guide};
use crate::{
    actions::mini_programs::AddMiniProgram,
    components::{FormErrors, PageHeader},
    web::{Context, Nav, Need, Page, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::access::Permission;

/// The form, and where to find what it asks for.
#[component]
pub fn NewMiniProgram() -> impl IntoView {
    page(Need::Permission(Permission::ManageMiniPrograms), Nav::MiniPrograms, |ctx| async move {
        let title = ctx.t("添加小程序", "Add a mini program");
        let body = view! {
            <PageHeader
                title=title
                text=ctx.t("添加之后会成为当前小程序，并可以立即测试连接。", "It becomes the one you work with, and the connection can be tested at once.")
                back="/mini-programs"
                back_text=ctx.t("小程序", "Mini programs")
            />
            <div class="split">
                <div class="stack">{form(&ctx)}</div>
                <div class="stack">{guide::card(&ctx)}</div>
            </div>
        };
        Ok(Page::new(title, body))
    })
}

fn form(ctx: &Context) -> AnyView {
    let state = ctx.form(fields::FORM);
    view! {
        <section class="card">
            <form class="form" method="post" action=AddMiniProgram::PATH>
                <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
                <input type="hidden" name="csrf" value=ctx.csrf() />
                {fields::fields(ctx, &state, None)}
                <div class="form-actions">
                    <button class="button primary" type="submit">{ctx.t("添加小程序", "Add the mini program").to_owned()}</button>
                    <a class="button quiet" href="/mini-programs">{ctx.t("取消", "Cancel").to_owned()}</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}

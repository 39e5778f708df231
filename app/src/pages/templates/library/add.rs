//! The last step: how it looks, what it is for, add it.

use super::query::Asked;
use crate::{
    actions::templates::AddFromLibrary,
    components::{FormErrors, PhoneCard, TextField},
    web::Context,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Problem,
    mini_program::MiniProgram,
    platform::{Keyword, PublicTitle},
};

/// The card with the examples in the chosen order and the form that adds it; or what has to be chosen otherwise.
pub(super) fn preview(
    ctx: &Context,
    program: &MiniProgram,
    asked: &Asked,
    title: &PublicTitle,
    order: &Result<Vec<Keyword>, Problem>,
) -> AnyView {
    let chosen = match order {
        Ok(chosen) => chosen,
        Err(problem) => {
            let text = problem.say(ctx.lang).to_owned();
            return view! { <div class="notice-box fail" role="alert" id="f-kids"><p>{text}</p></div> }.into_any();
        }
    };
    let rows: Vec<_> = service::preview(chosen).into_iter().map(|field| (field.label, field.example)).collect();
    let opens = !program.settings.default_page.is_empty();
    view! {
        <section class="card" id="preview">
            <h2>{ctx.t("预览并添加", "Preview and add").to_owned()}</h2>
            <div class="split">
                {form(ctx, program, asked, title, chosen)}
                <aside class="phone-side">
                    <PhoneCard app=program.settings.name.clone() title=title.title.clone() rows=rows opens=opens lang=ctx.lang />
                </aside>
            </div>
        </section>
    }
    .into_any()
}

fn form(
    ctx: &Context,
    program: &MiniProgram,
    asked: &Asked,
    title: &PublicTitle,
    chosen: &[Keyword],
) -> impl IntoView + use<> {
    let state = ctx.form("library");
    let kids: Vec<_> =
        chosen.iter().map(|keyword| view! { <input type="hidden" name="kids[]" value=keyword.kid /> }).collect();
    view! {
        <form class="form" method="post" action=AddFromLibrary::PATH>
            <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="mini_program" value=program.id.0 />
            <input type="hidden" name="category" value=asked.category />
            <input type="hidden" name="page" value=asked.page />
            <input type="hidden" name="tid" value=title.tid />
            {kids}
            <TextField
                name="scene"
                label=ctx.t("服务场景描述", "What it is for")
                value=state.value("scene", "")
                hint=ctx.t(
                    "给微信看的说明，最多 15 个字，例如“课程开始提醒”。",
                    "A note for WeChat of at most 15 characters, such as 课程开始提醒.",
                )
                error=state.error("scene", ctx.lang)
                required=true
            />
            <p class="muted small">
                {ctx.t(
                    "会添加到小程序在微信的账号里，并登记到雁书。已经添加过同样的模板时，会直接使用原有的那个。",
                    "It is added to the mini program's account at WeChat and registered here. If the account has the same one already, that one is used.",
                ).to_owned()}
            </p>
            <div class="form-actions">
                <button class="button primary" type="submit">{ctx.t("添加到小程序", "Add to the mini program").to_owned()}</button>
            </div>
        </form>
    }
}

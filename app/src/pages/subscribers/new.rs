//! Adding a subscriber by hand.

use super::super::templates::no_mini_program;
use crate::{
    actions::subscribers::AddSubscriber,
    components::{FormErrors, PageHeader, Select, TextField},
    web::{Context, Nav, Need, Page, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Lang, access::Permission, ids::MiniProgramId, template::Template};

/// The form.
#[component]
pub fn NewSubscriber() -> impl IntoView {
    page(Need::Permission(Permission::Operate), Nav::Subscribers, |ctx| async move {
        let title = ctx.t("添加订阅者", "Add a subscriber");
        let Some(program) = ctx.mini_program.clone() else { return Ok(no_mini_program(&ctx, title)) };
        let templates = ctx.services.registered_templates(program.id).await?;
        let text = match ctx.lang {
            Lang::Zh => format!("添加到小程序“{}”", program.settings.name),
            Lang::En => format!("To the mini program “{}”", program.settings.name),
        };
        let body = view! {
            <PageHeader title=title text=text back="/subscribers" back_text=ctx.t("订阅者", "Subscribers") />
            <section class="card">{form(&ctx, program.id, &templates)}</section>
        };
        Ok(Page::new(title, body))
    })
}

fn form(ctx: &Context, program: MiniProgramId, templates: &[Template]) -> impl IntoView + use<> {
    let state = ctx.form("subscriber");
    view! {
        <form class="form" method="post" action=AddSubscriber::PATH>
            <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="mini_program" value=program.0 />
            <TextField
                name="openid"
                label="openid"
                value=state.value("openid", "")
                hint=ctx.t(
                    "用户在这个小程序里的标识，通常 28 位；小程序之间不通用。",
                    "The person's id in this mini program, usually 28 characters; every mini program has its own.",
                )
                error=state.error("openid", ctx.lang)
                required=true
                code=true
            />
            <TextField
                name="remark"
                label=ctx.t("备注", "Remark")
                value=state.value("remark", "")
                hint=ctx.t("选填，只在雁书里显示，例如昵称或学号。", "Optional, shown in Yanshu only: a nickname, a number.")
                error=state.error("remark", ctx.lang)
            />
            <Select
                name="template"
                label=ctx.t("同时登记授权额度", "Record grants of")
                options=choices(ctx, templates)
                value=state.value("template", ctx.query("template").unwrap_or_default())
                hint=ctx.t(
                    "只有用户真的在小程序里同意过才填写，否则发送会被微信拒绝（43101）。",
                    "Only what the person really accepted in the mini program; else WeChat refuses the message (43101).",
                )
                error=state.error("template", ctx.lang)
            />
            <TextField
                name="grants"
                kind="number"
                label=ctx.t("授权次数", "How many")
                value=state.value("grants", "1")
                hint=ctx.t("选了模板才生效；长期模板填 1。", "Counts only with a template; 1 for a long-term one.")
                error=state.error("grants", ctx.lang)
            />
            <div class="form-actions">
                <button class="button primary" type="submit">{ctx.t("添加", "Add").to_owned()}</button>
                <a class="button quiet" href="/subscribers">{ctx.t("取消", "Cancel").to_owned()}</a>
            </div>
        </form>
    }
}

fn choices(ctx: &Context, templates: &[Template]) -> Vec<(String, String)> {
    let none = (String::new(), ctx.t("不登记", "None").to_owned());
    let active = templates.iter().filter(|template| template.archived_at.is_none());
    std::iter::once(none).chain(active.map(|t| (t.id.to_string(), t.settings.title.clone()))).collect()
}

//! One subscriber: who it is, what may be sent, and the books that explain it.

mod balances;
mod deliveries;
mod ledger;
mod traits;

use super::filter::page_at;
use crate::{
    actions::subscribers::ChangeRemark,
    components::{FormErrors, PageHeader, TextField},
    web::{Context, Nav, Need, Page, PageError, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    access::Permission,
    ids::{SubscriberId, TemplateId},
    mini_program::MiniProgram,
    subscriber::Subscriber,
    template::Template,
};

/// One subscriber.
#[component]
pub fn SubscriberDetail() -> impl IntoView {
    page(Need::Permission(Permission::Operate), Nav::Subscribers, |ctx| async move {
        let id = ctx.number_at(1).map(SubscriberId).ok_or(PageError::NotFound)?;
        let view = ctx.services.subscriber(id, page_at(&ctx)).await?;
        let program = ctx.services.mini_program(view.subscriber.mini_program).await?;
        let templates = ctx.services.registered_templates(program.id).await?;
        let title =
            if view.subscriber.remark.is_empty() { ctx.t("订阅者", "Subscriber") } else { &view.subscriber.remark };
        let body = view! {
            <PageHeader
                title=title
                text=view.subscriber.openid.clone()
                back="/subscribers"
                back_text=ctx.t("订阅者", "Subscribers")
            />
            <div class="split">
                <div class="stack">
                    {balances::card(&ctx, id, &templates, &view.grants)}
                    {deliveries::card(&ctx, &view.deliveries)}
                    {ledger::card(&ctx, id, &templates, &view.ledger)}
                </div>
                <aside class="stack">
                    {facts(&ctx, &view.subscriber, &program)}
                    {remark(&ctx, &view.subscriber)}
                    {traits::card(&ctx, id, &view.traits)}
                </aside>
            </div>
        };
        Ok(Page::new(title, body))
    })
}

fn facts(ctx: &Context, subscriber: &Subscriber, program: &MiniProgram) -> impl IntoView + use<> {
    let seen = match subscriber.last_seen_at {
        Some(at) => view! { <time>{ctx.time(at)}</time> }.into_any(),
        None => view! { <span class="muted">{ctx.t("从未", "Never").to_owned()}</span> }.into_any(),
    };
    view! {
        <section class="card">
            <h2>{ctx.t("基本信息", "Who it is").to_owned()}</h2>
            <dl class="def">
                <dt>"openid"</dt>
                <dd><code>{subscriber.openid.clone()}</code></dd>
                <dt>{ctx.t("小程序", "Mini program").to_owned()}</dt>
                <dd>{program.settings.name.clone()}</dd>
                <dt>{ctx.t("首次出现", "First seen").to_owned()}</dt>
                <dd><time>{ctx.time(subscriber.created_at)}</time></dd>
                <dt>{ctx.t("最近上报", "Last seen").to_owned()}</dt>
                <dd>{seen}</dd>
            </dl>
        </section>
    }
}

fn remark(ctx: &Context, subscriber: &Subscriber) -> impl IntoView + use<> {
    let state = ctx.form("remark");
    view! {
        <section class="card">
            <h2>{ctx.t("备注", "Remark").to_owned()}</h2>
            <form class="form" method="post" action=ChangeRemark::PATH>
                <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=subscriber.id.0 />
                <TextField
                    name="remark"
                    label=ctx.t("备注", "Remark")
                    value=state.value("remark", &subscriber.remark)
                    hint=ctx.t("只在雁书里显示，可以搜索。", "Shown in Yanshu only; it can be searched for.")
                    error=state.error("remark", ctx.lang)
                />
                <div class="form-actions">
                    <button class="button" type="submit">{ctx.t("保存", "Save").to_owned()}</button>
                </div>
            </form>
        </section>
    }
}

/// A template's title with a link to it; its number where it is not known.
fn template_link(templates: &[Template], id: TemplateId) -> impl IntoView + use<> {
    let known = templates.iter().find(|template| template.id == id);
    let title = known.map_or_else(|| format!("#{id}"), |template| template.settings.title.clone());
    view! { <a href=format!("/templates/{id}")>{title}</a> }
}

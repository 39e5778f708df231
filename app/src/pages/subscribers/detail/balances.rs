//! What may still be sent to one person, template by template, and changing it by hand.

use super::super::super::templates::kind_badge;
use crate::{
    actions::subscribers::AdjustGrant,
    components::{Badge, Empty, IconName, Tone, words::number},
    web::{Context, FormState},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    grant::Grant,
    ids::{SubscriberId, TemplateId},
    template::{Template, TemplateKind},
};

/// All templates of the mini program; archived ones only where there is something to tell.
pub(super) fn card(ctx: &Context, id: SubscriberId, templates: &[Template], grants: &[Grant]) -> impl IntoView + use<> {
    let state = ctx.form("adjust-grant");
    let of = |template: TemplateId| grants.iter().find(|grant| grant.template == template);
    let rows: Vec<_> = templates
        .iter()
        .filter(|template| template.archived_at.is_none() || of(template.id).is_some())
        .map(|template| row(ctx, id, template, of(template.id), &state))
        .collect();
    let body = if rows.is_empty() {
        view! {
            <Empty
                icon=IconName::Template
                title=ctx.t("还没有模板", "No template yet")
                text=ctx.t("登记模板后，这里会显示每个模板的授权余额。", "Once templates are registered, their balances stand here.")
                href="/templates/new"
                action=ctx.t("登记模板", "Register a template")
            />
        }
        .into_any()
    } else {
        table(ctx, rows)
    };
    view! {
        <section class="card" id="balances">
            <h2>{ctx.t("授权余额", "Balances").to_owned()}</h2>
            {body}
        </section>
    }
}

fn table(ctx: &Context, rows: Vec<AnyView>) -> AnyView {
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ctx.t("模板", "Template").to_owned()}</th>
                        <th scope="col" class="num">{ctx.t("余额", "Balance").to_owned()}</th>
                        <th scope="col" class="num">{ctx.t("已预留", "Reserved").to_owned()}</th>
                        <th scope="col">{ctx.t("最近变化", "Last change").to_owned()}</th>
                        <th scope="col">{ctx.t("人工调整", "Change by hand").to_owned()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="muted small">
            {ctx.t("“已预留”是通知任务已确认、还没发出的条数。人工调整只改雁书里的记录，不会改变微信那边的授权。", "Reserved are messages that a confirmed notice has not sent yet. A change by hand corrects Yanshu's books only, not what WeChat knows.").to_owned()}
        </p>
    }
    .into_any()
}

fn row(ctx: &Context, id: SubscriberId, template: &Template, grant: Option<&Grant>, state: &FormState) -> AnyView {
    let (balance, reserved) = grant.map_or((0, 0), |grant| (grant.balance, grant.reserved));
    let shown = match template.settings.kind {
        TemplateKind::OneTime => view! { {number(balance)} }.into_any(),
        TemplateKind::LongTerm if balance > 0 => {
            view! { <Badge text=ctx.t("有效", "Standing") tone=Tone::Success /> }.into_any()
        }
        TemplateKind::LongTerm => view! { <Badge text=ctx.t("未授权", "None") /> }.into_any(),
    };
    let reserved = match template.settings.kind {
        TemplateKind::OneTime => number(reserved),
        TemplateKind::LongTerm => "—".to_owned(),
    };
    let refused = grant.is_some_and(|grant| grant.refused).then(|| {
        view! { <Badge text=ctx.t("最近一次拒绝", "Refused last") tone=Tone::Warn /> }
    });
    let archived = template.archived_at.map(|_| view! { <Badge text=ctx.t("已归档", "Archived") /> });
    let changed = grant.map(|grant| view! { <time>{ctx.short_time(grant.updated_at)}</time> });
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/templates/{}", template.id)>{template.settings.title.clone()}</a>
                <div class="row">{kind_badge(template.settings.kind, ctx.lang)} {archived} {refused}</div>
            </th>
            <td class="num">{shown}</td>
            <td class="num">{reserved}</td>
            <td>{changed}</td>
            <td>{adjust(ctx, id, template, balance, state)}</td>
        </tr>
    }
    .into_any()
}

/// One form per template, closed until it is needed or was refused.
fn adjust(
    ctx: &Context,
    id: SubscriberId,
    template: &Template,
    balance: i64,
    state: &FormState,
) -> impl IntoView + use<> {
    let template_id = template.id.to_string();
    let refused = state.refused() && state.value("template", "") == template_id;
    let typed = |field: &str| if refused { state.value(field, "") } else { String::new() };
    let error = |field: &str| state.error(field, ctx.lang).filter(|_| refused);
    let change = match template.settings.kind {
        TemplateKind::OneTime => {
            let label = ctx.t("增减", "Change");
            Input { part: "change", label, placeholder: "+1", value: typed("change"), error: error("change") }
                .view(&template_id)
        }
        TemplateKind::LongTerm => {
            let value = if balance > 0 { "-1" } else { "1" };
            view! { <input type="hidden" name="change" value=value /> }.into_any()
        }
    };
    let button = match (template.settings.kind, balance > 0) {
        (TemplateKind::OneTime, _) => ctx.t("保存", "Save"),
        (TemplateKind::LongTerm, true) => ctx.t("改为未授权", "Mark as none"),
        (TemplateKind::LongTerm, false) => ctx.t("改为有效", "Mark as standing"),
    };
    let label = ctx.t("原因", "Reason");
    let reason = Input { part: "reason", label, placeholder: "", value: typed("reason"), error: error("reason") };
    view! {
        <details class="more" open=refused>
            <summary>{ctx.t("调整", "Adjust").to_owned()}</summary>
            <form class="form" method="post" action=AdjustGrant::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=id.0 />
                <input type="hidden" name="template" value=template_id.clone() />
                {change}
                {reason.view(&template_id)}
                <div class="form-actions"><button class="button small" type="submit">{button.to_owned()}</button></div>
            </form>
        </details>
    }
}

/// An input of a form that stands on the page several times, so its ids carry the template.
struct Input {
    part: &'static str,
    label: &'static str,
    placeholder: &'static str,
    value: String,
    error: Option<String>,
}

impl Input {
    fn view(self, template: &str) -> AnyView {
        let id = format!("f-{}-{template}", self.part);
        let note = format!("{id}-error");
        let class = if self.error.is_some() { "field invalid" } else { "field" };
        let invalid = self.error.is_some().then_some("true");
        let described = self.error.is_some().then(|| note.clone());
        view! {
            <div class=class>
                <label for=id.clone()>{self.label}</label>
                <input
                    id=id
                    type="text"
                    name=self.part
                    value=self.value
                    placeholder=self.placeholder
                    autocomplete="off"
                    required
                    aria-invalid=invalid
                    aria-describedby=described
                />
                {self.error.map(|error| view! { <p class="field-error" id=note>{error}</p> })}
            </div>
        }
        .into_any()
    }
}

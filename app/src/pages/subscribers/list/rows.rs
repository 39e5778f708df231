//! The rows of the list: a form whose ticked boxes begin a notice.

use super::title_of;
use crate::{actions::subscribers::BeginNoticeForChosen, components::words::number, web::Context};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    subscriber::{SubscriberFilter, SubscriberSummary},
    template::Template,
};

/// The table; where a template can be sent, with boxes to tick and the button below.
pub(super) fn table(
    ctx: &Context,
    templates: &[Template],
    filter: &SubscriberFilter,
    back: &str,
    found: Vec<SubscriberSummary>,
) -> AnyView {
    let active: Vec<&Template> = templates.iter().filter(|t| t.archived_at.is_none()).collect();
    let balance = match filter.template.and_then(|id| templates.iter().find(|t| t.id == id)) {
        Some(template) => format!("{}{}", ctx.t("授权余额：", "Balance: "), template.settings.title),
        None => ctx.t("授权余额", "Balance").to_owned(),
    };
    if active.is_empty() {
        return bare_table(ctx, balance, found.iter().map(|row| line(ctx, row, None)).collect());
    }
    let state = ctx.form("begin-notice");
    let ticked = state.value("subscriber", "");
    let is_ticked = |id: i64| ticked.split(',').any(|other| other == id.to_string());
    let lines = found.iter().map(|row| line(ctx, row, Some(is_ticked(row.subscriber.id.0)))).collect();
    let chosen = active.iter().find(|t| Some(t.id) == filter.template);
    let template = match chosen {
        Some(template) => fixed(ctx, template),
        None => choice(ctx, &active, &state.value("template", ""), state.error("template", ctx.lang)),
    };
    view! {
        <form class="stack" method="post" action=BeginNoticeForChosen::PATH>
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="back" value=back.to_owned() />
            {ticking_table(ctx, balance, lines)}
            <div class="toolbar bulk">
                {template}
                <button class="button primary" type="submit">{ctx.t("给选中的人发送", "Send to those ticked").to_owned()}</button>
                <p class="muted small">
                    {ctx.t("下一步填写内容；确认之前不会发送。", "Next comes the content; nothing is sent before you confirm.").to_owned()}
                </p>
            </div>
        </form>
    }
    .into_any()
}

fn fixed(ctx: &Context, template: &Template) -> AnyView {
    view! {
        <input type="hidden" name="template" value=template.id.0 />
        <p>{ctx.t("模板：", "Template: ").to_owned()} <strong>{template.settings.title.clone()}</strong></p>
    }
    .into_any()
}

/// The toolbar above has a `template` too, so this one has an id of its own.
fn choice(ctx: &Context, active: &[&Template], value: &str, error: Option<String>) -> AnyView {
    let first = (active.len() > 1)
        .then(|| view! { <option value="">{ctx.t("选择模板", "Choose a template").to_owned()}</option> });
    let options: Vec<_> = active
        .iter()
        .map(|template| {
            let id = template.id.to_string();
            let selected = id == value;
            view! { <option value=id selected=selected>{title_of(ctx, template)}</option> }
        })
        .collect();
    let class = if error.is_some() { "field invalid" } else { "field" };
    let invalid = error.is_some().then_some("true");
    let described = error.is_some().then_some("f-send-template-error");
    view! {
        <div class=class>
            <label for="f-send-template">{ctx.t("要发送的模板", "Template to send").to_owned()}</label>
            <select id="f-send-template" name="template" aria-invalid=invalid aria-describedby=described>
                {first}
                {options}
            </select>
            {error.map(|error| view! { <p class="field-error" id="f-send-template-error">{error}</p> })}
        </div>
    }
    .into_any()
}

fn ticking_table(ctx: &Context, balance: String, lines: Vec<AnyView>) -> impl IntoView + use<> {
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col"><span class="visually-hidden">{ctx.t("选择", "Choose").to_owned()}</span></th>
                        {head(ctx, balance)}
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
}

fn bare_table(ctx: &Context, balance: String, lines: Vec<AnyView>) -> AnyView {
    view! {
        <div class="table-wrap">
            <table>
                <thead><tr>{head(ctx, balance)}</tr></thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn head(ctx: &Context, balance: String) -> impl IntoView + use<> {
    view! {
        <th scope="col">"openid"</th>
        <th scope="col">{ctx.t("备注", "Remark").to_owned()}</th>
        <th scope="col" class="num">{balance}</th>
        <th scope="col">{ctx.t("首次出现", "First seen").to_owned()}</th>
        <th scope="col">{ctx.t("最近上报", "Last seen").to_owned()}</th>
    }
}

fn line(ctx: &Context, row: &SubscriberSummary, ticked: Option<bool>) -> AnyView {
    let subscriber = &row.subscriber;
    let href = format!("/subscribers/{}", subscriber.id);
    let tick = ticked.map(|ticked| {
        let label = format!("{} {}", ctx.t("选择", "Choose"), subscriber.openid);
        view! { <td class="tick"><input type="checkbox" name="subscriber[]" value=subscriber.id.0 checked=ticked aria-label=label /></td> }
    });
    let seen = match subscriber.last_seen_at {
        Some(at) => view! { <time>{ctx.short_time(at)}</time> }.into_any(),
        None => view! { <span class="muted">{ctx.t("从未", "Never").to_owned()}</span> }.into_any(),
    };
    view! {
        <tr>
            {tick}
            <th scope="row"><a href=href.clone()><code>{subscriber.openid.clone()}</code></a></th>
            <td>{subscriber.remark.clone()}</td>
            <td class="num"><a href=format!("{href}#balances")>{number(row.balance)}</a></td>
            <td><time>{ctx.short_time(subscriber.created_at)}</time></td>
            <td>{seen}</td>
        </tr>
    }
    .into_any()
}

//! Period and template.

use super::{address, period};
use crate::{
    components::{Select, TextField},
    web::Context,
};
use jiff::civil::Date;
use leptos::prelude::*;
use model::{ids::TemplateId, template::Template};
use service::{Span, zone};

/// The usual periods, one click each.
pub(super) fn presets(ctx: &Context, today: Date, shown: Span, template: Option<TemplateId>) -> impl IntoView + use<> {
    let yesterday = zone::plus_days(today, -1);
    let presets = [
        (ctx.t("今天", "Today"), period::last(1, today)),
        (ctx.t("昨天", "Yesterday"), Span { from: yesterday, to: yesterday }),
        (ctx.t("最近 7 天", "Last 7 days"), period::last(7, today)),
        (ctx.t("最近 30 天", "Last 30 days"), period::last(30, today)),
        (ctx.t("最近 90 天", "Last 90 days"), period::last(90, today)),
    ];
    let links: Vec<_> = presets
        .into_iter()
        .map(|(text, span)| {
            let here = (span == shown).then_some("page");
            view! { <a href=address(span.from, span.to, template) aria-current=here>{text.to_owned()}</a> }
        })
        .collect();
    view! { <nav class="tabs" aria-label=ctx.t("时间段", "Period").to_owned()>{links}</nav> }
}

/// Any other period, and the template.
pub(super) fn form(
    ctx: &Context,
    shown: Span,
    templates: &[Template],
    template: Option<TemplateId>,
) -> impl IntoView + use<> {
    let archived = ctx.t("（已归档）", " (archived)");
    let mut options = vec![(String::new(), ctx.t("全部模板", "All templates").to_owned())];
    options.extend(templates.iter().map(|t| {
        let mut title = t.settings.title.clone();
        if t.archived_at.is_some() {
            title.push_str(archived);
        }
        (t.id.to_string(), title)
    }));
    let value = template.map(|id| id.to_string()).unwrap_or_default();
    view! {
        <form class="toolbar" method="get" action="/statistics">
            <TextField name="from" label=ctx.t("从", "From").to_owned() value=shown.from.to_string() kind="date" />
            <TextField name="to" label=ctx.t("到", "To").to_owned() value=shown.to.to_string() kind="date" />
            <Select name="template" label=ctx.t("模板", "Template").to_owned() options=options value=value />
            <button class="button" type="submit">{ctx.t("查看", "Show").to_owned()}</button>
        </form>
    }
}

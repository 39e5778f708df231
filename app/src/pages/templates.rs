//! Templates: the list, one of them, and the form to register and change them.

mod delete;
mod detail;
mod form;
mod library;
mod list;
mod sync;

pub use delete::DeleteTemplate;
pub use detail::TemplateDetail;
pub use form::{EditTemplate, NewTemplate};
pub use library::TemplateLibrary;
pub use list::Templates;
pub use sync::SyncTemplates;

use crate::{
    components::{Badge, Empty, IconName, PageHeader, Tone, words},
    web::{Context, Page},
};
use leptos::prelude::*;
use model::{
    Lang,
    access::Permission,
    field::Field,
    ids::TemplateId,
    template::{Template, TemplateKind},
};

/// The page that stands in for another while there is no mini program.
pub(super) fn no_mini_program(ctx: &Context, title: &str) -> Page {
    let heading = ctx.t("还没有小程序", "No mini program yet");
    let body = if ctx.may(Permission::ManageMiniPrograms) {
        let text = ctx.t(
            "先添加小程序的 AppID 和 AppSecret，再登记模板、记录订阅者、发送消息。",
            "First add a mini program's AppID and AppSecret; templates, subscribers and notices belong to it.",
        );
        view! {
            <Empty icon=IconName::Phone title=heading text=text href="/mini-programs/new" action=ctx.t("添加小程序", "Add a mini program") />
        }
        .into_any()
    } else {
        let text = ctx.t("请管理员先添加小程序。", "Ask an administrator to add a mini program.");
        view! { <Empty icon=IconName::Phone title=heading text=text /> }.into_any()
    };
    let header = view! { <PageHeader title=title /> };
    Page::new(title, view! { {header} {body} })
}

/// 一次性 or 长期, as a badge.
pub(super) fn kind_badge(kind: TemplateKind, lang: Lang) -> impl IntoView {
    let tone = match kind {
        TemplateKind::OneTime => Tone::Neutral,
        TemplateKind::LongTerm => Tone::Info,
    };
    view! { <Badge text=words::template_kind(kind, lang) tone=tone /> }
}

/// The people who have a balance of a template.
pub(super) fn people_with(template: TemplateId) -> String {
    format!("/subscribers?template={template}&balance=some")
}

/// Whether WeChat has it, as far as the last sync knows.
fn standing(ctx: &Context, template: &Template) -> AnyView {
    match (template.gone_at, template.synced_at) {
        (Some(at), _) => view! {
            <Badge text=ctx.t("已在微信删除", "Gone at WeChat") tone=Tone::Fail /> " "
            <time class="muted small" title=ctx.time(at)>{ctx.short_time(at)}</time>
        }
        .into_any(),
        (None, Some(at)) => view! {
            <Badge text=ctx.t("已核对", "Checked") tone=Tone::Success /> " "
            <time class="muted small" title=ctx.time(at)>{ctx.short_time(at)}</time>
        }
        .into_any(),
        (None, None) => {
            view! { <span class="muted small">{ctx.t("未核对", "Not checked").to_owned()}</span> }.into_any()
        }
    }
}

/// The names of fields as a person reads them: `课程（thing1）、时间（time2）`.
fn field_list(fields: &[Field], lang: Lang) -> String {
    fields.iter().map(|field| field_name(field, lang)).collect::<Vec<_>>().join(lang.t("、", ", "))
}

/// `课程（thing1）`.
fn field_name(field: &Field, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}（{}）", field.label, field.key),
        Lang::En => format!("{} ({})", field.label, field.key),
    }
}

//! Templates: the list, one of them, and the form to register and change them.

mod detail;
mod form;
mod list;

pub use detail::TemplateDetail;
pub use form::{EditTemplate, NewTemplate};
pub use list::Templates;

use crate::{
    components::{Badge, Empty, IconName, PageHeader, Tone, words},
    web::{Context, Page},
};
use leptos::prelude::*;
use model::{Lang, access::Permission, ids::TemplateId, template::TemplateKind};

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

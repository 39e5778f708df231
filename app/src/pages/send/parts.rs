//! What the steps share.

use crate::{
    components::Steps,
    pages::notices::own_name,
    web::{Context, PageError},
};
use leptos::prelude::*;
use model::{
    ids::{NoticeId, TemplateId},
    notice::NoticeState,
};
use service::NoticeView;

/// The draft that the path names; a notice that was confirmed is shown on its own page instead.
pub(in crate::pages) async fn draft(ctx: &Context) -> Result<NoticeView, PageError> {
    let id = ctx.number_at(1).map(NoticeId).ok_or(PageError::NotFound)?;
    let view = ctx.services.notice(id).await?;
    if view.notice.state == NoticeState::Draft { Ok(view) } else { Err(PageError::Redirect(format!("/notices/{id}"))) }
}

/// Where one is; `draft` is there from the second step on.
pub(in crate::pages) fn steps(
    ctx: &Context,
    current: usize,
    draft: Option<(NoticeId, TemplateId)>,
) -> impl IntoView + use<> {
    let to = |step: &str| draft.map(|(id, _)| format!("/send/{id}/{step}"));
    let steps = vec![
        (ctx.t("模板", "Template").to_owned(), draft.map(|(_, template)| format!("/send?template={template}"))),
        (ctx.t("接收人", "Recipients").to_owned(), to("audience")),
        (ctx.t("内容", "Content").to_owned(), to("content")),
        (ctx.t("核对并确认", "Check and confirm").to_owned(), to("review")),
    ];
    view! { <Steps label=ctx.t("发送步骤", "Steps") steps current /> }
}

/// The line below a step's title: which template, and which mini program where it is not the one worked with.
pub(in crate::pages) fn about(ctx: &Context, view: &NoticeView) -> String {
    let title = &view.template.settings.title;
    match own_name(ctx, &view.mini_program) {
        Some(name) => format!("{title} · {name}"),
        None => title.clone(),
    }
}

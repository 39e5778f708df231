//! One notice: progress, results by reason, content, deliveries.

use super::{codes, deliveries, filter::Filter, head, parts, sides};
use crate::web::{Context, Nav, Need, Page, PageError, page};
use leptos::prelude::*;
use model::{
    ids::NoticeId,
    notice::{Audience, NoticeState},
    rules,
};
use service::NoticeView;

/// A notice that was confirmed; a draft is shown at the step to go on with.
#[component]
pub fn NoticeDetail() -> impl IntoView {
    page(Need::SignedIn, Nav::Notices, |ctx| async move {
        let id = ctx.number_at(1).map(NoticeId).ok_or(PageError::NotFound)?;
        let view = ctx.services.notice(id).await?;
        if view.notice.state == NoticeState::Draft {
            return Err(PageError::Redirect(format!("/send/{id}/{}", step(&view))));
        }
        let filter = Filter::of(&ctx);
        let codes = ctx.services.notice_codes(id).await?;
        let found = ctx.services.deliveries(id, &filter.states(), filter.code, parts::at(&ctx)).await?;
        let title = format!("{} #{id}", ctx.t("通知任务", "Notice"));
        Ok(Page::new(
            title,
            view! {
                {head::header(&ctx, &view)}
                {head::stopped(&ctx, &view)}
                <div class="split">
                    <div class="stack">
                        {head::progress(&ctx, &view)}
                        {codes::card(&ctx, &view.notice, codes)}
                    </div>
                    <aside class="stack">{sides::facts(&ctx, &view)} {parts::phone(&view, ctx.lang)}</aside>
                </div>
                {deliveries::card(&ctx, &view.notice, &filter, found)}
                {still(&ctx, &view)}
            },
        ))
    })
}

/// The first step of a draft at which something is missing.
fn step(view: &NoticeView) -> &'static str {
    let content = &view.notice.content.values;
    if view.notice.audience == Audience::Nobody {
        "audience"
    } else if rules::check_all(&view.template.settings.fields, content).problems.0.is_empty() {
        "review"
    } else {
        "content"
    }
}

/// Without scripts a running notice's page loads itself anew, unless the reader asked it not to.
fn still(ctx: &Context, view: &NoticeView) -> Option<impl IntoView + use<>> {
    (view.notice.state == NoticeState::Running && ctx.query("refresh") != Some("off"))
        .then(|| view! { <noscript><meta http-equiv="refresh" content="3" /></noscript> })
}

//! One notice: progress, results by reason, content, deliveries.

use super::{codes, control, deliveries, fault, filter::Filter, head, parts, sides};
use crate::web::{Context, Nav, Need, Page, PageError, page};
use leptos::prelude::*;
use model::{
    delivery::{DeliveryState, Slice},
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
        let (states, at) = (filter.states(), parts::at(&ctx));
        let found = ctx.services.find_deliveries(id, &filter.search, &states, filter.code, at).await?;
        let samples = fault::samples(&ctx, &view, &codes).await?;
        let held = ctx.services.control(id).await?;
        let follow = control::follow_ups(&ctx, &view, &held, &codes);
        let title = format!("{} #{id}", ctx.t("通知任务", "Notice"));
        Ok(Page::new(
            title,
            view! {
                {head::header(&ctx, &view)}
                {head::stopped(&ctx, &view, &samples)}
                {control::boxes(&ctx, &view, &held)}
                <div class="split">
                    <div class="stack">{head::progress(&ctx, &view)} {sides::facts(&ctx, &view, &held)}</div>
                    <aside class="phone-aside">{parts::phone(&view, ctx.lang)}</aside>
                </div>
                {follow}
                {codes::card(&ctx, &view, codes, &samples)}
                {deliveries::card(&ctx, &view.notice, &filter, found)}
                {control::log(&ctx, &held)}
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

/// Without scripts a running notice's page loads itself anew; so does, with or without them, one that was ended while
/// some of it was under way, for no events come then. Unless the reader asked it not to.
fn still(ctx: &Context, view: &NoticeView) -> Option<AnyView> {
    let again = || view! { <meta http-equiv="refresh" content="3" /> };
    let held = view.notice.state.is_held();
    // The time to undo runs out before one's eyes.
    let counts_down = view.notice.state == NoticeState::Scheduled && !view.notice.planned;
    let notice = &view.notice;
    if ctx.query("refresh") == Some("off") {
        None
    } else if counts_down {
        Some(view! { <meta http-equiv="refresh" content="1" /> }.into_any())
    } else if held {
        (notice.counts.of(DeliveryState::Sending) > 0).then(|| again().into_any())
    } else if notice.state == NoticeState::Running {
        Some(view! { <noscript>{again()}</noscript> }.into_any())
    } else {
        (notice.counts.slice(Slice::Pending) > 0).then(|| again().into_any())
    }
}

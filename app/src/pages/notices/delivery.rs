//! One delivery with its attempts.

use super::{fault, head::next_click, parts, request};
use crate::{
    components::{DeliveryBadge, Empty, ErrorCode, IconName, PageHeader},
    web::{Context, Nav, Need, Page, PageError, page},
};
use leptos::prelude::*;
use model::{
    Millis, advice,
    delivery::{Attempt, Delivery, DeliveryState},
    ids::{DeliveryId, NoticeId, SubscriberId},
    page::At,
    platform::RidDetail,
};
use service::NoticeView;

/// What happened with one message to one person.
#[component]
pub fn DeliveryDetail() -> impl IntoView {
    page(Need::SignedIn, Nav::Notices, |ctx| async move {
        let notice = ctx.number_at(1).map(NoticeId).ok_or(PageError::NotFound)?;
        let subscriber = ctx.number_at(3).map(SubscriberId).ok_or(PageError::NotFound)?;
        let view = ctx.services.notice(notice).await?;
        let delivery = find(&ctx, DeliveryId { notice, subscriber }).await?;
        let attempts = calls(&ctx, &view, delivery.id).await?;
        let title = format!("{} #{notice}", ctx.t("投递", "Delivery"));
        Ok(Page::new(
            title,
            view! {
                <PageHeader
                    title=delivery.openid.clone()
                    text=delivery.remark.clone()
                    back=format!("/notices/{notice}")
                    back_text=format!("{} #{notice}", view.notice.template_title)
                >
                    <DeliveryBadge state=delivery.state lang=ctx.lang />
                </PageHeader>
                {reason(&ctx, &view, &delivery)}
                <div class="split">
                    <div class="stack">{timeline(&ctx, &view, &delivery, attempts)}</div>
                    <aside class="stack">{facts(&ctx, &view, &delivery)} {parts::phone(&view, ctx.lang)}</aside>
                </div>
            },
        ))
    })
}

/// Deliveries are read in pages by subscriber: the page after the number before begins with the one asked for.
async fn find(ctx: &Context, id: DeliveryId) -> Result<Delivery, PageError> {
    let before = At::After(id.subscriber.0.saturating_sub(1));
    let found = ctx.services.deliveries(id.notice, &[], None, before).await?;
    found.rows.into_iter().find(|d| d.id == id).ok_or(PageError::NotFound)
}

fn reason(ctx: &Context, view: &NoticeView, delivery: &Delivery) -> Option<impl IntoView + use<>> {
    let advice = (delivery.errcode != 0).then(|| advice::advise(delivery.errcode))?;
    let tone = match delivery.state {
        DeliveryState::Failed => "notice-box fail",
        DeliveryState::Unknown => "notice-box warn",
        _ => "notice-box info",
    };
    let lang = ctx.lang;
    let click = advice.next.and_then(|next| next_click(ctx, next, view, Some(delivery.id.subscriber)));
    Some(view! {
        <div class=tone>
            <p><strong>{advice.name(lang)}</strong> " " <ErrorCode errcode=delivery.errcode /> " · " {advice.side.label(lang)}</p>
            <p>{advice.cause(lang)} " " {advice.remedy(lang)}</p>
            {fault::field(view, delivery.errcode, delivery.errmsg.as_deref(), lang)}
            {fault::original(delivery)}
            {click}
        </div>
    })
}

fn facts(ctx: &Context, view: &NoticeView, delivery: &Delivery) -> impl IntoView + use<> {
    let due = (delivery.state == DeliveryState::Pending).then(|| {
        view! { <dt>{ctx.t("下次发送不早于", "Due").to_owned()}</dt> <dd>{parts::exactly(ctx, delivery.due_at)}</dd> }
    });
    view! {
        <section class="card">
            <h2>{ctx.t("投递信息", "About this delivery").to_owned()}</h2>
            <dl class="def">
                <dt>{ctx.t("订阅者", "Subscriber").to_owned()}</dt>
                <dd><a href=format!("/subscribers/{}", delivery.id.subscriber)><code>{delivery.openid.clone()}</code></a></dd>
                <dt>{ctx.t("通知任务", "Notice").to_owned()}</dt>
                <dd><a href=format!("/notices/{}", view.notice.id)>{view.notice.template_title.clone()} " #" {view.notice.id.0}</a></dd>
                <dt>{ctx.t("小程序", "Mini program").to_owned()}</dt>
                <dd>{view.mini_program.settings.name.clone()}</dd>
                <dt>{ctx.t("状态更新", "Last change").to_owned()}</dt>
                <dd>{parts::exactly(ctx, delivery.updated_at)}</dd>
                {due}
            </dl>
        </section>
    }
}

/// An attempt, and what WeChat told of it when it was asked.
type Call = (Attempt, Option<(Millis, RidDetail)>);

async fn calls(ctx: &Context, view: &NoticeView, id: DeliveryId) -> Result<Vec<Call>, PageError> {
    let mut calls = Vec::new();
    for attempt in ctx.services.attempts(id).await? {
        let seen = match &attempt.rid {
            Some(rid) => ctx.services.rid_seen(view.mini_program.id, rid).await?,
            None => None,
        };
        calls.push((attempt, seen));
    }
    Ok(calls)
}

fn timeline(ctx: &Context, view: &NoticeView, delivery: &Delivery, calls: Vec<Call>) -> impl IntoView + use<> {
    let empty = calls.is_empty();
    let items: Vec<_> = calls.into_iter().map(|made| call(ctx, view, delivery.id, made)).collect();
    let none = empty.then(|| {
        view! {
            <Empty
                icon=IconName::Clock
                title=ctx.t("还没有调用过微信", "WeChat was not called")
                text=ctx.t("等待发送，或因上面的原因没有发送。", "It is waiting, or was not sent for the reason above.")
            />
        }
    });
    view! {
        <section class="card" id="attempts">
            <h2>{ctx.t("每次尝试", "Attempts").to_owned()}</h2>
            <ol class="timeline">{items}</ol>
            {none}
        </section>
    }
}

fn call(ctx: &Context, view: &NoticeView, id: DeliveryId, made: Call) -> impl IntoView + use<> {
    let (attempt, seen) = made;
    let lang = ctx.lang;
    let advice = advice::advise(attempt.errcode);
    let class = if attempt.errcode == 0 { "badge success" } else { "badge fail" };
    let remedy = (attempt.errcode != 0).then(|| view! { <p>{advice.cause(lang)} " " {advice.remedy(lang)}</p> });
    let kept = request::part(ctx, id, &attempt, seen);
    let field = fault::field(view, attempt.errcode, attempt.errmsg.as_deref(), lang);
    let rid = attempt.rid.map(|rid| view! { <dt>"rid"</dt> <dd><code>{rid}</code></dd> });
    let errmsg = attempt.errmsg.map(|text| view! { <dt>"errmsg"</dt> <dd><code>{text}</code></dd> });
    view! {
        <li>
            <p class="row">
                <strong>{ctx.t("第 ", "Attempt ").to_owned()} {attempt.number} {ctx.t(" 次", "").to_owned()}</strong>
                <span class=class>{advice.name(lang)}</span>
                <span class="muted small">{parts::exactly(ctx, attempt.started_at)}</span>
            </p>
            {remedy}
            {field}
            <dl class="def">
                <dt>"errcode"</dt>
                <dd><ErrorCode errcode=attempt.errcode /></dd>
                <dt>{ctx.t("用时", "Took").to_owned()}</dt>
                <dd>{attempt.duration_ms} {ctx.t(" 毫秒", " ms").to_owned()}</dd>
                {rid}
                {errmsg}
            </dl>
            {kept}
        </li>
    }
}

//! The upper part of a notice's page: title, what stopped it, how far it is, the way to withdraw the rest.

use super::{fault, filter::link, parts};
use crate::{
    actions::notices::CancelNotice,
    components::{ErrorCode, NoticeBadge, PageHeader, Progress, Stat, Tone, words},
    islands::{Cancel, LiveNotice},
    web::Context,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Lang,
    access::Permission,
    advice::{self, NextClick},
    delivery::{Delivery, DeliveryState, Slice},
    ids::SubscriberId,
    notice::{Notice, NoticeState},
};
use service::NoticeView;

pub(super) fn header(ctx: &Context, view: &NoticeView) -> impl IntoView + use<> {
    let notice = &view.notice;
    let title = format!("{} #{}", notice.template_title, notice.id);
    let text = parts::own_name(ctx, &view.mini_program).unwrap_or_default();
    let again = format!("/send?template={}", notice.template);
    let (state, lang) = (notice.state, ctx.lang);
    view! {
        <PageHeader title text back="/notices" back_text=ctx.t("通知任务", "Notices")>
            <NoticeBadge state lang />
            <a class="button" href=again>{lang.t("用此模板再发", "Send with this template again").to_owned()}</a>
        </PageHeader>
    }
}

/// Why the platform's answer ended it, and what to do.
pub(super) fn stopped(ctx: &Context, view: &NoticeView, samples: &[Delivery]) -> Option<impl IntoView + use<>> {
    let code = view.notice.stop_errcode.filter(|_| view.notice.state == NoticeState::Stopped)?;
    let advice = advice::advise(code);
    let click = advice.next.and_then(|next| next_click(ctx, next, view, None));
    let lang = ctx.lang;
    let by = samples.iter().find(|delivery| delivery.errcode == code);
    let which = link(view.notice.id, "", Some(code));
    Some(view! {
        <div class="notice-box fail" role="alert">
            <p>
                <strong>{ctx.t("已停止：", "Stopped: ").to_owned()} {advice.name(lang)}</strong> " " <ErrorCode errcode=code /> " · "
                <a href=which>{ctx.t("查看这些投递", "See these deliveries").to_owned()}</a>
            </p>
            <p>{advice.cause(lang)} " " {advice.remedy(lang)}</p>
            {by.and_then(|delivery| fault::field(view, code, delivery.errmsg.as_deref(), lang))}
            {by.and_then(fault::original)}
            <p class="muted">{withdrawn(ctx, &view.notice)}</p>
            {click}
        </div>
    })
}

fn withdrawn(ctx: &Context, notice: &Notice) -> String {
    let text = match notice.counts.of(DeliveryState::Pending) {
        0 => ctx.t(
            "还没发送的已全部撤回，授权额度已退回。",
            "What was not sent yet was withdrawn, and its grants were given back.",
        ),
        _ => ctx.t(
            "还没发送的不会再发，正在撤回并退回授权额度。",
            "What was not sent yet will not be; it is being withdrawn, and its grants are given back.",
        ),
    };
    text.to_owned()
}

/// The link to where the remedy is; none where there is nothing to open, or not for this person.
pub(super) fn next_click(
    ctx: &Context,
    next: NextClick,
    view: &NoticeView,
    subscriber: Option<SubscriberId>,
) -> Option<impl IntoView + use<>> {
    let href = match next {
        NextClick::EditContent => format!("/send?template={}", view.template.id),
        NextClick::OpenTemplate => format!("/templates/{}", view.template.id),
        NextClick::OpenMiniProgram => format!("/mini-programs/{}", view.mini_program.id),
        NextClick::OpenSubscriber => format!("/subscribers/{}", subscriber?),
        NextClick::ContactPlatform => "https://mp.weixin.qq.com/".to_owned(),
        NextClick::Wait | NextClick::ReportBug => return None,
    };
    let rel = href.starts_with("https:").then_some("noopener noreferrer external");
    Some(view! { <p><a class="button" href=href rel=rel>{next.label(ctx.lang)}</a></p> })
}

/// Bar and numbers; they move by themselves while it is running.
pub(super) fn progress(ctx: &Context, view: &NoticeView) -> impl IntoView + use<> {
    let notice = &view.notice;
    let body = if notice.state == NoticeState::Running {
        let cancel = Cancel { action: CancelNotice::PATH.to_owned(), csrf: ctx.csrf() };
        let elapsed = notice.confirmed_at.map_or(0, |at| ctx.services.now() - at);
        view! {
            <LiveNotice id=notice.id.0 lang=ctx.lang counts=notice.counts elapsed_ms=elapsed cancel=cancel />
            {moves(ctx, notice)}
        }
        .into_any()
    } else {
        view! { <div class="stack">{numbers(ctx, notice)}</div> }.into_any()
    };
    let limits = (!notice.state.is_over()).then(|| limits(ctx, view)).flatten();
    view! { <section class="card">
        <h2>{ctx.t("发送进度", "Progress").to_owned()}</h2>
        {body}
        {limits}
    </section> }
}

/// How fast it may go, and where that is changed, for whoever may.
fn limits(ctx: &Context, view: &NoticeView) -> Option<AnyView> {
    ctx.may(Permission::ManageMiniPrograms).then(|| {
        let settings = &view.mini_program.settings;
        let rate = settings.send_rate.map(|n| match ctx.lang {
            Lang::Zh => format!("每秒最多 {} 条", words::number(n)),
            Lang::En => format!("at most {} a second", words::number(n)),
        });
        let at_once = settings.send_at_once.map(|n| match ctx.lang {
            Lang::Zh => format!("同时最多 {} 个请求", words::number(n)),
            Lang::En => format!("at most {} calls at once", words::number(n)),
        });
        let set: Vec<String> = [rate, at_once].into_iter().flatten().collect();
        let set =
            if set.is_empty() { ctx.t("没有限制", "no limit").to_owned() } else { set.join(ctx.t("，", ", ")) };
        let href = format!("/mini-programs/{}?open=platform#platform", view.mini_program.id);
        view! {
            <p class="muted small">
                {ctx.t("这个小程序的发送速度：", "Speed of this mini program: ").to_owned()} {set} " "
                <a href=href>{ctx.t("修改速度", "Change the rate").to_owned()}</a>
            </p>
        }
        .into_any()
    })
}

fn numbers(ctx: &Context, notice: &Notice) -> impl IntoView + use<> {
    let (id, counts, lang) = (notice.id, notice.counts, ctx.lang);
    let pending = counts.slice(Slice::Pending);
    // What only waits for somebody is told above.
    let called = counts.of(DeliveryState::Sending);
    let leaving = if notice.state.is_over() { counts.of(DeliveryState::Pending) } else { 0 };
    let skipped = counts.of(DeliveryState::Skipped);
    let cancelled = counts.of(DeliveryState::Cancelled);
    view! {
        <Progress counts lang />
        <div class="stats">
            <Stat label=words::slice(Slice::Success, lang) value=counts.slice(Slice::Success) tone=Tone::Success href=link(id, "success", None) />
            <Stat label=words::slice(Slice::Fail, lang) value=counts.slice(Slice::Fail) tone=Tone::Fail href=link(id, "fail", None) />
            {(pending > 0).then(|| view! { <Stat label=words::slice(Slice::Pending, lang) value=pending tone=Tone::Pending href=link(id, "pending", None) /> })}
            <Stat label=ctx.t("跳过", "Skipped") value=skipped href=link(id, "skipped", None) />
            {(cancelled > 0).then(|| view! { <Stat label=ctx.t("已取消", "Cancelled") value=cancelled href=link(id, "cancelled", None) /> })}
        </div>
        {(leaving > 0).then(|| being_withdrawn(ctx, leaving))}
        {(called > 0).then(|| under_way(ctx, called))}
    }
}

/// Ended, but what waited has not all been withdrawn yet: of a million it takes a minute.
fn being_withdrawn(ctx: &Context, waiting: i64) -> impl IntoView + use<> {
    let n = words::number(waiting);
    let text = match ctx.lang {
        Lang::Zh => format!("还有 {n} 条正在撤回，它们不会再发送。"),
        Lang::En => format!("{n} are being withdrawn still; they will not be sent."),
    };
    view! { <p class="muted">{text}</p> }
}

/// Ended, but some calls are not answered yet.
fn under_way(ctx: &Context, pending: i64) -> impl IntoView + use<> {
    let n = words::number(pending);
    let text = match ctx.lang {
        Lang::Zh => format!("还有 {n} 条正在处理，已经交给微信的无法撤回。"),
        Lang::En => format!("{n} are still being dealt with; what WeChat has been given cannot be taken back."),
    };
    view! { <p class="muted">{text} " " <a href=ctx.path.clone()>{ctx.t("刷新", "Reload").to_owned()}</a></p> }
}

/// What to do where the numbers stand still, and how to stop the page from loading itself anew.
fn moves(ctx: &Context, notice: &Notice) -> impl IntoView + use<> {
    let here = format!("/notices/{}", notice.id);
    let held = ctx.query("refresh") == Some("off");
    let (hold, hold_text) = if held {
        (here.clone(), ctx.t("恢复自动刷新", "Refresh by itself again"))
    } else {
        (format!("{here}?refresh=off"), ctx.t("暂停自动刷新", "Do not refresh by itself"))
    };
    view! {
        <p class="muted small">
            {ctx.t("数字会自动更新；如果一直没有变化，请", "The numbers move by themselves; if they do not, ").to_owned()}
            <a href=ctx.path.clone()>{ctx.t("刷新页面", "reload the page").to_owned()}</a> {ctx.t("。", ".").to_owned()}
            <noscript>" " <a href=hold>{hold_text.to_owned()}</a></noscript>
        </p>
    }
}

//! The box that says what a notice waits for.

use super::{super::parts, button};
use crate::{
    actions::{
        control::{ApproveNotice, DeclineNotice, PauseNotice, RescheduleNotice, ResumeNotice, UndoNotice},
        notices::CancelNotice,
    },
    components::{ErrorCode, TextField, words},
    web::Context,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Lang, Millis,
    access::Permission,
    advice,
    delivery::DeliveryState,
    notice::{Notice, NoticeState},
};
use service::{Control, NoticeView, zone};

/// What it waits for, and the ways on; for a running one, the way to make it wait.
pub(in crate::pages::notices) fn boxes(ctx: &Context, view: &NoticeView, control: &Control) -> Option<AnyView> {
    let may = ctx.may(Permission::Operate);
    match view.notice.state {
        NoticeState::Scheduled if view.notice.planned => Some(scheduled(ctx, view, may)),
        NoticeState::Scheduled => Some(undo(ctx, &view.notice, may)),
        NoticeState::Approval => Some(approval(ctx, view, control, may)),
        NoticeState::Running => Some(running(ctx, &view.notice, control, may)),
        NoticeState::Paused => Some(paused(ctx, view, may)),
        NoticeState::Missed => Some(missed(ctx, view, control, may)),
        _ => None,
    }
}

fn messages(notice: &Notice) -> String {
    words::number(notice.counts.of(DeliveryState::Pending))
}

/// Seconds until an instant; the page is loaded anew each second.
fn undo(ctx: &Context, notice: &Notice, may: bool) -> AnyView {
    let left = (notice.due_at.unwrap_or_default() - ctx.services.now()).max(0);
    let seconds = (left + 999) / 1_000;
    let n = messages(notice);
    let text = match ctx.lang {
        Lang::Zh => format!("{seconds} 秒后开始发送 {n} 条。现在撤销，一条也不会发出。"),
        Lang::En => format!("{n} messages begin in {seconds} s. Undo now and none is sent."),
    };
    let action = may.then(|| button(ctx, UndoNotice::PATH, notice.id, "button primary", ctx.t("撤销", "Undo")));
    view! { <div class="notice-box warn" role="status" id="hold"><p><strong>{text}</strong></p> {action}</div> }
        .into_any()
}

fn scheduled(ctx: &Context, view: &NoticeView, may: bool) -> AnyView {
    let notice = &view.notice;
    let at = notice.due_at.unwrap_or_default();
    let n = messages(notice);
    let zone = view.mini_program.settings.time_zone.clone();
    let text = match ctx.lang {
        Lang::Zh => format!("到时自动发送 {n} 条，额度已经留好："),
        Lang::En => format!("{n} messages begin by themselves, their grants are kept:"),
    };
    let actions = may.then(|| {
        view! {
            <div class="row">
                {button(ctx, UndoNotice::PATH, notice.id, "button", ctx.t("撤回修改", "Take back to edit"))}
                {cancel(ctx, notice)}
            </div>
            {another_time(ctx, view)}
        }
    });
    view! {
        <div class="notice-box info" role="status" id="hold">
            <p><strong>{text}</strong> " " {local(at, &zone)} " " <span class="muted small">{zone}</span></p>
            {actions}
        </div>
    }
    .into_any()
}

fn local(at: Millis, time_zone: &str) -> String {
    zone::format(at, &zone::of(time_zone))
}

fn another_time(ctx: &Context, view: &NoticeView) -> AnyView {
    let notice = &view.notice;
    let form = ctx.form("reschedule-notice");
    let known = zone::format_local(notice.due_at.unwrap_or_default(), &zone::of(&view.mini_program.settings.time_zone));
    view! {
        <details class="more" open=form.refused()>
            <summary>{ctx.t("改时间…", "Change the time…").to_owned()}</summary>
            <form class="form" method="post" action=RescheduleNotice::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="notice" value=notice.id.0 />
                <TextField
                    name="at"
                    label=ctx.t("日期和时间", "Date and time")
                    kind="datetime-local"
                    value=form.value("at", &known)
                    error=form.error("at", ctx.lang)
                    required=true
                />
                <button class="button" type="submit">{ctx.t("保存时间", "Save the time").to_owned()}</button>
            </form>
        </details>
    }
    .into_any()
}

fn approval(ctx: &Context, view: &NoticeView, control: &Control, may: bool) -> AnyView {
    let notice = &view.notice;
    let n = messages(notice);
    let asked = control.asked_by().unwrap_or_default().to_owned();
    let own = asked == ctx.by();
    let text = match ctx.lang {
        Lang::Zh => format!("{asked} 提交了 {n} 条，需要另一位同事审批后才会开始发送。"),
        Lang::En => format!("{asked} submitted {n} messages; they begin when another person has approved them."),
    };
    let actions = may.then(|| {
        if own {
            let text = ctx.t("你提交的通知不能由自己审批。", "You cannot approve what you submitted yourself.");
            view! {
                <p class="muted">{text.to_owned()}</p>
                {button(ctx, UndoNotice::PATH, notice.id, "button", ctx.t("撤回修改", "Take back to edit"))}
            }
            .into_any()
        } else {
            view! {
                <div class="row">
                    {approve(ctx, notice)}
                    {button(ctx, DeclineNotice::PATH, notice.id, "button", ctx.t("退回", "Decline"))}
                </div>
            }
            .into_any()
        }
    });
    view! { <div class="notice-box warn" role="status" id="hold"><p><strong>{text}</strong></p> {actions}</div> }
        .into_any()
}

/// Says what was looked at: a page from before it was changed approves nothing.
fn approve(ctx: &Context, notice: &Notice) -> AnyView {
    view! {
        <form method="post" action=ApproveNotice::PATH>
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="notice" value=notice.id.0 />
            <input type="hidden" name="seen" value=notice.confirmed_at.unwrap_or_default() />
            <button class="button primary" type="submit">{ctx.t("同意发送", "Approve").to_owned()}</button>
        </form>
    }
    .into_any()
}

fn running(ctx: &Context, notice: &Notice, control: &Control, may: bool) -> AnyView {
    let quiet = control.quiet_until.map(|until| {
        let text = ctx.t("现在是免打扰时段，其余的等到这个时间再发：", "These are quiet hours; the rest waits until ");
        view! {
            <div class="notice-box info" role="status">
                <p>{text.to_owned()} " " {parts::when(ctx, until)}</p>
            </div>
        }
    });
    let waits = notice.counts.of(DeliveryState::Pending) > 0;
    let pause = (may && waits).then(|| button(ctx, PauseNotice::PATH, notice.id, "button", ctx.t("暂停发送", "Pause")));
    view! { {quiet} {pause.map(|pause| view! { <div class="row" id="hold">{pause}</div> })} }.into_any()
}

fn paused(ctx: &Context, view: &NoticeView, may: bool) -> AnyView {
    let notice = &view.notice;
    let n = messages(notice);
    let text = match ctx.lang {
        Lang::Zh => format!("已暂停，还有 {n} 条没有发送，额度仍然留着。"),
        Lang::En => format!("Paused. {n} are not sent yet; their grants are kept."),
    };
    let why = notice.hold_errcode.map(|code| too_many_failures(ctx, view, code));
    let actions = may.then(|| {
        view! {
            <div class="row">
                {button(ctx, ResumeNotice::PATH, notice.id, "button primary", ctx.t("继续发送", "Resume"))}
                {cancel(ctx, notice)}
            </div>
        }
    });
    let class = if notice.hold_errcode.is_some() { "notice-box fail" } else { "notice-box warn" };
    view! { <div class=class role="status" id="hold"><p><strong>{text}</strong></p> {why} {actions}</div> }.into_any()
}

/// Why it paused by itself, and where to mend it.
fn too_many_failures(ctx: &Context, view: &NoticeView, code: i64) -> AnyView {
    let advice = advice::advise(code);
    let click = advice.next.and_then(|next| super::super::head::next_click(ctx, next, view, None));
    let which = super::super::filter::link(view.notice.id, "fail", None);
    let rules = format!("/mini-programs/{}/rules", view.mini_program.id);
    view! {
        <p>
            {ctx.t("失败过多，已自动暂停。最多的原因：", "It paused by itself because too much failed. The most frequent reason: ").to_owned()}
            <strong>{advice.name(ctx.lang)}</strong> " " <ErrorCode errcode=code /> " · "
            <a href=which>{ctx.t("查看失败的投递", "See what failed").to_owned()}</a>
        </p>
        <p>{advice.cause(ctx.lang)} " " {advice.remedy(ctx.lang)}</p>
        {click}
        <p class="muted small">
            {ctx.t("处理好之后点“继续发送”，失败比例从那时起重新计算。", "Press “Resume” when it is mended; the share of failures is judged anew from there.").to_owned()}
            " " <a href=rules>{ctx.t("修改自动暂停的规则", "Change the rule").to_owned()}</a>
        </p>
    }
    .into_any()
}

fn missed(ctx: &Context, view: &NoticeView, control: &Control, may: bool) -> AnyView {
    let notice = &view.notice;
    let at = local(notice.due_at.unwrap_or_default(), &view.mini_program.settings.time_zone);
    let n = messages(notice);
    let text = match ctx.lang {
        Lang::Zh => format!("应在 {at} 发送的 {n} 条没有发出：当时服务没有运行，已超过一小时，请决定怎么办。"),
        Lang::En => format!(
            "{n} messages should have begun at {at}, but the service was not running, and more than an hour has passed. Decide what becomes of them."
        ),
    };
    let go = match control.asks_approval(notice) {
        true => ctx.t("提交审批，通过后发送", "Submit for approval, then send"),
        false => ctx.t("现在发送", "Send now"),
    };
    let actions = may.then(|| {
        view! {
            <div class="row">
                {button(ctx, ResumeNotice::PATH, notice.id, "button primary", go)}
                {button(ctx, UndoNotice::PATH, notice.id, "button", ctx.t("撤回修改", "Take back to edit"))}
                {cancel(ctx, notice)}
            </div>
            {another_time(ctx, view)}
        }
    });
    view! { <div class="notice-box warn" role="alert" id="hold"><p><strong>{text}</strong></p> {actions}</div> }
        .into_any()
}

/// Folded away so that nobody presses it by the way.
fn cancel(ctx: &Context, notice: &Notice) -> AnyView {
    let n = messages(notice);
    let (text, label) = match ctx.lang {
        Lang::Zh => {
            (format!("还有 {n} 条没有发送。取消后它们不会再发送，授权额度会退回。"), format!("取消剩余的 {n} 条"))
        }
        Lang::En => (
            format!("{n} are not sent yet. They will not be, and their grants are given back."),
            format!("Cancel the remaining {n}"),
        ),
    };
    view! {
        <details class="more confirm">
            <summary>{ctx.t("取消发送…", "Cancel the rest…").to_owned()}</summary>
            <p>{text}</p>
            {button(ctx, CancelNotice::PATH, notice.id, "button danger", &label)}
        </details>
    }
    .into_any()
}

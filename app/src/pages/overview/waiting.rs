//! Notices that wait for somebody.

use crate::{
    components::{NoticeBadge, words::number},
    web::{Context, PageError},
};
use leptos::prelude::*;
use model::{
    control::{Recurrence, Trouble},
    delivery::DeliveryState,
    mini_program::MiniProgram,
    notice::{Notice, NoticeState},
    page::At,
};

/// More would be no list of what to do.
const MOST: usize = 5;

/// Missed, to be approved, paused: in this order.
pub(super) async fn found(ctx: &Context, program: &MiniProgram) -> Result<Vec<Notice>, PageError> {
    let mut found = Vec::new();
    for state in [NoticeState::Missed, NoticeState::Approval, NoticeState::Paused] {
        found.extend(ctx.services.notices(program.id, Some(state), None, At::Start).await?.rows);
    }
    found.truncate(MOST);
    Ok(found)
}

/// Repetitions whose last time could not be sent as it was.
pub(super) async fn troubled(ctx: &Context, program: &MiniProgram) -> Result<Vec<Recurrence>, PageError> {
    let mut all = ctx.services.recurrences(program.id).await?;
    all.retain(|one| one.trouble.is_some());
    all.truncate(MOST);
    Ok(all)
}

/// The same as lines.
pub(super) fn troubles(ctx: &Context, troubled: Vec<Recurrence>) -> Vec<AnyView> {
    troubled.into_iter().filter_map(|one| Some(trouble(ctx, &one.template_title, one.trouble.as_ref()?))).collect()
}

fn trouble(ctx: &Context, title: &str, trouble: &Trouble) -> AnyView {
    let href = format!("/notices/{}", trouble.notice);
    view! {
        <li class="action ours">
            <p class="action-head row">
                <strong><a href=href>{title.to_owned()} " #" {trouble.notice.0}</a></strong>
                <a class="small" href="/notices/recurring">{ctx.t("重复发送", "Repeated notices").to_owned()}</a>
            </p>
            <p class="small">
                {ctx.t("最近一次没有发出，留下了草稿：", "The last time was not sent and left a draft: ").to_owned()}
                {trouble.problem.say(ctx.lang).to_owned()}
            </p>
        </li>
    }
    .into_any()
}

/// As lines of the list of what needs action.
pub(super) fn items(ctx: &Context, waiting: Vec<Notice>) -> Vec<AnyView> {
    waiting.into_iter().map(|notice| item(ctx, notice)).collect()
}

fn item(ctx: &Context, notice: Notice) -> AnyView {
    let href = format!("/notices/{}", notice.id);
    let text = match notice.state {
        NoticeState::Missed => {
            ctx.t("错过了发送时间，请决定是否还要发送。", "Its time was missed. Decide whether it is still to go.")
        }
        NoticeState::Approval => ctx.t("等待另一位同事审批。", "It waits for another person's approval."),
        _ if notice.hold_errcode.is_some() => ctx.t(
            "失败过多，已自动暂停，处理后可以继续。",
            "It paused because too much failed; mend it and let it go on.",
        ),
        _ => ctx.t("已暂停，可以继续或取消。", "It is paused; let it go on or cancel it."),
    };
    let left = number(notice.counts.of(DeliveryState::Pending));
    let left = ctx.t("{n} 条未发", "{n} not sent").replace("{n}", &left);
    view! {
        <li class="action ours">
            <p class="action-head row">
                <strong><a href=href>{notice.template_title} " #" {notice.id.0}</a></strong>
                <NoticeBadge state=notice.state lang=ctx.lang />
                <span class="num small">{left}</span>
            </p>
            <p class="small">{text.to_owned()}</p>
        </li>
    }
    .into_any()
}

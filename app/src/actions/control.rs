//! What holds notices back, lets them go and follows them.

mod follow;
mod repeat;
mod rules;
mod testing;

pub use follow::{DuplicateNotice, FollowUpNotice};
pub use repeat::{EndRecurrence, RepeatNotice};
pub use rules::SetSendRules;
pub use testing::{SendTest, SetUrgent};

use crate::web::{Done, Form, Need, act};
use leptos::prelude::*;
use model::{access::Permission, ids::NoticeId};

const NEED: Need = Need::Permission(Permission::Operate);

fn page_of(notice: i64) -> String {
    format!("/notices/{notice}")
}

/// Says what came of letting a notice go.
fn let_go(notice: i64, done: service::LetGo, (zh, en): (&str, &str)) -> Done {
    match done {
        service::LetGo::Goes => Done::to(page_of(notice)).saying(zh, en),
        service::LetGo::AsksApproval => Done::to(page_of(notice)).saying(
            "已提交审批：另一位同事同意后才会发送。",
            "Submitted for approval: it goes out when another person has agreed.",
        ),
    }
}

/// Takes a confirmation back before anything was sent; the notice is a draft again.
#[server(prefix = "/actions", endpoint = "undo-notice")]
pub async fn undo_notice(csrf: String, notice: i64) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("undo-notice", page_of(notice)), |ctx| async move {
        ctx.services.undo_notice(NoticeId(notice), &ctx.by()).await?;
        Ok(Done::to(format!("/send/{notice}/review")).saying(
            "已撤销：一条也没有发出，授权额度已退回，内容保留在这份草稿里。",
            "Taken back: nothing was sent, the grants are free again, and everything is kept in this draft.",
        ))
    })
    .await
}

/// Gives a scheduled or missed notice another time.
#[server(prefix = "/actions", endpoint = "reschedule-notice")]
pub async fn reschedule_notice(csrf: String, notice: i64, #[server(default)] at: String) -> Result<(), ServerFnError> {
    let form = Form::new("reschedule-notice", page_of(notice)).keep("at", &at);
    act(&csrf, NEED, form, |ctx| async move {
        let done = ctx.services.reschedule_notice(NoticeId(notice), &at, &ctx.by()).await?;
        Ok(let_go(notice, done, ("时间已修改。", "The time is changed.")))
    })
    .await
}

/// A second person agrees to what was confirmed at the instant `seen`.
#[server(prefix = "/actions", endpoint = "approve-notice")]
pub async fn approve_notice(csrf: String, notice: i64, #[server(default)] seen: i64) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("approve-notice", page_of(notice)), |ctx| async move {
        ctx.services.approve_notice(NoticeId(notice), seen, &ctx.by()).await?;
        Ok(Done::to(page_of(notice)).saying("已审批通过。", "Approved."))
    })
    .await
}

/// A second person does not agree.
#[server(prefix = "/actions", endpoint = "decline-notice")]
pub async fn decline_notice(csrf: String, notice: i64) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("decline-notice", page_of(notice)), |ctx| async move {
        ctx.services.decline_notice(NoticeId(notice), &ctx.by()).await?;
        Ok(Done::to("/notices").saying(
            format!("已退回：通知任务 #{notice} 回到草稿，一条也没有发出。"),
            format!("Declined: notice #{notice} is a draft again, and nothing was sent."),
        ))
    })
    .await
}

/// Makes a running notice wait.
#[server(prefix = "/actions", endpoint = "pause-notice")]
pub async fn pause_notice(csrf: String, notice: i64) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("pause-notice", page_of(notice)), |ctx| async move {
        ctx.services.pause_notice(NoticeId(notice), &ctx.by()).await?;
        Ok(Done::to(page_of(notice)).saying(
            "已暂停。已经交给微信的几条会照常结束，其余的等你继续。",
            "Paused. The few that WeChat has been given end as usual; the rest waits for you.",
        ))
    })
    .await
}

/// Lets a paused notice go on, or sends one whose time was missed.
#[server(prefix = "/actions", endpoint = "resume-notice")]
pub async fn resume_notice(csrf: String, notice: i64) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("resume-notice", page_of(notice)), |ctx| async move {
        let done = ctx.services.resume_notice(NoticeId(notice), &ctx.by()).await?;
        Ok(let_go(notice, done, ("已继续发送。", "It goes on.")))
    })
    .await
}

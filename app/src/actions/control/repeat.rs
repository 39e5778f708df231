//! Notices that are ordered again and again.

use super::NEED;
use crate::web::{Done, Form, act};
use leptos::prelude::*;
use model::ids::{NoticeId, RecurrenceId};
use service::RepeatInput;

const LIST: &str = "/notices/recurring";

/// Makes a repetition of a draft.
#[server(prefix = "/actions", endpoint = "repeat-notice")]
pub async fn repeat_notice(
    csrf: String,
    notice: i64,
    #[server(default)] every: String,
    #[server(default)] time: String,
    #[server(default)] days: Vec<String>,
    #[server(default)] day: String,
    #[server(default)] members_only: String,
) -> Result<(), ServerFnError> {
    let form = Form::new("repeat-notice", format!("/send/{notice}/review"))
        .keep("every", &every)
        .keep("time", &time)
        .keep("days", days.join(","))
        .keep("day", &day);
    act(&csrf, NEED, form, |ctx| async move {
        let days = days.iter().filter_map(|day| day.parse().ok()).collect();
        let input = RepeatInput { every, time, days, day, members_only: members_only == "true" };
        ctx.services.repeat_notice(NoticeId(notice), &input, &ctx.by()).await?;
        Ok(Done::to(LIST).saying(
            "已设为重复发送，到时会自动建立并发送通知任务。",
            "It will be repeated: each time a notice is made and sent by itself.",
        ))
    })
    .await
}

/// Ends a repetition.
#[server(prefix = "/actions", endpoint = "end-recurrence")]
pub async fn end_recurrence(csrf: String, id: i64) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("end-recurrence", LIST), |ctx| async move {
        ctx.services.end_recurrence(RecurrenceId(id)).await?;
        Ok(Done::to(LIST).saying("已停止重复发送。", "It is not repeated any more."))
    })
    .await
}

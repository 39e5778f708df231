//! What can be done to a notice that was confirmed.

use crate::web::{Done, Form, Need, act};
use leptos::prelude::*;
use model::{access::Permission, ids::NoticeId};

/// Withdraws what of a notice has not been sent yet.
#[server(prefix = "/actions", endpoint = "cancel-notice")]
pub async fn cancel_notice(csrf: String, notice: i64) -> Result<(), ServerFnError> {
    let page = format!("/notices/{notice}");
    act(&csrf, Need::Permission(Permission::Operate), Form::new("cancel-notice", &page), |ctx| async move {
        ctx.services.cancel_notice(NoticeId(notice), &ctx.by()).await?;
        Ok(Done::to(&page).saying(
            "通知任务已取消，还没发送的不会再发送，授权额度已退回。",
            "The notice is cancelled. What was not sent yet will not be, and its grants are given back.",
        ))
    })
    .await
}

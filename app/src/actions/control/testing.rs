//! On the last step: whether it is urgent, and a message to oneself first.

use super::NEED;
use crate::web::{Done, Form, act};
use leptos::prelude::*;
use model::ids::NoticeId;
use service::UseError;

/// Sets whether a draft is urgent.
#[server(prefix = "/actions", endpoint = "set-urgent")]
pub async fn set_urgent(csrf: String, notice: i64, #[server(default)] urgent: String) -> Result<(), ServerFnError> {
    let back = format!("/send/{notice}/review");
    act(&csrf, NEED, Form::new("set-urgent", &back), |ctx| async move {
        let is_urgent = urgent == "true";
        ctx.services.set_urgent(NoticeId(notice), is_urgent).await?;
        let done = Done::to(&back);
        Ok(if is_urgent {
            done.saying(
                "已标为紧急：不受免打扰时段和频次上限限制。",
                "Marked as urgent: quiet hours and the cap do not hold.",
            )
        } else {
            done.saying("已取消紧急标记。", "Not urgent any more.")
        })
    })
    .await
}

/// Sends a draft's message to one openid first.
#[server(prefix = "/actions", endpoint = "send-test")]
pub async fn send_test(csrf: String, notice: i64, #[server(default)] test_openid: String) -> Result<(), ServerFnError> {
    let back = format!("/send/{notice}/review");
    let form = Form::new("send-test", &back).keep("test_openid", &test_openid);
    act(&csrf, NEED, form, |ctx| async move {
        let user = ctx.user.clone().ok_or(UseError::NotFound)?;
        let test = ctx.services.send_test(NoticeId(notice), &test_openid, &user).await?;
        Ok(Done::to(&back).saying(
            format!("测试消息已发出（通知任务 #{test}），请在手机上查看。草稿没有改变。"),
            format!("The test is on its way (notice #{test}); look at your phone. The draft is unchanged."),
        ))
    })
    .await
}

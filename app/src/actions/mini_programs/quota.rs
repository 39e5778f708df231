//! The call counters at WeChat: look at them, set them back.

use super::{NEED, parse, path, tab_of};
use crate::{
    components::words::number,
    web::{Done, Form, act},
};
use leptos::prelude::*;
use model::Problem;

/// Asks WeChat how many sends are left today.
#[server(prefix = "/actions", endpoint = "look-up-quota")]
pub async fn look_up_quota(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
    #[server(default)] page: String,
) -> Result<(), ServerFnError> {
    // The page before a reset has the button too.
    let here = if page == "reset" { "/reset-quota" } else { "/health" };
    act(&csrf, NEED, Form::new("look-up-quota", tab_of(&id, here)), |ctx| async move {
        let id = parse(&id)?;
        let quota = ctx.services.look_up_quota(id).await?;
        Ok(Done::to(format!("{}{here}", path(id))).saying(
            format!("已查询：今天还可以发送 {} 次。", number(quota.remain)),
            format!("WeChat answered: {} sends are left today.", number(quota.remain)),
        ))
    })
    .await
}

/// Sets the call counters back. `left` is what the person was shown; if it is not true any more nothing is done.
#[server(prefix = "/actions", endpoint = "clear-quota")]
pub async fn clear_quota(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
    #[server(default)] left: String,
    #[server(default)] sure: String,
) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("clear-quota", tab_of(&id, "/reset-quota")), |ctx| async move {
        let id = parse(&id)?;
        if sure != "true" {
            return Err(unsure().into());
        }
        // What is no number is none that was shown.
        ctx.services.clear_quota(id, left.parse().unwrap_or(-1)).await?;
        let done = Done::to(format!("{}/health", path(id)));
        // The answer that was kept is from before.
        Ok(match ctx.services.look_up_quota(id).await {
            Ok(quota) => done.saying(
                format!("已清零，发送已恢复：今天还可以发送 {} 次。", number(quota.remain)),
                format!("The counters are reset and sending goes on: {} sends are left today.", number(quota.remain)),
            ),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the quota cannot be read after a reset");
                done.saying(
                    "已清零，发送已恢复；剩余额度暂时没有查到，请稍后再查询。",
                    "The counters are reset and sending goes on; what is left could not be read, ask again later.",
                )
            }
        })
    })
    .await
}

fn unsure() -> Problem {
    Problem::whole("required", "请先勾选确认，再清零。", "Tick the box first.")
}

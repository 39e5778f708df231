//! Webhooks: add, change, new secret, on and off, remove, try, send again.

use crate::web::{Context, Done, Form, Need, act, leave_secret};
use leptos::prelude::*;
use model::{
    access::Permission,
    ids::{EndpointId, MiniProgramId},
};
use service::{EndpointInput, UseError, UseResult};

const LIST: &str = "/settings/webhooks";
const NEED: Need = Need::Permission(Permission::ManageApi);

fn page(id: &str) -> String {
    if id.bytes().all(|b| b.is_ascii_digit()) { format!("{LIST}/{id}") } else { LIST.to_owned() }
}

fn program(ctx: &Context) -> UseResult<MiniProgramId> {
    ctx.mini_program.as_ref().map(|program| program.id).ok_or(UseError::NotFound)
}

fn parse(id: &str) -> UseResult<EndpointId> {
    id.parse().map_err(|_| UseError::NotFound)
}

/// Adds an endpoint; its page shows the secret once.
#[server(prefix = "/actions", endpoint = "add-webhook")]
pub async fn add_webhook(
    #[server(default)] csrf: String,
    #[server(default)] url: String,
    #[server(default)] events: Vec<String>,
) -> Result<(), ServerFnError> {
    let form = Form::new("add-webhook", LIST).keep("url", &url).keep("events", events.join(" "));
    act(&csrf, NEED, form, |ctx| async move {
        let input = EndpointInput { url, events };
        let (id, secret) = ctx.services.add_endpoint(program(&ctx)?, &input, &ctx.by()).await?;
        leave_secret(&ctx, "webhook", &secret).await?;
        Ok(Done::to(format!("{LIST}/{id}")).saying(
            "已添加。请立即复制签名密钥，之后不再显示。",
            "It is added. Copy the signing secret now: it is not shown again.",
        ))
    })
    .await
}

/// Changes where and of what an endpoint is told.
#[server(prefix = "/actions", endpoint = "change-webhook")]
pub async fn change_webhook(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
    #[server(default)] url: String,
    #[server(default)] events: Vec<String>,
) -> Result<(), ServerFnError> {
    let form = Form::new("change-webhook", page(&id)).keep("url", &url).keep("events", events.join(" "));
    act(&csrf, NEED, form, |ctx| async move {
        ctx.services.change_endpoint(program(&ctx)?, parse(&id)?, &EndpointInput { url, events }).await?;
        Ok(Done::to(page(&id)).saying("已保存。", "Saved."))
    })
    .await
}

/// Gives an endpoint a new secret.
#[server(prefix = "/actions", endpoint = "rotate-webhook-secret")]
pub async fn rotate_webhook_secret(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("rotate-webhook-secret", page(&id)), |ctx| async move {
        let secret = ctx.services.rotate_endpoint_secret(program(&ctx)?, parse(&id)?).await?;
        leave_secret(&ctx, "webhook", &secret).await?;
        Ok(Done::to(page(&id)).saying(
            "签名密钥已更换。24 小时内每条消息同时带新旧两个签名，请在此期间换上新密钥；请立即复制它。",
            "The signing secret is changed. For 24 hours each message carries both signatures: put the new secret in place by then. Copy it now.",
        ))
    })
    .await
}

/// Switches an endpoint on (`on` is `true`) or off.
#[server(prefix = "/actions", endpoint = "switch-webhook")]
pub async fn switch_webhook(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
    #[server(default)] on: String,
) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("switch-webhook", page(&id)), |ctx| async move {
        let on = on == "true";
        ctx.services.switch_endpoint(program(&ctx)?, parse(&id)?, on).await?;
        let done = Done::to(page(&id));
        Ok(if on {
            done.saying("已启用，等待中的消息会继续发送。", "It is on; what waited is sent now.")
        } else {
            done.saying("已停用，新的事件不再发送到这里。", "It is off; nothing new is sent here.")
        })
    })
    .await
}

/// Removes an endpoint with its messages.
#[server(prefix = "/actions", endpoint = "delete-webhook")]
pub async fn delete_webhook(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("delete-webhook", page(&id)), |ctx| async move {
        ctx.services.delete_endpoint(program(&ctx)?, parse(&id)?).await?;
        Ok(Done::to(LIST).saying("已删除。", "It is removed."))
    })
    .await
}

/// Sends a message that says nothing.
#[server(prefix = "/actions", endpoint = "test-webhook")]
pub async fn test_webhook(#[server(default)] csrf: String, #[server(default)] id: String) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("test-webhook", page(&id)), |ctx| async move {
        ctx.services.test_endpoint(program(&ctx)?, parse(&id)?).await?;
        Ok(Done::to(page(&id)).saying(
            "测试消息已放入队列，几秒后刷新本页查看结果。",
            "A test message is on its way. Reload this page in a few seconds.",
        ))
    })
    .await
}

/// Sends a message again.
#[server(prefix = "/actions", endpoint = "resend-webhook")]
pub async fn resend_webhook(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
    #[server(default)] message: String,
) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("resend-webhook", page(&id)), |ctx| async move {
        let message = message.parse().map_err(|_| UseError::NotFound)?;
        ctx.services.resend_webhook(program(&ctx)?, parse(&id)?, message).await?;
        Ok(Done::to(page(&id)).saying(
            "这条消息已放入队列，几秒后刷新本页查看结果。",
            "The message is on its way again. Reload this page in a few seconds.",
        ))
    })
    .await
}

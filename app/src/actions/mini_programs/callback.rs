//! The callback of a mini program: set up, take away, let WeChat test it.

use super::{NEED, parse, path, tab_of};
use crate::web::{Done, Form, act};
use leptos::prelude::*;
use secrecy::SecretString;
use service::CallbackInput;

/// Sets the callback up or changes it; an empty token or key keeps the stored one.
#[server(prefix = "/actions", endpoint = "set-callback")]
pub async fn set_callback(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
    #[server(default)] mode: String,
    #[server(default)] token: String,
    #[server(default)] encoding_key: String,
) -> Result<(), ServerFnError> {
    // Token and key are secrets: a refused form does not keep them.
    let form = Form::new("callback", tab_of(&id, "/callback")).keep("mode", &mode);
    act(&csrf, NEED, form, |ctx| async move {
        let id = parse(&id)?;
        let input =
            CallbackInput { mode, token: SecretString::from(token), encoding_key: SecretString::from(encoding_key) };
        ctx.services.set_callback(id, &input).await?;
        Ok(Done::to(format!("{}/callback", path(id))).saying(
            "已保存。现在到微信后台提交，微信会立即来验证。",
            "Saved. Now submit the form in WeChat's console; WeChat verifies it at once.",
        ))
    })
    .await
}

/// Takes the callback away.
#[server(prefix = "/actions", endpoint = "remove-callback")]
pub async fn remove_callback(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("remove-callback", tab_of(&id, "/remove-callback")), |ctx| async move {
        let id = parse(&id)?;
        ctx.services.remove_callback(id).await?;
        Ok(Done::to(format!("{}/callback", path(id))).saying(
            "回调已移除，微信的推送不再接收。请到微信后台停用消息推送。",
            "The callback is removed and pushes are not taken any more. Turn message push off in WeChat's console too.",
        ))
    })
    .await
}

/// Lets WeChat test whether it finds the callback's host.
#[server(prefix = "/actions", endpoint = "check-callback")]
pub async fn check_callback(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
) -> Result<(), ServerFnError> {
    act(&csrf, NEED, Form::new("check-callback", tab_of(&id, "/callback")), |ctx| async move {
        let id = parse(&id)?;
        ctx.services.check_callback(id).await?;
        Ok(Done::to(format!("{}/callback", path(id)))
            .saying("微信已完成检测，结果见下。", "WeChat has made its test; see below."))
    })
    .await
}

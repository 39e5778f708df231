//! The key that signs login tokens.

use super::{NEED, parse, path, tab_of};
use crate::web::{Done, Form, act};
use leptos::prelude::*;
use model::Problem;

/// Changes the key: tokens handed out before stay good until they end (`when` is `later`), or end `now`.
#[server(prefix = "/actions", endpoint = "rotate-login-key")]
pub async fn rotate_login_key(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
    #[server(default)] when: String,
) -> Result<(), ServerFnError> {
    let form = Form::new("rotate-login-key", tab_of(&id, "/login-key")).keep("when", &when);
    act(&csrf, NEED, form, |ctx| async move {
        let id = parse(&id)?;
        let at_once = match when.as_str() {
            "now" => true,
            "later" => false,
            _ => return Err(undecided().into()),
        };
        ctx.services.rotate_login_key(id, at_once).await?;
        let done = Done::to(format!("{}/connect", path(id)));
        Ok(if at_once {
            done.saying(
                "密钥已更换，之前发出的登录凭证全部失效；小程序收到 401 后会重新登录。",
                "The key is changed and every login token handed out before has ended; the mini program signs in again on 401.",
            )
        } else {
            done.saying(
                "密钥已更换，之前发出的登录凭证在 24 小时内自然到期。",
                "The key is changed; login tokens handed out before end by themselves within 24 hours.",
            )
        })
    })
    .await
}

fn undecided() -> Problem {
    Problem::whole("required", "请选择旧凭证何时失效。", "Choose when the old tokens end.")
}

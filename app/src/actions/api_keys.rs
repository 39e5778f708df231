//! Keys of the business API: make, revoke.

use crate::web::{Context, Done, Form, Need, act, leave_secret};
use leptos::prelude::*;
use model::{
    access::Permission,
    ids::{ApiKeyId, MiniProgramId},
};
use service::{ApiKeyInput, UseError, UseResult};

/// Where these forms stand.
const PAGE: &str = "/settings/api-keys";
const NEED: Need = Need::Permission(Permission::ManageApi);

/// Makes a key; the next page shows it once.
#[server(prefix = "/actions", endpoint = "add-api-key")]
pub async fn add_api_key(
    #[server(default)] csrf: String,
    #[server(default)] name: String,
    #[server(default)] scopes: Vec<String>,
    #[server(default)] last_day: String,
) -> Result<(), ServerFnError> {
    let form =
        Form::new("add-api-key", PAGE).keep("name", &name).keep("scopes", scopes.join(" ")).keep("last_day", &last_day);
    act(&csrf, NEED, form, |ctx| async move {
        let input = ApiKeyInput { name, scopes, last_day };
        let (_, key) = ctx.services.add_api_key(program(&ctx)?, &input, &ctx.by()).await?;
        leave_secret(&ctx, "api_key", &key).await?;
        Ok(Done::to(PAGE)
            .saying("密钥已创建。请立即复制，之后不再显示。", "The key is made. Copy it now: it is not shown again."))
    })
    .await
}

/// Revokes a key.
#[server(prefix = "/actions", endpoint = "revoke-api-key")]
pub async fn revoke_api_key(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
) -> Result<(), ServerFnError> {
    let form = Form::new("revoke-api-key", PAGE).keep("id", &id);
    act(&csrf, NEED, form, |ctx| async move {
        let id = ApiKeyId(id.parse().map_err(|_| UseError::NotFound)?);
        ctx.services.revoke_api_key(program(&ctx)?, id, &ctx.by()).await?;
        Ok(Done::to(PAGE).saying(
            "密钥已撤销，使用它的请求从现在起会被拒绝（401）。",
            "The key is revoked: calls with it are refused (401) from this moment on.",
        ))
    })
    .await
}

fn program(ctx: &Context) -> UseResult<MiniProgramId> {
    ctx.mini_program.as_ref().map(|program| program.id).ok_or(UseError::NotFound)
}

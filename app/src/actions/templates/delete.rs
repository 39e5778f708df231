//! Deleting a template at WeChat.

use crate::web::{Done, Form, Need, act};
use leptos::prelude::*;
use model::{access::Permission, ids::TemplateId};

/// Deletes a template at WeChat, once its title was typed, and archives it here.
#[server(prefix = "/actions", endpoint = "delete-template")]
pub async fn delete_template(csrf: String, id: i64, #[server(default)] title: String) -> Result<(), ServerFnError> {
    let form = Form::new("delete-template", format!("/templates/{id}/delete")).keep("title", &title);
    act(&csrf, Need::Permission(Permission::ManageMiniPrograms), form, |ctx| async move {
        ctx.services.delete_at_platform(TemplateId(id), &title).await?;
        Ok(Done::to(format!("/templates/{id}")).saying(
            "模板已在微信删除，并已在雁书归档；历史记录都保留。",
            "The template is deleted at WeChat and archived here; its history is kept.",
        ))
    })
    .await
}

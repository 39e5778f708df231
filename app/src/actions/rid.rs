//! Asking WeChat what it kept of a call.

use crate::web::{Done, Form, Need, act};
use leptos::prelude::*;
use model::{
    access::Permission,
    ids::{DeliveryId, NoticeId, SubscriberId},
};
use service::UseError;

/// Asks about one attempt of a delivery; the page shows the answer.
#[server(prefix = "/actions", endpoint = "ask-rid")]
pub async fn ask_rid(
    csrf: String,
    notice: i64,
    subscriber: i64,
    #[server(default)] rid: String,
) -> Result<(), ServerFnError> {
    let page = format!("/notices/{notice}/deliveries/{subscriber}");
    act(&csrf, Need::Permission(Permission::Operate), Form::new("ask-rid", &page), |ctx| async move {
        let id = DeliveryId { notice: NoticeId(notice), subscriber: SubscriberId(subscriber) };
        let program = ctx.services.notice(id.notice).await?.mini_program.id;
        // Only calls that were made for this delivery: the rid names the mini program whose token asks.
        if !ctx.services.attempts(id).await?.iter().any(|attempt| attempt.rid.as_deref() == Some(rid.trim())) {
            return Err(UseError::NotFound);
        }
        ctx.services.ask_rid(program, &rid).await?;
        Ok(Done::to(&page).saying(
            "微信返回了这次请求的详情，见下面的“微信的请求记录”。",
            "WeChat told about this call; see “What WeChat kept” below.",
        ))
    })
    .await
}

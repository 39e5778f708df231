//! How a mini program's notices are sent.

use crate::web::{Done, Form, Need, act};
use leptos::prelude::*;
use model::{access::Permission, ids::MiniProgramId};
use serde::{Deserialize, Serialize};
use service::{RulesInput, UseError};

/// The fields of the form.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RulesFields {
    fail_share: String,
    fail_after: String,
    quiet_from: String,
    quiet_to: String,
    cap_n: String,
    cap_days: String,
    approve_above: String,
}

/// Sets the rules of a mini program.
#[server(prefix = "/actions", endpoint = "set-send-rules")]
pub async fn set_send_rules(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
    #[server(flatten)] fields: RulesFields,
) -> Result<(), ServerFnError> {
    let back = match id.parse::<i64>() {
        Ok(id) => format!("/mini-programs/{id}/rules"),
        Err(_) => "/mini-programs".to_owned(),
    };
    let form = Form::new("send-rules", &back)
        .keep("fail_share", &fields.fail_share)
        .keep("fail_after", &fields.fail_after)
        .keep("quiet_from", &fields.quiet_from)
        .keep("quiet_to", &fields.quiet_to)
        .keep("cap_n", &fields.cap_n)
        .keep("cap_days", &fields.cap_days)
        .keep("approve_above", &fields.approve_above);
    act(&csrf, Need::Permission(Permission::ManageMiniPrograms), form, |ctx| async move {
        let id = id.parse().map(MiniProgramId).map_err(|_| UseError::NotFound)?;
        let input = RulesInput {
            fail_share: fields.fail_share,
            fail_after: fields.fail_after,
            quiet_from: fields.quiet_from,
            quiet_to: fields.quiet_to,
            cap_n: fields.cap_n,
            cap_days: fields.cap_days,
            approve_above: fields.approve_above,
        };
        ctx.services.set_send_rules(id, &input).await?;
        Ok(Done::to(&back).saying("发送规则已保存，立即生效。", "The rules are saved and hold from now on."))
    })
    .await
}

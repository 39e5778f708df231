//! Filters with a name.

use crate::web::{Done, Form, Need, act, safe_path};
use leptos::prelude::*;
use model::{
    access::Permission,
    ids::{MiniProgramId, SegmentId},
    subscriber::{BalanceFilter, LastFilter, SeenFilter, SubscriberFilter},
};

const OPERATE: Need = Need::Permission(Permission::Operate);

/// Saves the filter of the list under a name; `back` is the list as it was shown.
#[server(prefix = "/actions", endpoint = "save-segment")]
#[expect(clippy::too_many_arguments, reason = "the conditions of the list's form")]
pub async fn save_segment(
    csrf: String,
    mini_program: i64,
    #[server(default)] name: String,
    #[server(default)] q: String,
    #[server(default)] template: String,
    #[server(default)] balance: String,
    #[server(default)] tag: String,
    #[server(default)] attr: String,
    #[server(default)] value: String,
    #[server(default)] seen: String,
    #[server(default)] last: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let back = if back.is_empty() { "/subscribers".to_owned() } else { safe_path(&back) };
    act(&csrf, OPERATE, Form::new("segment", back.clone()).keep("name", &name), |ctx| async move {
        let filter = SubscriberFilter {
            search: q,
            template: template.parse().ok(),
            balance: BalanceFilter::parse(&balance),
            tag,
            attribute: (attr, value),
            seen: SeenFilter::parse(&seen),
            last: LastFilter::parse(&last),
        };
        ctx.services.save_segment(MiniProgramId(mini_program), &name, &filter, &ctx.by()).await?;
        Ok(Done::to(back).saying("人群已保存，发送时可以选它。", "The segment is saved and can be sent to."))
    })
    .await
}

/// Forgets one.
#[server(prefix = "/actions", endpoint = "delete-segment")]
pub async fn delete_segment(csrf: String, mini_program: i64, segment: i64) -> Result<(), ServerFnError> {
    act(&csrf, OPERATE, Form::new("segment", "/subscribers"), |ctx| async move {
        ctx.services.delete_segment(MiniProgramId(mini_program), SegmentId(segment)).await?;
        Ok(Done::to("/subscribers").saying("人群已删除。", "The segment is deleted."))
    })
    .await
}

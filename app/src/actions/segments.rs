//! Filters with a name.

use crate::web::{Done, Form, Need, act, safe_path};
use leptos::prelude::*;
use model::{
    access::Permission,
    ids::{MiniProgramId, SegmentId},
    subscriber::{BalanceFilter, LastFilter, SeenFilter, SubscriberFilter},
};
use serde::{Deserialize, Serialize};

const OPERATE: Need = Need::Permission(Permission::Operate);

/// The conditions of the list's form, and the name for them; `back` is the list as it was shown.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SegmentFields {
    mini_program: String,
    name: String,
    q: String,
    template: String,
    balance: String,
    tag: String,
    attr: String,
    value: String,
    seen: String,
    last: String,
    back: String,
}

impl SegmentFields {
    fn filter(&self) -> SubscriberFilter {
        SubscriberFilter {
            search: self.q.clone(),
            template: self.template.parse().ok(),
            balance: BalanceFilter::parse(&self.balance),
            tag: self.tag.clone(),
            attribute: (self.attr.clone(), self.value.clone()),
            seen: SeenFilter::parse(&self.seen),
            last: LastFilter::parse(&self.last),
        }
    }
}

/// Saves the filter of the list under a name.
#[server(prefix = "/actions", endpoint = "save-segment")]
pub async fn save_segment(
    #[server(default)] csrf: String,
    #[server(flatten)] fields: SegmentFields,
) -> Result<(), ServerFnError> {
    let back = if fields.back.is_empty() { "/subscribers".to_owned() } else { safe_path(&fields.back) };
    act(&csrf, OPERATE, Form::new("segment", back.clone()).keep("name", &fields.name), |ctx| async move {
        let program = MiniProgramId(fields.mini_program.parse().unwrap_or_default());
        ctx.services.save_segment(program, &fields.name, &fields.filter(), &ctx.by()).await?;
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

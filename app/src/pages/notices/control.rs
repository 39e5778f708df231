//! What holds a notice back and what can be done about it; what followed it.

mod follow;
mod history;
mod waiting;

pub(super) use follow::card as follow_ups;
pub(super) use history::{card as log, forecast};
pub(super) use waiting::boxes;

use crate::web::Context;
use leptos::prelude::*;
use model::ids::NoticeId;

/// A form of one button.
fn button(ctx: &Context, path: &'static str, id: NoticeId, class: &'static str, text: &str) -> AnyView {
    view! {
        <form method="post" action=path>
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="notice" value=id.0 />
            <button class=class type="submit">{text.to_owned()}</button>
        </form>
    }
    .into_any()
}

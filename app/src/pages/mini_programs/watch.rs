//! A page that waits for something from outside loads itself anew, but only after the person asked for it.

use crate::web::Context;
use leptos::prelude::*;

/// The link that begins or ends the waiting; nothing once there is nothing to wait for. `path` is the page with the
/// query that it keeps.
pub(super) fn watch(ctx: &Context, path: &str, waits: bool) -> Option<AnyView> {
    if !waits {
        return None;
    }
    if ctx.query("watch") != Some("1") {
        let join = if path.contains('?') { '&' } else { '?' };
        let href = format!("{path}{join}watch=1");
        let text = ctx.t("等待并自动刷新", "Wait and reload by itself");
        return Some(view! { <p><a class="button" href=href>{text.to_owned()}</a></p> }.into_any());
    }
    Some(
        view! {
            <p role="status">
                <span class="badge pending">{ctx.t("等待中，每 5 秒自动刷新", "Waiting; reloads every 5 seconds").to_owned()}</span>
                " " <a href=path.to_owned()>{ctx.t("停止刷新", "Stop").to_owned()}</a>
            </p>
            <meta http-equiv="refresh" content="5" />
        }
        .into_any(),
    )
}

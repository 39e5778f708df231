//! What WeChat kept of a call: asked for by its request id.

use super::parts;
use crate::{actions::rid::AskRid, web::Context};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Millis, access::Permission, delivery::Attempt, ids::DeliveryId, platform::RidDetail};

/// WeChat answers for calls of the last seven days (openapi/rid/get).
const KEPT_MS: Millis = 7 * 24 * 3_600_000;

/// What WeChat answered, the button to ask, or why there is none.
pub(super) fn part(
    ctx: &Context,
    id: DeliveryId,
    attempt: &Attempt,
    seen: Option<(Millis, RidDetail)>,
) -> Option<AnyView> {
    let rid = attempt.rid.as_deref()?;
    if let Some((at, detail)) = seen {
        return Some(answer(ctx, at, detail));
    }
    if ctx.services.now() - attempt.started_at >= KEPT_MS {
        let text = ctx.t(
            "这次请求已超过 7 天，微信不再提供详情。",
            "This call is older than 7 days; WeChat tells nothing about it any more.",
        );
        return Some(view! { <p class="muted small">{text.to_owned()}</p> }.into_any());
    }
    ctx.may(Permission::Operate).then(|| button(ctx, id, rid))
}

fn button(ctx: &Context, id: DeliveryId, rid: &str) -> AnyView {
    let until = ctx.t(
        "微信只保留最近 7 天的请求，查询会计入接口调用次数。",
        "WeChat keeps calls of the last 7 days; asking counts as a call.",
    );
    view! {
        <form class="form-actions" method="post" action=AskRid::PATH>
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="notice" value=id.notice.0 />
            <input type="hidden" name="subscriber" value=id.subscriber.0 />
            <input type="hidden" name="rid" value=rid.to_owned() />
            <button class="button small" type="submit">{ctx.t("向微信查询详情", "Ask WeChat about this call").to_owned()}</button>
            <span class="muted small">{until.to_owned()}</span>
        </form>
    }
    .into_any()
}

fn answer(ctx: &Context, at: Millis, detail: RidDetail) -> AnyView {
    let RidDetail { invoked_at, cost_ms, url, request, response, client_ip } = detail;
    let asked = format!("{}{}", ctx.t("查询于 ", "Asked at "), ctx.time(at));
    view! {
        <div class="rid-detail">
            <h3>{ctx.t("微信的请求记录", "What WeChat kept").to_owned()}</h3>
            <dl class="def">
                <dt>{ctx.t("调用时间", "Called").to_owned()}</dt>
                <dd>{parts::exactly(ctx, invoked_at)}</dd>
                <dt>{ctx.t("微信处理用时", "WeChat took").to_owned()}</dt>
                <dd>{cost_ms} {ctx.t(" 毫秒", " ms").to_owned()}</dd>
                <dt>{ctx.t("来自地址", "From the address").to_owned()}</dt>
                <dd><code>{client_ip}</code></dd>
                <dt>{ctx.t("请求网址（凭证已隐去）", "Address (token masked)").to_owned()}</dt>
                <dd><code>{url}</code></dd>
            </dl>
            <h4>{ctx.t("请求内容", "Request").to_owned()}</h4>
            <pre tabindex="0">{pretty(&request)}</pre>
            <h4>{ctx.t("返回内容", "Answer").to_owned()}</h4>
            <pre tabindex="0">{pretty(&response)}</pre>
            <p class="muted small">{asked}</p>
        </div>
    }
    .into_any()
}

/// JSON with line breaks; anything else as it is.
fn pretty(text: &str) -> String {
    let read = serde_json::from_str::<serde_json::Value>(text).ok();
    read.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn json_is_spread_out_and_anything_else_is_left() {
        assert_eq!(pretty(r#"{"errcode":0}"#), "{\n  \"errcode\": 0\n}");
        assert_eq!(pretty("<html>"), "<html>");
        assert_eq!(pretty(""), "");
    }
}

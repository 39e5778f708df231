//! 系统: the processes that send, what waits for them, and what is dangerous about the settings.

mod processes;
mod queues;

use crate::{
    components::{Icon, IconName, PageHeader},
    web::{Context, Nav, Need, Page, page},
};
use leptos::prelude::*;
use model::{access::Permission, worker::Warning};

/// The page.
#[component]
pub fn System() -> impl IntoView {
    page(Need::Permission(Permission::ManageSystem), Nav::System, |ctx| async move {
        let health = ctx.services.engine_health().await?;
        let warnings = ctx.services.warnings().await?;
        let title = ctx.t("系统", "System");
        let text = ctx.t(
            "发送消息的进程、各小程序的队列，以及需要注意的设置。",
            "The processes that send, what waits for them, and settings to look at.",
        );
        let body = view! {
            <PageHeader title=title text=text />
            <div class="stack">
                {dangers(&ctx, &warnings)}
                {processes::card(&ctx, &health)}
                {queues::card(&ctx, &health)}
                {numbers(&ctx)}
            </div>
        };
        Ok(Page::new(title, body))
    })
}

fn dangers(ctx: &Context, warnings: &[Warning]) -> Option<AnyView> {
    if warnings.is_empty() {
        return None;
    }
    let items: Vec<_> = warnings
        .iter()
        .map(|warning| view! { <li><code>{warning.about()}</code> " " {warning.text(ctx.lang)}</li> })
        .collect();
    let title = ctx.t("需要注意", "To look at").to_owned();
    let body = view! {
        <div class="notice-box warn" role="alert" id="warnings">
            <Icon name=IconName::Alert />
            <p><strong>{title}</strong></p>
            <ul>{items}</ul>
        </div>
    };
    Some(body.into_any())
}

/// Where a monitoring system finds the same.
fn numbers(ctx: &Context) -> AnyView {
    let text = ctx.t(
        "这些数字也以 Prometheus 格式提供，路径为 /metrics：默认只允许本机读取，设置 YANSHU_METRICS_TOKEN 后可凭令牌从别处读取。",
        "Prometheus finds these numbers at /metrics: from this machine only, or from anywhere with the token of YANSHU_METRICS_TOKEN.",
    );
    view! { <p class="muted small">{text.to_owned()}</p> }.into_any()
}

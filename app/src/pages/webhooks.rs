//! Webhook: where the chosen mini program's events are told.

mod detail;
mod form;
mod messages;

pub use detail::WebhookDetail;

use crate::{
    actions::webhooks::AddWebhook,
    components::{Badge, Empty, FormErrors, IconName, PageHeader, Tone},
    web::{Context, Nav, Need, Page, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    access::Permission,
    webhook::{DisabledWhy, Endpoint, EventKind},
};

/// All endpoints, and a form for another one.
#[component]
pub fn Webhooks() -> impl IntoView {
    page(Need::Permission(Permission::ManageApi), Nav::Webhooks, |ctx| async move {
        let title = ctx.t("推送 Webhook", "Webhooks");
        let Some(program) = ctx.mini_program.clone() else {
            let text = ctx
                .t("Webhook 属于某个小程序，请先添加小程序。", "A webhook belongs to a mini program. Add one first.");
            let action = ctx.t("添加小程序", "Add a mini program");
            let body = view! {
                <PageHeader title=title />
                <Empty icon=IconName::External title=title text=text href="/mini-programs/new" action=action />
            };
            return Ok(Page::new(title, body));
        };
        let endpoints = ctx.services.endpoints(program.id).await?;
        let text = ctx.t(
            "有结果时通知你的系统：投递结束、任务完成、需要人处理时，向下面的地址发送签名的 POST 请求。",
            "Tells your systems what happened: signed POST requests when deliveries end, a notice finishes, or somebody is needed.",
        );
        let body = view! {
            <PageHeader title=title text=text />
            <div class="split">
                <div class="stack">{table(&ctx, &endpoints)}</div>
                <div class="stack">{add(&ctx)}</div>
            </div>
        };
        Ok(Page::new(title, body))
    })
}

/// A kind of event in a word and a sentence.
fn event_words(ctx: &Context, kind: EventKind) -> (&'static str, String) {
    let text = match kind {
        EventKind::Results => ctx.t("投递有了结果，多条合并为一次请求", "Deliveries ended, many in one request"),
        EventKind::Finished => ctx.t("通知任务全部完成", "A notice has nothing left to do"),
        EventKind::Attention => ctx.t(
            "任务被停止、发送已暂停或取不到 access_token，需要人处理",
            "A notice was stopped, sending rests or there is no access token: somebody is needed",
        ),
        EventKind::Test => ctx.t("测试", "A test"),
    };
    (kind.code(), text.to_owned())
}

fn standing(ctx: &Context, endpoint: &Endpoint) -> AnyView {
    let (text, tone, more) = match (endpoint.disabled, endpoint.failing_since) {
        (Some((at, why)), _) => {
            let why = match why {
                DisabledWhy::Person => ctx.t("由人停用", "by a person"),
                DisabledWhy::Failing => ctx.t("连续 5 天失败，已自动停用", "every call failed for 5 days"),
                DisabledWhy::Gone => ctx.t("对方返回 410，已自动停用", "it answered 410 Gone"),
            };
            let tone = if endpoint.disabled.is_some_and(|(_, why)| why == DisabledWhy::Person) {
                Tone::Neutral
            } else {
                Tone::Fail
            };
            (ctx.t("已停用", "Off"), tone, Some(format!("{} · {why}", ctx.short_time(at))))
        }
        (None, Some(since)) => {
            let since = format!("{} {}", ctx.t("自", "since"), ctx.short_time(since));
            (ctx.t("失败，重试中", "Failing, tried again"), Tone::Warn, Some(since))
        }
        (None, None) => (ctx.t("启用", "On"), Tone::Success, None),
    };
    view! { <Badge text=text tone /> {more.map(|more| view! { <br /> <span class="muted small">{more}</span> })} }
        .into_any()
}

fn table(ctx: &Context, endpoints: &[Endpoint]) -> AnyView {
    if endpoints.is_empty() {
        let title = ctx.t("还没有 Webhook", "No webhook yet");
        let text =
            ctx.t("添加后，你的系统不必轮询就能知道结果。", "With one your systems need not ask again and again.");
        return view! { <Empty icon=IconName::External title=title text=text /> }.into_any();
    }
    let rows: Vec<_> = endpoints
        .iter()
        .map(|endpoint| {
            let events: Vec<_> = EventKind::CHOICES
                .into_iter()
                .filter(|kind| endpoint.wants(*kind))
                .map(|kind| view! { <code class="small">{kind.code()}</code> " " })
                .collect();
            view! {
                <tr>
                    <th scope="row"><a href=format!("/settings/webhooks/{}", endpoint.id)>{endpoint.url.clone()}</a></th>
                    <td>{events}</td>
                    <td>{standing(ctx, endpoint)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ctx.t("地址", "Address").to_owned()}</th>
                        <th scope="col">{ctx.t("事件", "Events").to_owned()}</th>
                        <th scope="col">{ctx.t("状态", "State").to_owned()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn add(ctx: &Context) -> AnyView {
    let state = ctx.form("add-webhook");
    view! {
        <section class="card" id="add-webhook">
            <h2>{ctx.t("添加 Webhook", "Add a webhook").to_owned()}</h2>
            <form class="form" method="post" action=AddWebhook::PATH>
                <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
                <input type="hidden" name="csrf" value=ctx.csrf() />
                {form::fields(ctx, &state, "", "delivery.results notice.finished attention.needed")}
                <div class="form-actions">
                    <button class="button primary" type="submit">{ctx.t("添加", "Add").to_owned()}</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

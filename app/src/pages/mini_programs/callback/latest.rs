//! The latest events, one by one.

use super::super::tabs::is_current;
use super::tallies;
use crate::{
    components::{Badge, Empty, ErrorCode, IconName, Tone},
    web::Context,
};
use leptos::prelude::*;
use model::{
    Lang,
    callback::{AnswerItem, EventBody, SentItem, StoredEvent},
    grant::Answer,
    mini_program::MiniProgram,
    template::Template,
};

/// The card.
pub(super) fn card(ctx: &Context, program: &MiniProgram, templates: &[Template], events: &[StoredEvent]) -> AnyView {
    let title = ctx.t("最近 20 个事件", "The latest 20 events").to_owned();
    if events.is_empty() {
        let none = ctx.t("还没有事件", "No event yet");
        let text = ctx.t(
            "用户在弹窗里选择、在设置里关闭、消息发出之后，微信会推送到这里。",
            "WeChat pushes what people answer in the popup, turn off in their settings, and what became of sends.",
        );
        return view! {
            <section class="card" id="latest"><h2>{title}</h2> <Empty icon=IconName::Clock title=none text=text /></section>
        }
        .into_any();
    }
    let current = is_current(ctx, program);
    let rows: Vec<_> = events.iter().map(|event| row(ctx, templates, event, current)).collect();
    view! {
        <section class="card" id="latest">
            <h2>{title}</h2>
            <div class="table-wrap">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ctx.t("收到时间", "Received").to_owned()}</th>
                            <th scope="col">{ctx.t("事件", "Event").to_owned()}</th>
                            <th scope="col">{ctx.t("用户", "Person").to_owned()}</th>
                            <th scope="col">{ctx.t("模板与结果", "Template and result").to_owned()}</th>
                            <th scope="col">{ctx.t("处理", "State").to_owned()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn row(ctx: &Context, templates: &[Template], event: &StoredEvent, current: bool) -> AnyView {
    let openid = event.event.openid.clone();
    // The list of subscribers shows the mini program worked with.
    let person = if openid.is_empty() {
        ().into_any()
    } else if current {
        let href = format!("/subscribers?q={openid}");
        view! { <a href=href><code>{openid}</code></a> }.into_any()
    } else {
        view! { <code>{openid}</code> }.into_any()
    };
    view! {
        <tr>
            <td><time>{ctx.time(event.received_at)}</time></td>
            <td>{tallies::name(event.event.body.count(), ctx.lang)}</td>
            <td>{person}</td>
            <td>{items(ctx, templates, &event.event.body)}</td>
            <td>{state(ctx, event)}</td>
        </tr>
    }
    .into_any()
}

fn items(ctx: &Context, templates: &[Template], body: &EventBody) -> AnyView {
    match body {
        EventBody::Popup(items) | EventBody::Change(items) => {
            items.iter().map(|item| answered(ctx, templates, item)).collect_view().into_any()
        }
        EventBody::Sent(items) => items.iter().map(|item| sent(ctx, templates, item)).collect_view().into_any(),
        EventBody::Other(name) => view! { <code>{name.clone()}</code> }.into_any(),
    }
}

fn title(templates: &[Template], pri_tmpl_id: &str) -> AnyView {
    let found = templates.iter().find(|t| t.settings.pri_tmpl_id == pri_tmpl_id);
    match found {
        Some(found) => {
            let href = format!("/templates/{}", found.id);
            view! { <a href=href>{found.settings.title.clone()}</a> }.into_any()
        }
        None => view! { <code>{pri_tmpl_id.to_owned()}</code> }.into_any(),
    }
}

fn answered(ctx: &Context, templates: &[Template], item: &AnswerItem) -> AnyView {
    let (text, tone) = answer_words(item.answer, ctx.lang);
    view! { <p>{title(templates, &item.pri_tmpl_id)} " " <Badge text tone /></p> }.into_any()
}

fn answer_words(answer: Answer, lang: Lang) -> (&'static str, Tone) {
    match answer {
        Answer::Accept => (lang.t("同意", "Accepted"), Tone::Success),
        Answer::Reject => (lang.t("拒绝", "Refused"), Tone::Neutral),
        Answer::Ban => (lang.t("模板被封禁", "Template banned"), Tone::Fail),
        Answer::Filter => (lang.t("同名模板，被过滤", "Filtered: same title"), Tone::Warn),
    }
}

fn sent(ctx: &Context, templates: &[Template], item: &SentItem) -> AnyView {
    let result = if item.errcode == 0 {
        view! { <Badge text=ctx.t("已送达", "Delivered") tone=Tone::Success /> }.into_any()
    } else {
        view! {
            <Badge text=ctx.t("失败", "Failed") tone=Tone::Fail />
            " " <ErrorCode errcode=item.errcode /> " " <span class="muted small">{item.status.clone()}</span>
        }
        .into_any()
    };
    view! { <p>{title(templates, &item.pri_tmpl_id)} " " {result}</p> }.into_any()
}

fn state(ctx: &Context, event: &StoredEvent) -> AnyView {
    let (text, tone) = match (event.done_at, event.unmatched) {
        (_, true) => (ctx.t("未对应到投递", "No delivery found"), Tone::Warn),
        (Some(_), false) => (ctx.t("已处理", "Done"), Tone::Success),
        (None, false) => (ctx.t("等待处理", "Waiting"), Tone::Pending),
    };
    view! { <Badge text tone /> }.into_any()
}

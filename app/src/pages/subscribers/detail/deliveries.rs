//! What was sent to one person.

use crate::{
    components::{DeliveryBadge, Empty, ErrorCode, IconName},
    web::Context,
};
use leptos::prelude::*;
use model::{advice::advise, delivery::SubscriberDelivery, page::Page};

/// The newest deliveries.
pub(super) fn card(ctx: &Context, deliveries: &Page<SubscriberDelivery>) -> impl IntoView + use<> {
    let body = if deliveries.rows.is_empty() {
        view! {
            <Empty
                icon=IconName::Send
                title=ctx.t("还没有给他发过", "Nothing was sent yet")
                text=ctx.t("发送后，每条消息的结果和原因会显示在这里。", "Results and reasons of every message will stand here.")
                href="/send"
                action=ctx.t("去发送", "Send")
            />
        }
        .into_any()
    } else {
        table(ctx, deliveries.rows.iter().map(|delivery| row(ctx, delivery)).collect())
    };
    let more = deliveries.after.map(|_| {
        let n = deliveries.rows.len();
        let text = ctx.t("只显示最近的发送，条数：", "The latest only: ").to_owned();
        view! { <p class="muted small">{text} {n}</p> }
    });
    view! {
        <section class="card" id="deliveries">
            <h2>{ctx.t("发送记录", "Sent to this person").to_owned()}</h2>
            {body}
            {more}
        </section>
    }
}

fn table(ctx: &Context, rows: Vec<AnyView>) -> AnyView {
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ctx.t("通知任务", "Notice").to_owned()}</th>
                        <th scope="col">{ctx.t("模板", "Template").to_owned()}</th>
                        <th scope="col">{ctx.t("状态", "State").to_owned()}</th>
                        <th scope="col">{ctx.t("原因", "Reason").to_owned()}</th>
                        <th scope="col">{ctx.t("时间", "Time").to_owned()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(ctx: &Context, delivery: &SubscriberDelivery) -> AnyView {
    let href = format!("/notices/{}/deliveries/{}", delivery.notice, delivery.subscriber);
    view! {
        <tr>
            <th scope="row"><a href=href>"#" {delivery.notice.0}</a></th>
            <td>{delivery.template_title.clone()}</td>
            <td><DeliveryBadge state=delivery.state lang=ctx.lang /></td>
            <td>{reason(ctx, delivery.errcode)}</td>
            <td><time>{ctx.short_time(delivery.updated_at)}</time></td>
        </tr>
    }
    .into_any()
}

/// The code in words; WeChat's own codes with their number, which its documentation is searched by.
fn reason(ctx: &Context, errcode: i64) -> Option<AnyView> {
    let name = advise(errcode).name(ctx.lang);
    match errcode {
        0 => None,
        ours if ours <= -1000 => {
            Some(view! { <a class="error-code" href=format!("/errors/{ours}")>{name}</a> }.into_any())
        }
        code => Some(view! { <ErrorCode errcode=code /> " " {name} }.into_any()),
    }
}

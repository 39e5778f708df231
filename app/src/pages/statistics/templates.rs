//! The table by template.

use super::address;
use crate::{
    charts::{ShareBar, success_rate},
    components::words::{self, number},
    web::Context,
};
use leptos::prelude::*;
use model::{
    delivery::{DeliveryState, Slice},
    statistics::TemplateCounts,
};
use service::Report;

/// Every template with something in the period; bars are as long as the greatest template allows.
pub(super) fn table(ctx: &Context, report: &Report) -> impl IntoView + use<> {
    let greatest = report.templates.iter().map(|t| t.counts.sendable()).max().unwrap_or_default();
    let rows: Vec<_> = report.templates.iter().map(|t| row(ctx, report, t, greatest)).collect();
    let body = if rows.is_empty() {
        view! {
            <p class="muted">
                {ctx.t("这段时间没有通知任务。", "There was no notice in this period.").to_owned()} " "
                <a href="/send">{ctx.t("发送一条", "Send one").to_owned()}</a>
            </p>
        }
        .into_any()
    } else {
        let lang = ctx.lang;
        view! {
            <div class="table-wrap">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ctx.t("模板", "Template").to_owned()}</th>
                            <th scope="col">{ctx.t("分布", "Distribution").to_owned()}</th>
                            <th scope="col" class="num">{words::slice(Slice::Success, lang)}</th>
                            <th scope="col" class="num">{words::slice(Slice::Fail, lang)}</th>
                            <th scope="col" class="num">{words::slice(Slice::Pending, lang)}</th>
                            <th scope="col" class="num">{words::delivery_state(DeliveryState::Skipped, lang)}</th>
                            <th scope="col" class="num">{words::delivery_state(DeliveryState::Cancelled, lang)}</th>
                            <th scope="col" class="num">{ctx.t("成功率", "Success rate").to_owned()}</th>
                            <th scope="col">{ctx.t("查看", "See").to_owned()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="muted small">
                {ctx.t("成功率 = 成功 ÷（成功 + 失败）。", "Success rate = success ÷ (success + fail).").to_owned()}
            </p>
        }
        .into_any()
    };
    view! {
        <section class="card" id="templates">
            <h2>{ctx.t("按模板", "By template").to_owned()}</h2>
            {body}
        </section>
    }
}

fn row(ctx: &Context, report: &Report, of: &TemplateCounts, greatest: i64) -> impl IntoView + use<> {
    let (id, counts) = (of.template, of.counts);
    let [success, fail, pending] = Slice::ALL.map(|slice| counts.slice(slice));
    let parts = [("success", success), ("fail", fail), ("pending", pending)];
    let only = address(report.span.from, report.span.to, Some(id));
    view! {
        <tr>
            <th scope="row"><a href=format!("/templates/{id}")>{of.title.clone()}</a></th>
            <td><ShareBar parts=parts whole=greatest /></td>
            <td class="num">{number(success)}</td>
            <td class="num">{number(fail)}</td>
            <td class="num">{number(pending)}</td>
            <td class="num">{number(counts.of(DeliveryState::Skipped))}</td>
            <td class="num">{number(counts.of(DeliveryState::Cancelled))}</td>
            <td class="num">{success_rate(&counts)}</td>
            <td>
                <div class="row">
                    <a href=format!("/notices?template={id}")>{ctx.t("通知任务", "Notices").to_owned()}</a>
                    <a href=only>{ctx.t("只看此模板", "Only this").to_owned()}</a>
                </div>
            </td>
        </tr>
    }
}

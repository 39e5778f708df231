//! The deliveries of a notice.

use super::{
    filter::{Filter, link},
    parts,
};
use crate::{
    components::{DeliveryBadge, Empty, ErrorCode, IconName, Pager, TextField, words},
    web::Context,
};
use leptos::prelude::*;
use model::{
    Lang, advice,
    delivery::{Delivery, DeliveryState, Slice},
    notice::Notice,
    page::Page,
};

/// The table with its filters.
pub(super) fn card(ctx: &Context, notice: &Notice, filter: &Filter, found: Page<Delivery>) -> impl IntoView + use<> {
    let empty = found.rows.is_empty();
    let body = if empty { nothing(ctx, notice, filter) } else { table(ctx, found.rows) };
    view! {
        <section class="card" id="deliveries">
            <h2>{ctx.t("投递明细", "Deliveries").to_owned()}</h2>
            {search(ctx, notice, filter)}
            {tabs(ctx, notice, filter)}
            {filter.code.map(|_| view! {
                <p class="row">
                    <span>{ctx.t("只看：", "Only: ").to_owned()} <strong>{filter.say(ctx.lang)}</strong></span>
                    <a href=filter.with_state(notice.id, "")>{ctx.t("清除筛选", "Show all").to_owned()}</a>
                </p>
            })}
            {body}
            {(!empty).then(|| view! {
                <p class="row small">
                    {ctx.t("下载：", "Download: ").to_owned()}
                    <a href=filter.file(notice.id, "csv") download="">"CSV"</a> " " <a href=filter.file(notice.id, "xlsx") download="">"XLSX"</a>
                </p>
            })}
            <Pager base=filter.href(notice.id) before=found.before after=found.after lang=ctx.lang />
        </section>
    }
}

/// Whom one is looking for; states and code stay as they are.
fn search(ctx: &Context, notice: &Notice, filter: &Filter) -> impl IntoView + use<> {
    let action = format!("/notices/{}#deliveries", notice.id);
    let state = filter.word().to_owned();
    let clear = (!filter.search.is_empty()).then(|| {
        let everybody = filter.of_everybody(notice.id);
        view! { <a href=everybody>{ctx.t("清除搜索", "Clear the search").to_owned()}</a> }
    });
    view! {
        <form class="toolbar" method="get" action=action role="search">
            {(!state.is_empty()).then(|| view! { <input type="hidden" name="state" value=state /> })}
            {filter.code.map(|code| view! { <input type="hidden" name="code" value=code /> })}
            <TextField
                name="q"
                kind="search"
                label=ctx.t("搜索接收人", "Search the recipients")
                value=filter.search.clone()
                placeholder=ctx.t("openid 开头或备注", "Beginning of an openid, or remark")
            />
            <button class="button" type="submit">{ctx.t("搜索", "Search").to_owned()}</button>
            {clear}
        </form>
    }
}

fn tabs(ctx: &Context, notice: &Notice, filter: &Filter) -> impl IntoView + use<> {
    let (counts, lang) = (notice.counts, ctx.lang);
    let entries = [
        ("", ctx.t("全部", "All"), counts.total()),
        ("success", words::slice(Slice::Success, lang), counts.slice(Slice::Success)),
        ("fail", words::slice(Slice::Fail, lang), counts.slice(Slice::Fail)),
        ("pending", words::slice(Slice::Pending, lang), counts.slice(Slice::Pending)),
        ("unknown", words::delivery_state(DeliveryState::Unknown, lang), counts.of(DeliveryState::Unknown)),
        ("skipped", words::delivery_state(DeliveryState::Skipped, lang), counts.of(DeliveryState::Skipped)),
        ("cancelled", words::delivery_state(DeliveryState::Cancelled, lang), counts.of(DeliveryState::Cancelled)),
    ];
    let links: Vec<_> = entries
        .into_iter()
        .filter(|(word, _, n)| *n > 0 || filter.is(word) || matches!(*word, "" | "success" | "fail" | "pending"))
        .map(|(word, text, n)| {
            let current = filter.is(word).then_some("page");
            let text = text.to_owned();
            view! { <a href=filter.with_state(notice.id, word) aria-current=current>{text} " " <span class="num muted">{words::number(n)}</span></a> }
        })
        .collect();
    view! { <nav class="tabs" aria-label=ctx.t("按状态", "By state").to_owned()>{links}</nav> }
}

fn nothing(ctx: &Context, notice: &Notice, filter: &Filter) -> AnyView {
    let (title, text) = if notice.pruned_at.is_some() {
        (
            ctx.t("明细已按保留期清除", "The details are older than is kept"),
            ctx.t(
                "每种结果的数量仍然保留在上面和统计里。",
                "How many ended how still stands above and in the statistics.",
            ),
        )
    } else if filter.is_set() {
        (ctx.t("没有符合条件的投递", "No such delivery"), ctx.t("换一个条件看看。", "Try another filter."))
    } else {
        (ctx.t("没有投递", "No delivery"), ctx.t("这一页没有内容。", "There is nothing on this page."))
    };
    view! { <Empty icon=IconName::Notices title text href=link(notice.id, "", None) action=ctx.t("查看全部", "Show all") /> }
        .into_any()
}

fn table(ctx: &Context, rows: Vec<Delivery>) -> AnyView {
    let rows: Vec<_> = rows.into_iter().map(|delivery| row(ctx, delivery)).collect();
    let head = |zh: &str, en: &str| ctx.t(zh, en).to_owned();
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"openid"</th>
                        <th scope="col">{head("备注", "Remark")}</th>
                        <th scope="col">{head("状态", "State")}</th>
                        <th scope="col">{head("原因", "Reason")}</th>
                        <th scope="col" class="num">"errcode"</th>
                        <th scope="col">"rid"</th>
                        <th scope="col" class="num">{head("尝试", "Attempts")}</th>
                        <th scope="col">{head("更新时间", "Changed")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(ctx: &Context, delivery: Delivery) -> impl IntoView + use<> {
    let (id, lang) = (delivery.id, ctx.lang);
    let advice = (delivery.errcode != 0).then(|| advice::advise(delivery.errcode));
    let again = (delivery.state == DeliveryState::Pending && delivery.errcode != 0).then(|| {
        let text = match lang {
            Lang::Zh => format!("，{} 再试", ctx.time(delivery.due_at)),
            Lang::En => format!(", again at {}", ctx.time(delivery.due_at)),
        };
        view! { <span class="muted small">{text}</span> }
    });
    view! {
        <tr>
            <th scope="row"><a href=format!("/subscribers/{}", id.subscriber)><code>{delivery.openid}</code></a></th>
            <td>{delivery.remark}</td>
            <td><DeliveryBadge state=delivery.state lang /></td>
            <td title=advice.map(|a| a.cause(lang))>{advice.map(|a| a.name(lang))} {again}</td>
            <td class="num">{advice.map(|a| view! { <ErrorCode errcode=a.errcode /> })}</td>
            <td>{delivery.rid.map(|rid| view! { <code class="rid">{rid}</code> })}</td>
            <td class="num"><a href=format!("/notices/{}/deliveries/{}", id.notice, id.subscriber)>{delivery.attempts}</a></td>
            <td>{parts::when(ctx, delivery.updated_at)}</td>
        </tr>
    }
}

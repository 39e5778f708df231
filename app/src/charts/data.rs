//! The exact numbers of a chart, as a table that opens below it.

use crate::components::words::{self, number};
use leptos::prelude::*;
use model::{
    Lang,
    delivery::{DeliveryState, Slice},
    notice::StateCounts,
};

/// What stands in the five columns beside a row's name.
fn numbers(counts: &StateCounts) -> [i64; 5] {
    [
        counts.slice(Slice::Success),
        counts.slice(Slice::Fail),
        counts.slice(Slice::Pending),
        counts.of(DeliveryState::Skipped),
        counts.of(DeliveryState::Cancelled),
    ]
}

fn columns(lang: Lang) -> [&'static str; 5] {
    [
        words::slice(Slice::Success, lang),
        words::slice(Slice::Fail, lang),
        words::slice(Slice::Pending, lang),
        words::delivery_state(DeliveryState::Skipped, lang),
        words::delivery_state(DeliveryState::Cancelled, lang),
    ]
}

fn cells(counts: &StateCounts) -> Vec<impl IntoView + use<>> {
    numbers(counts).into_iter().map(|n| view! { <td class="num">{number(n)}</td> }).collect()
}

/// A row of the table of bars: name, where it leads, numbers.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) href: Option<String>,
    pub(super) counts: StateCounts,
}

/// One row for each bar, and their sum.
pub(super) fn by_bar(caption: String, first: String, rows: Vec<Row>, lang: Lang) -> impl IntoView + use<> {
    let mut sum = StateCounts::default();
    for row in &rows {
        for state in DeliveryState::ALL {
            sum.add(state, row.counts.of(state));
        }
    }
    let head: Vec<_> = columns(lang).into_iter().map(|c| view! { <th scope="col" class="num">{c}</th> }).collect();
    let body: Vec<_> = rows
        .into_iter()
        .map(|Row { name, href, counts }| {
            let name = match href {
                Some(href) => view! { <a href=href>{name}</a> }.into_any(),
                None => name.into_any(),
            };
            view! { <tr><th scope="row">{name}</th>{cells(&counts)}</tr> }
        })
        .collect();
    view! {
        <details class="more">
            <summary>{lang.t("查看数据", "Show the data").to_owned()}</summary>
            <div class="table-wrap">
                <table>
                    <caption>{caption}</caption>
                    <thead><tr><th scope="col">{first}</th>{head}</tr></thead>
                    <tbody>{body}</tbody>
                    <tfoot><tr><th scope="row">{lang.t("合计", "Sum").to_owned()}</th>{cells(&sum)}</tr></tfoot>
                </table>
            </div>
        </details>
    }
}

/// One row for each of the eight states, with the slice that it is part of.
pub(super) fn by_state(caption: String, counts: &StateCounts, lang: Lang) -> impl IntoView + use<> {
    // In the order of the chart, what stands beside it last.
    let order = [
        DeliveryState::Sent,
        DeliveryState::Delivered,
        DeliveryState::Failed,
        DeliveryState::Unknown,
        DeliveryState::Pending,
        DeliveryState::Sending,
        DeliveryState::Skipped,
        DeliveryState::Cancelled,
    ];
    let rows: Vec<_> = order
        .into_iter()
        .map(|state| {
            let slice =
                state.slice().map_or_else(|| lang.t("不计入图表", "Not in the chart"), |s| words::slice(s, lang));
            view! {
                <tr>
                    <th scope="row">{words::delivery_state(state, lang)}</th>
                    <td>{slice.to_owned()}</td>
                    <td class="num">{number(counts.of(state))}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <details class="more">
            <summary>{lang.t("查看数据", "Show the data").to_owned()}</summary>
            <div class="table-wrap">
                <table>
                    <caption>{caption}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{lang.t("状态", "State").to_owned()}</th>
                            <th scope="col">{lang.t("计入", "Counts as").to_owned()}</th>
                            <th scope="col" class="num">{lang.t("数量", "Number").to_owned()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

//! The ring of 成功, 失败 and 待发送.

use super::{
    data,
    geometry::{Ring, divide, ring_slice},
    slices::{pattern_of, patterns, slice_class, summary, swatch},
};
use crate::components::words::{self, number, percent};
use leptos::prelude::*;
use model::{
    Lang,
    delivery::{DeliveryState, Slice},
    notice::StateCounts,
};

/// Where the numbers lead; `None`: nowhere.
#[derive(Clone, Debug, Default)]
pub struct DonutLinks {
    /// From 成功.
    pub success: Option<String>,
    /// From 失败.
    pub fail: Option<String>,
    /// From 待发送.
    pub pending: Option<String>,
    /// From what was skipped or cancelled.
    pub beside: Option<String>,
}

impl DonutLinks {
    fn of(&self, slice: Slice) -> Option<String> {
        match slice {
            Slice::Success => self.success.clone(),
            Slice::Fail => self.fail.clone(),
            Slice::Pending => self.pending.clone(),
        }
    }
}

const RING: Ring = Ring { centre: 100.0, outer: 94.0, inner: 64.0 };
/// The least share of the turn that a slice is drawn with: about five degrees.
const SLIVER: f64 = 0.014;

/// A ring with the total in the middle and a legend with number, share and link for each slice. What was skipped or
/// cancelled stands below, because it was never to be sent.
#[component]
pub fn Donut(
    /// Names the chart on the page; begins the ids of its parts.
    id: &'static str,
    #[prop(into)] title: String,
    counts: StateCounts,
    #[prop(optional)] links: DonutLinks,
    lang: Lang,
) -> impl IntoView {
    let whole = counts.sendable();
    let described = if whole == 0 {
        lang.t("还没有发送", "Nothing sent yet").to_owned()
    } else {
        let text = summary(&counts, lang);
        lang.t("共 {n} 条：{text}", "{n} in all: {text}").replace("{n}", &number(whole)).replace("{text}", &text)
    };
    let labels = format!("{id}-title {id}-desc");
    let caption = title.clone();
    view! {
        <figure class="donut">
            <svg class="chart donut-chart" viewBox="0 0 200 200" role="img" aria-labelledby=labels>
                <title id=format!("{id}-title")>{title}</title>
                <desc id=format!("{id}-desc")>{described}</desc>
                {patterns(id)}
                {ring(id, &counts, whole)}
                {middle(whole, lang)}
            </svg>
            <figcaption>
                <ul class="legend">
                    {Slice::ALL.into_iter().map(|slice| entry(id, slice, &counts, links.of(slice), lang)).collect::<Vec<_>>()}
                </ul>
                {beside(&counts, links.beside.clone(), lang)}
            </figcaption>
            {data::by_state(caption, &counts, lang)}
        </figure>
    }
}

fn ring(id: &str, counts: &StateCounts, whole: i64) -> AnyView {
    if whole == 0 {
        let path = ring_slice(&RING, 0.0, 1.0);
        return view! { <path class="arc none" d=path fill="currentColor" fill-opacity="0.12" fill-rule="evenodd" /> }
            .into_any();
    }
    let shares = divide(Slice::ALL.map(|slice| counts.slice(slice)), 1.0, SLIVER);
    let mut turn = 0.0;
    let arcs: Vec<_> = Slice::ALL
        .into_iter()
        .zip(shares)
        .filter(|(_, share)| *share > 0.0)
        .map(|(slice, share)| {
            let path = ring_slice(&RING, turn, turn + share);
            turn += share;
            let over = pattern_of(slice, id)
                .map(|fill| view! { <path class="pattern" d=path.clone() fill=fill fill-rule="evenodd" /> });
            view! {
                <g>
                    <path class=format!("arc {}", slice_class(slice)) d=path fill-rule="evenodd" />
                    {over}
                </g>
            }
        })
        .collect();
    arcs.into_any()
}

/// The total, set smaller the longer it is, so that it always fits into the hole.
fn middle(whole: i64, lang: Lang) -> impl IntoView + use<> {
    if whole == 0 {
        let text = lang.t("还没有发送", "Nothing sent yet").to_owned();
        return view! {
            <text class="donut-empty" x="100" y="105" text-anchor="middle" font-size="15" fill="currentColor">{text}</text>
        }
        .into_any();
    }
    let total = number(whole);
    let size = match total.len() {
        0..=6 => "32",
        7..=9 => "23",
        10..=12 => "17",
        _ => "12",
    };
    view! {
        <text class="donut-total" x="100" y="104" text-anchor="middle" font-size=size font-weight="600" fill="currentColor">{total}</text>
        <text class="donut-label" x="100" y="126" text-anchor="middle" font-size="13" fill="currentColor">{lang.t("合计", "In all").to_owned()}</text>
    }
    .into_any()
}

fn entry(id: &str, slice: Slice, counts: &StateCounts, href: Option<String>, lang: Lang) -> impl IntoView + use<> {
    let n = counts.slice(slice);
    let inner = view! {
        {swatch(slice, id)}
        <span class="legend-label">{words::slice(slice, lang)}</span>
        <span class="legend-value num">{number(n)}</span>
        <span class="legend-share num muted">{percent(n, counts.sendable())}</span>
    };
    let class = format!("legend-entry {}", slice_class(slice));
    match href {
        Some(href) => view! { <li><a class=class href=href>{inner}</a></li> }.into_any(),
        None => view! { <li><span class=class>{inner}</span></li> }.into_any(),
    }
}

/// Skipped and cancelled, in words; nothing where there are none.
fn beside(counts: &StateCounts, href: Option<String>, lang: Lang) -> Option<impl IntoView + use<>> {
    let parts: Vec<String> = [DeliveryState::Skipped, DeliveryState::Cancelled]
        .into_iter()
        .filter(|state| counts.of(*state) > 0)
        .map(|state| format!("{} {}", words::delivery_state(state, lang), number(counts.of(state))))
        .collect();
    (!parts.is_empty()).then(|| {
        let text = parts.join(lang.t("，", ", "));
        let text = match href {
            Some(href) => view! { <a href=href>{text}</a> }.into_any(),
            None => text.into_any(),
        };
        view! {
            <p class="legend-beside muted small">
                {lang.t("另有：", "Beside these: ").to_owned()} {text} {lang.t("（不计入图表）", " (not in the chart)").to_owned()}
            </p>
        }
    })
}

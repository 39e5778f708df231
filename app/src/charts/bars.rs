//! Stacked bars over time.

mod plot;

use super::{
    data,
    slices::{patterns, summary, swatch},
};
use crate::components::words::{self, number};
use leptos::prelude::*;
use model::{Lang, delivery::Slice, notice::StateCounts};
use plot::Plot;

/// One bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Below the axis, short.
    pub label: String,
    /// In the tool tip and in the table, whole.
    pub title: String,
    /// Where it leads.
    pub href: Option<String>,
    /// What it shows.
    pub counts: StateCounts,
}

/// Beyond so many bars, links in the drawing are not stations of the tab key; the table below has the same links.
const MOST_TAB_STOPS: usize = 31;

/// Bars of 成功, 失败 and 待发送 on one another, with a scale of whole numbers.
#[component]
pub fn StackedBars(
    /// Names the chart on the page; begins the ids of its parts.
    id: &'static str,
    #[prop(into)] title: String,
    /// What one bar is: 日期, 时间.
    #[prop(into)]
    unit: String,
    bars: Vec<Bar>,
    /// Drawn for the whole width of a page rather than for half of it.
    #[prop(optional)]
    wide: bool,
    /// The last bar gets a label (days), else the first (hours).
    #[prop(optional)]
    from_last: bool,
    lang: Lang,
) -> impl IntoView {
    let described = describe(&bars, lang);
    let legend: Vec<_> = Slice::ALL
        .into_iter()
        .map(|s| view! { <li><span class="legend-entry">{swatch(s, id)} <span class="legend-label">{words::slice(s, lang)}</span></span></li> })
        .collect();
    let plot = Plot::new(&bars, wide);
    let empty = bars.iter().all(|bar| bar.counts.sendable() == 0);
    let note = empty.then(|| lang.t("这段时间没有发送", "Nothing was sent in this period").to_owned());
    let tab = if bars.len() > MOST_TAB_STOPS { "-1" } else { "0" };
    let drawing = view! {
        {plot.grid()}
        {plot.stacks(id, &bars)}
        {plot.labels(&bars, from_last)}
        {note.map(|text| plot.note(text))}
    };
    let (view_box, inner_box) = (plot.view_box(), plot.view_box());
    let links = plot.links(&bars, tab, lang);
    let rows = bars.into_iter().map(|b| data::Row { name: b.title, href: b.href, counts: b.counts }).collect();
    let labels = format!("{id}-title {id}-desc");
    view! {
        <figure class="bars">
            <ul class="legend" aria-hidden="true">{legend}</ul>
            <div class=if wide { "chart-scroll wide" } else { "chart-scroll" } dir=from_last.then_some("rtl")>
                // Where the drawing is wider than the screen, right-to-left shows its end first: today.
                // The picture is one thing, the links over it are another: nothing inside an img can be reached.
                <svg class="chart bars-chart" viewBox=view_box direction="ltr">
                    <svg viewBox=inner_box role="img" aria-labelledby=labels>
                        <title id=format!("{id}-title")>{title.clone()}</title>
                        <desc id=format!("{id}-desc")>{described}</desc>
                        {patterns(id)}
                        {drawing}
                    </svg>
                    {links}
                </svg>
            </div>
            {data::by_bar(title, unit, rows, lang)}
        </figure>
    }
}

/// The chart in a sentence or two.
fn describe(bars: &[Bar], lang: Lang) -> String {
    let mut sum = StateCounts::default();
    for bar in bars {
        for state in model::delivery::DeliveryState::ALL {
            sum.add(state, bar.counts.of(state));
        }
    }
    let greatest = bars.iter().max_by_key(|bar| bar.counts.sendable()).filter(|bar| bar.counts.sendable() > 0);
    let Some(greatest) = greatest else {
        return lang.t("这段时间没有发送", "Nothing was sent in this period").to_owned();
    };
    let (text, title, n) = (summary(&sum, lang), &greatest.title, number(greatest.counts.sendable()));
    match lang {
        Lang::Zh => format!("共 {} 根柱：{text}。最多的是 {title}，{n} 条。", bars.len()),
        Lang::En => format!("{} bars: {text}. The greatest is {title} with {n}.", bars.len()),
    }
}

/// What a bar says of itself.
fn tip(bar: &Bar, lang: Lang) -> String {
    format!("{}{}{}", bar.title, lang.t("：", ": "), summary(&bar.counts, lang))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::delivery::DeliveryState;

    pub(super) fn bar(title: &str, success: i64, fail: i64, pending: i64) -> Bar {
        let mut counts = StateCounts::default();
        counts.add(DeliveryState::Sent, success);
        counts.add(DeliveryState::Failed, fail);
        counts.add(DeliveryState::Pending, pending);
        Bar { label: title.to_owned(), title: title.to_owned(), href: None, counts }
    }

    #[test]
    fn the_text_names_sum_and_greatest_bar() {
        let bars = [bar("A", 1, 0, 0), bar("B", 1_000, 2, 3)];
        assert_eq!(
            describe(&bars, Lang::En),
            "2 bars: Success 1,001, Fail 2, Pending 3. The greatest is B with 1,005."
        );
        assert_eq!(describe(&[bar("A", 0, 0, 0)], Lang::Zh), "这段时间没有发送");
        assert_eq!(tip(&bar("11-21", 1, 2, 3), Lang::Zh), "11-21：成功 1，失败 2，待发送 3");
    }
}

//! The markup of the charts, as it reaches the browser.

use super::{Bar, Donut, DonutLinks, ShareBar, StackedBars};
use leptos::prelude::*;
use model::{Lang, delivery::DeliveryState, notice::StateCounts};
use std::collections::BTreeSet;

fn counts(of: &[(DeliveryState, i64)]) -> StateCounts {
    let mut counts = StateCounts::default();
    for (state, n) in of {
        counts.add(*state, *n);
    }
    counts
}

fn donut(counts: StateCounts) -> String {
    let links = DonutLinks { fail: Some("/statistics?from=a&to=b#reasons".to_owned()), ..DonutLinks::default() };
    view! { <Donut id="d" title="今日" counts=counts links=links lang=Lang::Zh /> }.to_html()
}

fn bars(n: usize, counts: StateCounts) -> String {
    let bar =
        |i: usize| Bar { label: format!("L{i}"), title: format!("<T{i}>"), href: Some(format!("/d/{i}")), counts };
    let bars = (0..n).map(bar).collect();
    view! { <StackedBars id="b" title="按天" unit="日期" bars=bars lang=Lang::Zh /> }.to_html()
}

/// All values of an attribute.
fn values<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    html.split(&format!(" {name}=\"")).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

fn check(html: &str) {
    assert!(!html.contains(" style="), "the content policy forbids it");
    let ids = values(html, "id");
    let unique: BTreeSet<_> = ids.iter().collect();
    assert_eq!(ids.len(), unique.len(), "{ids:?}");
    for labels in values(html, "aria-labelledby") {
        assert!(labels.split(' ').all(|id| ids.contains(&id)), "{labels}");
    }
    for fill in values(html, "fill").into_iter().filter_map(|fill| fill.strip_prefix("url(#")) {
        assert!(ids.contains(&fill.trim_end_matches(')')), "{fill}");
    }
    assert_eq!(html.matches("role=\"img\"").count(), 1);
    assert!(html.contains("<details class=\"more\">"));
    assert!(!html.contains("NaN") && !html.contains("inf"));
}

#[test]
fn a_ring_shows_three_slices_and_leaves_the_rest_beside() {
    let html = donut(counts(&[
        (DeliveryState::Sent, 1_000),
        (DeliveryState::Delivered, 200),
        (DeliveryState::Unknown, 1),
        (DeliveryState::Sending, 30),
        (DeliveryState::Skipped, 44),
    ]));
    check(&html);
    assert_eq!(html.matches("class=\"arc ").count(), 3);
    assert!(html.contains(">1,231</text>"), "what was skipped is not in the total");
    assert!(html.contains("成功 1,200，失败 1，待发送 30"));
    assert!(html.contains("已跳过 44") && !html.contains("已取消 0"));
    assert!(html.contains("href=\"/statistics?from=a&amp;to=b#reasons\""));
}

#[test]
fn an_empty_ring_says_so_and_a_single_value_fills_it() {
    let empty = donut(StateCounts::default());
    check(&empty);
    assert!(empty.contains("arc none") && empty.contains("还没有发送"));
    let one = donut(counts(&[(DeliveryState::Failed, 7)]));
    check(&one);
    assert_eq!(one.matches("class=\"arc ").count(), 1);
    assert!(one.contains("100%"));
}

#[test]
fn bars_have_tips_links_and_at_most_twelve_labels() {
    for n in [1, 14, 31, 366] {
        let html =
            bars(n, counts(&[(DeliveryState::Sent, 5), (DeliveryState::Pending, 2), (DeliveryState::Skipped, 9)]));
        check(&html);
        assert_eq!(html.matches("class=\"bar-link\"").count(), n);
        assert_eq!(html.matches("&lt;T0&gt;：成功 5，失败 0，待发送 2</title>").count(), 1);
        let labels = html.matches("text-anchor=\"middle\"").count() + html.matches("x=\"560\"").count();
        assert!((1..=12).contains(&labels), "{n}: {labels}");
        assert_eq!(html.contains("tabindex=\"-1\""), n > 31);
    }
}

#[test]
fn a_period_without_anything_says_so() {
    let html = bars(7, counts(&[(DeliveryState::Skipped, 3)]));
    check(&html);
    assert!(html.contains("这段时间没有发送") && !html.contains("<g class=\"stack-of-bars\">"));
    check(&bars(0, StateCounts::default()));
}

#[test]
fn a_bar_in_a_table_never_runs_off_its_track() {
    let parts = [("success", 1_000_000), ("fail", 1), ("pending", 1)];
    let html = view! { <ShareBar parts=parts whole=1_000_002 /> }.to_html();
    let widths: f64 = values(&html, "width").iter().skip(1).filter_map(|w| w.parse::<f64>().ok()).sum();
    assert!((widths - 100.0).abs() < 0.01, "{html}");
    let none = view! { <ShareBar parts=[("fail", 0), ("neutral", 0), ("neutral", 0)] whole=0 /> }.to_html();
    assert!(!none.contains("bar fail") && !none.contains("NaN"));
}

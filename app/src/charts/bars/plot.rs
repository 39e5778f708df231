//! Where everything stands in a chart of bars.

use super::{Bar, tip};
use crate::{
    charts::{
        geometry::{Ticks, at, divide, labelled, ticks},
        slices::{pattern_of, slice_class},
    },
    components::words::number,
};
use leptos::prelude::*;
use model::{Lang, delivery::Slice, notice::StateCounts};

/// The drawing's measures, in its own units.
pub(super) struct Plot {
    width: f64,
    height: f64,
    /// The plot itself: left, right, top, bottom.
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    scale: Ticks,
    /// Width of a bar with its share of the gaps.
    pitch: f64,
}

const MOST_LABELS: usize = 12;
/// A part that is not nought is at least so high.
const SLIVER: f64 = 1.5;
/// Bars do not get wider than this, even when there is only one.
const WIDEST: f64 = 48.0;

impl Plot {
    pub(super) fn new(bars: &[Bar], wide: bool) -> Self {
        let scale = ticks(bars.iter().map(|bar| bar.counts.sendable()).max().unwrap_or_default());
        let (width, height) = if wide { (960.0, 280.0) } else { (560.0, 240.0) };
        let left = 14.0 + 7.0 * number(scale.top).len() as f64;
        let (right, top, bottom) = (width - 4.0, 12.0, height - 26.0);
        let pitch = (right - left) / bars.len().max(1) as f64;
        Self { width, height, left, right, top, bottom, scale, pitch }
    }

    pub(super) fn view_box(&self) -> String {
        format!("0 0 {} {}", at(self.width), at(self.height))
    }

    /// Height of a value above the axis.
    fn height_of(&self, n: i64) -> f64 {
        n as f64 / self.scale.top as f64 * (self.bottom - self.top)
    }

    /// Left edge and width of a bar.
    fn column(&self, i: usize) -> (f64, f64) {
        let gap = if self.pitch > 5.0 { self.pitch * 0.28 } else { self.pitch * 0.12 };
        let width = (self.pitch - gap).min(WIDEST);
        (self.left + self.pitch * i as f64 + (self.pitch - width) / 2.0, width)
    }

    /// Heights of the three parts of a bar. Together they are as high as the bar's sum on the scale, unless that is too
    /// little to show that they are there.
    fn parts(&self, counts: &StateCounts) -> [f64; 3] {
        let parts = Slice::ALL.map(|slice| counts.slice(slice));
        let seen = parts.iter().filter(|n| **n > 0).count() as f64;
        divide(parts, self.height_of(counts.sendable()).max(seen * SLIVER), SLIVER)
    }

    /// Lines and numbers of the scale.
    pub(super) fn grid(&self) -> Vec<AnyView> {
        self.scale
            .values()
            .map(|n| {
                let y = self.bottom - self.height_of(n);
                let class = if n == 0 { "axis" } else { "grid-line" };
                let opacity = if n == 0 { "0.4" } else { "0.14" };
                view! {
                    <g>
                        <line class=class x1=at(self.left) x2=at(self.right) y1=at(y) y2=at(y) stroke="currentColor" stroke-opacity=opacity />
                        <text class="tick" x=at(self.left - 6.0) y=at(y + 4.0) text-anchor="end" font-size="12" fill="currentColor">{number(n)}</text>
                    </g>
                }
                .into_any()
            })
            .collect()
    }

    /// The bars.
    pub(super) fn stacks(&self, id: &str, bars: &[Bar]) -> Vec<AnyView> {
        bars.iter()
            .enumerate()
            .filter(|(_, bar)| bar.counts.sendable() > 0)
            .map(|(i, bar)| self.stack(id, i, bar))
            .collect()
    }

    fn stack(&self, id: &str, i: usize, bar: &Bar) -> AnyView {
        let (x, width) = self.column(i);
        let mut y = self.bottom;
        let parts: Vec<_> = Slice::ALL
            .into_iter()
            .zip(self.parts(&bar.counts))
            .filter(|(_, height)| *height > 0.0)
            .map(|(slice, height)| {
                y -= height;
                let rect = |class: String, fill: Option<String>| {
                    view! { <rect class=class x=at(x) y=at(y) width=at(width) height=at(height) fill=fill /> }
                };
                let over = pattern_of(slice, id).map(|fill| rect("pattern".to_owned(), Some(fill)));
                (rect(format!("bar {}", slice_class(slice)), None), over)
            })
            .collect();
        view! { <g class="stack-of-bars">{parts}</g> }.into_any()
    }

    /// The names below the axis.
    pub(super) fn labels(&self, bars: &[Bar], from_last: bool) -> Vec<AnyView> {
        bars.iter()
            .enumerate()
            .filter(|(i, _)| labelled(*i, bars.len(), MOST_LABELS, from_last))
            .map(|(i, bar)| {
                let (x, y) = (self.left + self.pitch * (i as f64 + 0.5), self.bottom + 18.0);
                // The last label must not run out of the picture where bars are thin.
                let (x, anchor) = if x + 18.0 > self.width { (self.width, "end") } else { (x, "middle") };
                view! {
                    <text class="tick" x=at(x) y=at(y) text-anchor=anchor font-size="12" fill="currentColor">{bar.label.clone()}</text>
                }
                .into_any()
            })
            .collect()
    }

    /// A sentence in the middle of a chart without bars.
    pub(super) fn note(&self, text: String) -> AnyView {
        let (x, y) = (f64::midpoint(self.left, self.right), f64::midpoint(self.top, self.bottom));
        view! { <text class="chart-empty" x=at(x) y=at(y) text-anchor="middle" font-size="14" fill="currentColor">{text}</text> }
            .into_any()
    }

    /// A clear strip over each bar, as high as the plot: its tip and, where it leads somewhere, its link.
    pub(super) fn links(&self, bars: &[Bar], tab: &'static str, lang: Lang) -> Vec<AnyView> {
        bars.iter()
            .enumerate()
            .map(|(i, bar)| {
                let (x, height) = (at(self.left + self.pitch * i as f64), at(self.bottom - self.top));
                let tip = tip(bar, lang);
                let strip = view! {
                    <title>{tip.clone()}</title>
                    <rect class="hit" x=x y=at(self.top) width=at(self.pitch) height=height fill="transparent" />
                };
                match bar.href.clone() {
                    Some(href) => {
                        view! { <a class="bar-link" href=href tabindex=tab aria-label=tip>{strip}</a> }.into_any()
                    }
                    None => view! { <g class="bar-tip" aria-hidden="true">{strip}</g> }.into_any(),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::bars::tests::bar;

    #[test]
    fn a_bar_is_as_high_as_its_sum_and_the_highest_stays_below_the_top_line() {
        let bars = [bar("a", 60, 30, 10), bar("b", 1, 0, 0), bar("c", 0, 0, 0)];
        let plot = Plot::new(&bars, true);
        assert_eq!(plot.scale.top, 100);
        let whole = plot.bottom - plot.top;
        let [success, fail, pending] = plot.parts(&bars[0].counts);
        assert!((success + fail + pending - whole).abs() < 1e-9);
        assert!((success - whole * 0.6).abs() < 1e-9 && (fail - whole * 0.3).abs() < 1e-9);
        assert!((plot.parts(&bars[1].counts).iter().sum::<f64>() - whole * 0.01).abs() < 1e-9);
        assert_eq!(plot.parts(&bars[2].counts), [0.0; 3]);
    }

    #[test]
    fn one_failure_among_a_million_is_seen() {
        let bars = [bar("a", 999_999, 1, 0), bar("b", 1, 0, 0)];
        let plot = Plot::new(&bars, false);
        let [success, fail, _] = plot.parts(&bars[0].counts);
        assert_eq!(fail, SLIVER);
        assert!((success + fail - (plot.bottom - plot.top)).abs() < 1e-9);
        assert_eq!(plot.parts(&bars[1].counts), [SLIVER, 0.0, 0.0]);
    }

    #[test]
    fn columns_stand_side_by_side_inside_the_plot_for_any_number_of_bars() {
        for n in [1, 2, 7, 24, 90, 366] {
            let bars = vec![bar("a", 1, 1, 1); n];
            let plot = Plot::new(&bars, n > 31);
            let mut end = plot.left;
            for i in 0..n {
                let (x, width) = plot.column(i);
                assert!(x >= end - 1e-9 && width > 0.5, "{n} bars: {i}");
                end = x + width;
            }
            assert!(end <= plot.right + 1e-9, "{n} bars");
        }
    }
}

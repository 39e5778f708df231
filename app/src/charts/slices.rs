//! What all charts share: the classes of the slices, their patterns, their words.

use crate::components::words::{self, number, percent};
use leptos::prelude::*;
use model::{
    Lang,
    delivery::{DeliveryState, Slice},
    notice::StateCounts,
};

/// The class of a slice, in all charts and legends.
#[must_use]
pub fn slice_class(slice: Slice) -> &'static str {
    match slice {
        Slice::Success => "success",
        Slice::Fail => "fail",
        Slice::Pending => "pending",
    }
}

/// 成功 ÷ (成功 + 失败): of what has come to an end, how much went well. A dash while nothing has.
#[must_use]
pub fn success_rate(counts: &StateCounts) -> String {
    let success = counts.slice(Slice::Success);
    let finished = success + counts.slice(Slice::Fail);
    if finished > 0 { percent(success, finished) } else { "—".to_owned() }
}

/// The three numbers in words: "成功 3，失败 1，待发送 0".
#[must_use]
pub fn summary(counts: &StateCounts, lang: Lang) -> String {
    Slice::ALL
        .into_iter()
        .map(|slice| format!("{} {}", words::slice(slice, lang), number(counts.slice(slice))))
        .collect::<Vec<_>>()
        .join(lang.t("，", ", "))
}

/// How much of 失败 nobody knows for sure: "结果未知 2"; empty where all is known.
#[must_use]
pub fn unknown_hint(counts: &StateCounts, lang: Lang) -> String {
    match counts.of(DeliveryState::Unknown) {
        n if n > 0 => format!("{} {}", words::delivery_state(DeliveryState::Unknown, lang), number(n)),
        _ => String::new(),
    }
}

/// The fill that lies over the colour: stripes for 失败, dots for 待发送, nothing for 成功.
pub(super) fn pattern_of(slice: Slice, id: &str) -> Option<String> {
    match slice {
        Slice::Success => None,
        Slice::Fail => Some(format!("url(#{id}-stripes)")),
        Slice::Pending => Some(format!("url(#{id}-dots)")),
    }
}

/// The definitions behind [`pattern_of`]. Ids are the chart's own, because several charts share a page.
pub(super) fn patterns(id: &str) -> impl IntoView + use<> {
    view! {
        <defs>
            <pattern
                id=format!("{id}-stripes")
                width="5"
                height="5"
                patternUnits="userSpaceOnUse"
                patternTransform="rotate(45)"
            >
                <line class="pattern-line" x1="0" y1="0" x2="0" y2="5" stroke="#fff" stroke-opacity="0.55" stroke-width="2.5" />
            </pattern>
            <pattern id=format!("{id}-dots") width="5" height="5" patternUnits="userSpaceOnUse">
                <circle class="pattern-dot" cx="2" cy="2" r="1.1" fill="#fff" fill-opacity="0.65" />
            </pattern>
        </defs>
    }
}

/// A small square with colour and pattern for legends; the words stand beside it.
pub(super) fn swatch(slice: Slice, id: &str) -> impl IntoView + use<> {
    let over =
        pattern_of(slice, id).map(|fill| view! { <rect class="pattern" width="12" height="12" rx="2" fill=fill /> });
    view! {
        <svg class="swatch" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">
            <rect class=format!("bar {}", slice_class(slice)) width="12" height="12" rx="2" />
            {over}
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_of_what_has_ended_and_a_dash_before() {
        let mut counts = StateCounts::default();
        assert_eq!(success_rate(&counts), "—");
        counts.add(DeliveryState::Pending, 10);
        counts.add(DeliveryState::Skipped, 10);
        counts.add(DeliveryState::Cancelled, 10);
        assert_eq!(success_rate(&counts), "—");
        counts.add(DeliveryState::Sent, 2);
        counts.add(DeliveryState::Delivered, 1);
        assert_eq!(success_rate(&counts), "100%");
        counts.add(DeliveryState::Unknown, 1);
        assert_eq!(success_rate(&counts), "75.0%");
        assert_eq!(unknown_hint(&counts, Lang::Zh), "结果未知 1");
        assert_eq!(summary(&counts, Lang::En), "Success 3, Fail 1, Pending 10");
    }

    #[test]
    fn failures_alone_are_nought_percent() {
        let mut counts = StateCounts::default();
        counts.add(DeliveryState::Failed, 3);
        assert_eq!(success_rate(&counts), "0%");
    }
}

//! How far a notice is.

use leptos::prelude::*;
use model::{Lang, delivery::Slice, notice::StateCounts};

/// A bar of three parts: success, fail, pending; the same order and the same words as in the charts.
#[component]
pub fn Progress(counts: StateCounts, lang: Lang) -> impl IntoView {
    let whole = counts.sendable().max(1);
    let mut x = 0.0;
    let parts: Vec<_> = Slice::ALL
        .into_iter()
        .map(|slice| {
            let width = share(counts.slice(slice), whole);
            let class = match slice {
                Slice::Success => "bar success",
                Slice::Fail => "bar fail",
                Slice::Pending => "bar pending",
            };
            let part = view! { <rect class=class x=format!("{x:.3}") y="0" width=format!("{width:.3}") height="6" /> };
            x += width;
            part
        })
        .collect();
    let text = Slice::ALL
        .into_iter()
        .map(|slice| format!("{} {}", super::words::slice(slice, lang), super::words::number(counts.slice(slice))))
        .collect::<Vec<_>>()
        .join(lang.t("，", ", "));
    view! {
        <svg class="progress" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=text>
            {parts}
        </svg>
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share of a bar of a few hundred pixels")]
fn share(part: i64, whole: i64) -> f64 {
    part as f64 * 100.0 / whole as f64
}

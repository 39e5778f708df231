//! A bar in a table cell.

use super::geometry::{at, divide};
use leptos::prelude::*;

/// A part of a bar: class (`success`, `fail`, `pending`, `neutral`) and number.
pub type Part = (&'static str, i64);

/// Parts side by side, on a track that stands for `whole`. The numbers stand beside it in the table, so screen readers
/// skip it.
#[component]
pub fn ShareBar(parts: [Part; 3], whole: i64) -> impl IntoView {
    let numbers = parts.map(|(_, n)| n);
    let sum: i64 = numbers.iter().sum();
    let seen = numbers.iter().filter(|n| **n > 0).count() as f64;
    let length = (sum as f64 * 100.0 / whole.max(sum).max(1) as f64).max(seen);
    let mut x = 0.0;
    let bars: Vec<_> = parts
        .into_iter()
        .zip(divide(numbers, length, 1.0))
        .filter(|(_, width)| *width > 0.0)
        .map(|((class, _), width)| {
            let bar = view! { <rect class=format!("bar {class}") x=at(x) y="0" width=at(width) height="6" /> };
            x += width;
            bar
        })
        .collect();
    view! {
        <svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class="track" x="0" y="0" width="100" height="6" fill="currentColor" fill-opacity="0.08" />
            {bars}
        </svg>
    }
}

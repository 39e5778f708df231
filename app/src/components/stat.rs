//! A number that matters.

use super::{Tone, words::number};
use leptos::prelude::*;

/// A number with a label; it links to the rows behind it where `href` is given.
#[component]
pub fn Stat(
    #[prop(into)] label: String,
    value: i64,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] href: String,
    #[prop(optional)] tone: Tone,
) -> impl IntoView {
    let inner = view! {
        <span class="stat-label">{label}</span>
        <span class="stat-value">{number(value)}</span>
        {(!hint.is_empty()).then(|| view! { <span class="stat-hint">{hint}</span> })}
    };
    let class = format!("stat {}", tone.class());
    if href.is_empty() {
        view! { <div class=class>{inner}</div> }.into_any()
    } else {
        view! { <a class=class href=href>{inner}</a> }.into_any()
    }
}

//! Where one is in a sequence of pages.

use leptos::prelude::*;

/// Steps with links to those that can be gone back to. `current` counts from 0.
#[component]
pub fn Steps(#[prop(into)] label: String, steps: Vec<(String, Option<String>)>, current: usize) -> impl IntoView {
    let items: Vec<_> = steps
        .into_iter()
        .enumerate()
        .map(|(i, (text, href))| {
            let class = match i.cmp(&current) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal => "current",
                std::cmp::Ordering::Greater => "ahead",
            };
            let mark = view! { <span class="step-number" aria-hidden="true">{i + 1}</span> };
            let inner = match href.filter(|_| i < current) {
                Some(href) => view! { <a href=href>{mark} {text}</a> }.into_any(),
                None => view! { <span>{mark} {text}</span> }.into_any(),
            };
            view! { <li class=class aria-current=(i == current).then_some("step")>{inner}</li> }
        })
        .collect();
    view! { <nav class="steps" aria-label=label><ol>{items}</ol></nav> }
}

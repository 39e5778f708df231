//! What stands where nothing is yet, and what to do next.

use super::{Icon, IconName};
use leptos::prelude::*;

/// An empty state; `href` and `action` lead on.
#[component]
pub fn Empty(
    icon: IconName,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional, into)] href: String,
    #[prop(optional, into)] action: String,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-icon"><Icon name=icon /></span>
            <h2>{title}</h2>
            <p>{text}</p>
            {(!href.is_empty()).then(|| view! { <p><a class="button primary" href=href>{action}</a></p> })}
        </div>
    }
}

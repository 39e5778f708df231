//! The head of a page.

use leptos::prelude::*;

/// Title, a line below it, and actions at the right (children).
#[component]
pub fn PageHeader(
    #[prop(into)] title: String,
    #[prop(optional, into)] text: String,
    /// Where "back" leads; empty: nowhere.
    #[prop(optional, into)]
    back: String,
    /// What the way back is called.
    #[prop(optional, into)]
    back_text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="page-header">
            <div class="page-title">
                {(!back.is_empty()).then(|| view! { <a class="back" href=back>"← " {back_text}</a> })}
                <h1>{title}</h1>
                {(!text.is_empty()).then(|| view! { <p class="muted">{text}</p> })}
            </div>
            <div class="page-actions">{children.map(|children| children())}</div>
        </header>
    }
}

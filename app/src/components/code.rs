//! Error codes on screen.

use leptos::prelude::*;

/// A code, with the way to what is known of it.
#[component]
pub fn ErrorCode(errcode: i64) -> impl IntoView {
    view! { <a class="error-code" href=format!("/errors/{errcode}")><code>{errcode}</code></a> }
}

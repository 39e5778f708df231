//! To be written.

use crate::web::{Nav, Need, Page, page};
use leptos::prelude::*;

/// Page.
#[component]
pub fn Statistics() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("Statistics", view! { <h1>"Statistics"</h1> })) })
}

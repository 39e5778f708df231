//! To be written.

use crate::web::{Nav, Need, Page, page};
use leptos::prelude::*;

/// Page.
#[component]
pub fn Overview() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("Overview", view! { <h1>"Overview"</h1> })) })
}

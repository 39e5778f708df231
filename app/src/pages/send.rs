//! To be written.

use crate::web::{Nav, Need, Page, page};
use leptos::prelude::*;

/// Page.
#[component]
pub fn SendAudience() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("SendAudience", view! { <h1>"SendAudience"</h1> })) })
}

/// Page.
#[component]
pub fn SendContent() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("SendContent", view! { <h1>"SendContent"</h1> })) })
}

/// Page.
#[component]
pub fn SendReview() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("SendReview", view! { <h1>"SendReview"</h1> })) })
}

/// Page.
#[component]
pub fn SendStart() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("SendStart", view! { <h1>"SendStart"</h1> })) })
}

//! To be written.

use crate::web::{Nav, Need, Page, page};
use leptos::prelude::*;

/// Page.
#[component]
pub fn Account() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("Account", view! { <h1>"Account"</h1> })) })
}

/// Page.
#[component]
pub fn Login() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("Login", view! { <h1>"Login"</h1> })) })
}

/// Page.
#[component]
pub fn Setup() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("Setup", view! { <h1>"Setup"</h1> })) })
}

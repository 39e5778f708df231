//! To be written.

use crate::web::{Nav, Need, Page, page};
use leptos::prelude::*;

/// Page.
#[component]
pub fn EditTemplate() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("EditTemplate", view! { <h1>"EditTemplate"</h1> })) })
}

/// Page.
#[component]
pub fn NewTemplate() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("NewTemplate", view! { <h1>"NewTemplate"</h1> })) })
}

/// Page.
#[component]
pub fn TemplateDetail() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("TemplateDetail", view! { <h1>"TemplateDetail"</h1> })) })
}

/// Page.
#[component]
pub fn Templates() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("Templates", view! { <h1>"Templates"</h1> })) })
}

//! To be written.

use crate::web::{Nav, Need, Page, page};
use leptos::prelude::*;

/// Page.
#[component]
pub fn EditMiniProgram() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("EditMiniProgram", view! { <h1>"EditMiniProgram"</h1> })) })
}

/// Page.
#[component]
pub fn MiniPrograms() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("MiniPrograms", view! { <h1>"MiniPrograms"</h1> })) })
}

/// Page.
#[component]
pub fn NewMiniProgram() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("NewMiniProgram", view! { <h1>"NewMiniProgram"</h1> })) })
}

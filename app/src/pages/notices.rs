//! To be written.

use crate::web::{Nav, Need, Page, page};
use leptos::prelude::*;

/// Page.
#[component]
pub fn DeliveryDetail() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("DeliveryDetail", view! { <h1>"DeliveryDetail"</h1> })) })
}

/// Page.
#[component]
pub fn NoticeDetail() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("NoticeDetail", view! { <h1>"NoticeDetail"</h1> })) })
}

/// Page.
#[component]
pub fn Notices() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("Notices", view! { <h1>"Notices"</h1> })) })
}

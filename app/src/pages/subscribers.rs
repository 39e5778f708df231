//! To be written.

use crate::web::{Nav, Need, Page, page};
use leptos::prelude::*;

/// Page.
#[component]
pub fn NewSubscriber() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("NewSubscriber", view! { <h1>"NewSubscriber"</h1> })) })
}

/// Page.
#[component]
pub fn SubscriberDetail() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("SubscriberDetail", view! { <h1>"SubscriberDetail"</h1> })) })
}

/// Page.
#[component]
pub fn Subscribers() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("Subscribers", view! { <h1>"Subscribers"</h1> })) })
}

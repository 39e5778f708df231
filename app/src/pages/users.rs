//! To be written.

use crate::web::{Nav, Need, Page, page};
use leptos::prelude::*;

/// Page.
#[component]
pub fn Users() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async move { Ok(Page::new("Users", view! { <h1>"Users"</h1> })) })
}

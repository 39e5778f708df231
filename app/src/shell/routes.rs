//! Which path shows which page.

use crate::{
    pages,
    web::{Instead, Nav, Need, PageError, page},
};
use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

/// All pages.
#[component]
pub fn App() -> impl IntoView {
    if let Some(Instead(status)) = use_context::<Instead>() {
        return page(Need::SignedIn, Nav::Overview, async move |_| Err(PageError::Refused(status))).into_any();
    }
    view! {
        <Router>
            <Routes fallback=not_found>
                <Route path=path!("/") view=pages::Overview ssr=SsrMode::Async />
                <Route path=path!("/setup") view=pages::Setup ssr=SsrMode::Async />
                <Route path=path!("/login") view=pages::Login ssr=SsrMode::Async />
                <Route path=path!("/account") view=pages::Account ssr=SsrMode::Async />
                <Route path=path!("/mini-programs") view=pages::MiniPrograms ssr=SsrMode::Async />
                <Route path=path!("/mini-programs/new") view=pages::NewMiniProgram ssr=SsrMode::Async />
                <Route path=path!("/mini-programs/:id") view=pages::EditMiniProgram ssr=SsrMode::Async />
                <Route path=path!("/mini-programs/:id/health") view=pages::MiniProgramHealth ssr=SsrMode::Async />
                <Route path=path!("/mini-programs/:id/reset-quota") view=pages::ResetQuota ssr=SsrMode::Async />
                <Route path=path!("/mini-programs/:id/callback") view=pages::MiniProgramCallback ssr=SsrMode::Async />
                <Route path=path!("/mini-programs/:id/rules") view=pages::MiniProgramRules ssr=SsrMode::Async />
                <Route path=path!("/mini-programs/:id/remove-callback") view=pages::RemoveCallbackPage ssr=SsrMode::Async />
                <Route path=path!("/mini-programs/:id/connect") view=pages::ConnectMiniProgram ssr=SsrMode::Async />
                <Route path=path!("/mini-programs/:id/login-key") view=pages::LoginKey ssr=SsrMode::Async />
                <Route path=path!("/templates") view=pages::Templates ssr=SsrMode::Async />
                <Route path=path!("/templates/new") view=pages::NewTemplate ssr=SsrMode::Async />
                <Route path=path!("/templates/sync") view=pages::SyncTemplates ssr=SsrMode::Async />
                <Route path=path!("/templates/library") view=pages::TemplateLibrary ssr=SsrMode::Async />
                <Route path=path!("/templates/:id") view=pages::TemplateDetail ssr=SsrMode::Async />
                <Route path=path!("/templates/:id/delete") view=pages::DeleteTemplate ssr=SsrMode::Async />
                <Route path=path!("/templates/:id/edit") view=pages::EditTemplate ssr=SsrMode::Async />
                <Route path=path!("/subscribers") view=pages::Subscribers ssr=SsrMode::Async />
                <Route path=path!("/subscribers/import") view=pages::ImportSubscribers ssr=SsrMode::Async />
                <Route path=path!("/subscribers/new") view=pages::NewSubscriber ssr=SsrMode::Async />
                <Route path=path!("/subscribers/:id") view=pages::SubscriberDetail ssr=SsrMode::Async />
                <Route path=path!("/send") view=pages::SendStart ssr=SsrMode::Async />
                <Route path=path!("/send/:id/audience") view=pages::SendAudience ssr=SsrMode::Async />
                <Route path=path!("/send/:id/file") view=pages::SendFile ssr=SsrMode::Async />
                <Route path=path!("/send/:id/content") view=pages::SendContent ssr=SsrMode::Async />
                <Route path=path!("/send/:id/review") view=pages::SendReview ssr=SsrMode::Async />
                <Route path=path!("/notices") view=pages::Notices ssr=SsrMode::Async />
                <Route path=path!("/notices/recurring") view=pages::RecurringNotices ssr=SsrMode::Async />
                <Route path=path!("/notices/:id") view=pages::NoticeDetail ssr=SsrMode::Async />
                <Route path=path!("/notices/:id/deliveries/:subscriber") view=pages::DeliveryDetail ssr=SsrMode::Async />
                <Route path=path!("/statistics") view=pages::Statistics ssr=SsrMode::Async />
                <Route path=path!("/errors") view=pages::Errors ssr=SsrMode::Async />
                <Route path=path!("/errors/:code") view=pages::ErrorDetail ssr=SsrMode::Async />
                <Route path=path!("/settings/users") view=pages::Users ssr=SsrMode::Async />
                <Route path=path!("/settings/api-keys") view=pages::ApiKeys ssr=SsrMode::Async />
                <Route path=path!("/settings/webhooks") view=pages::Webhooks ssr=SsrMode::Async />
                <Route path=path!("/settings/webhooks/:id") view=pages::WebhookDetail ssr=SsrMode::Async />
                <Route path=path!("/system") view=pages::System ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
    .into_any()
}

fn not_found() -> impl IntoView {
    page(Need::SignedIn, Nav::Overview, |_| async { Err(PageError::NotFound) })
}

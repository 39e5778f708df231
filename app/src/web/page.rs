//! The frame of every page: who may see it, its title, what is shown when it cannot be made.

use super::{Context, Need, context};
use crate::{
    components::escape,
    shell::{Frame, error_view},
};
use axum::http::StatusCode;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::Title;
use service::UseError;
use std::future::Future;

/// The entry of the navigation that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nav {
    /// 总览.
    Overview,
    /// 模板.
    Templates,
    /// 订阅者.
    Subscribers,
    /// 发送.
    Send,
    /// 通知任务.
    Notices,
    /// 统计.
    Statistics,
    /// 错误码.
    Errors,
    /// 小程序.
    MiniPrograms,
    /// 用户.
    Users,
    /// API 密钥.
    ApiKeys,
    /// Webhook.
    Webhooks,
    /// 系统.
    System,
    /// One's own account.
    Account,
    /// Pages without navigation: setup, sign-in.
    Bare,
}

/// A page that could be made.
pub struct Page {
    /// Title of the browser tab, without the product's name.
    pub title: String,
    /// The body.
    pub body: AnyView,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Page").field("title", &self.title).finish_non_exhaustive()
    }
}

impl Page {
    /// A page.
    pub fn new(title: impl Into<String>, body: impl IntoView + 'static) -> Self {
        Self { title: title.into(), body: body.into_any() }
    }
}

/// In the context of a request that something other than a page has refused: the refusal's status is what is shown.
#[derive(Clone, Copy, Debug)]
pub struct Instead(pub StatusCode);

/// Why a page could not be made.
#[derive(Debug)]
pub enum PageError {
    /// It is not a page's business: that status.
    Refused(StatusCode),
    /// There is no such thing: 404.
    NotFound,
    /// Go there instead.
    Redirect(String),
    /// A use case failed: 500, or 404 for [`UseError::NotFound`].
    Failed(UseError),
}

impl From<UseError> for PageError {
    fn from(error: UseError) -> Self {
        match error {
            UseError::NotFound => Self::NotFound,
            other => Self::Failed(other),
        }
    }
}

/// What making a page gives.
pub type PageResult = Result<Page, PageError>;

/// Makes a page in its frame. `work` gets the request's context and may ask the services; pages that need somebody
/// signed in send others to the sign-in page and back.
pub fn page<F, Fut>(need: Need, nav: Nav, work: F) -> impl IntoView
where
    F: FnOnce(Context) -> Fut + Send + 'static,
    Fut: Future<Output = PageResult> + Send + 'static,
{
    let ctx = context();
    let response = expect_context::<ResponseOptions>();
    let made = async move {
        if need != Need::Nobody && ctx.user.is_none() {
            let next = ctx.path.replace('%', "%25").replace('&', "%26").replace('+', "%2B").replace('#', "%23");
            leptos_axum::redirect(&format!("/login?next={next}"));
            return ().into_any();
        }
        if let Need::Permission(permission) = need
            && !ctx.may(permission)
        {
            response.set_status(StatusCode::FORBIDDEN);
            return framed(&ctx, nav, error_view(&ctx, StatusCode::FORBIDDEN));
        }
        match work(ctx.clone()).await {
            Ok(page) => framed(&ctx, nav, page),
            Err(PageError::Redirect(to)) => {
                leptos_axum::redirect(&to);
                ().into_any()
            }
            Err(error) => {
                let status = match &error {
                    PageError::Refused(status) => *status,
                    PageError::NotFound => StatusCode::NOT_FOUND,
                    _ => StatusCode::INTERNAL_SERVER_ERROR,
                };
                if let PageError::Failed(error) = error {
                    tracing::error!(error = &error as &dyn std::error::Error, "a page could not be made");
                }
                response.set_status(status);
                framed(&ctx, nav, error_view(&ctx, status))
            }
        }
    };
    view! { <Suspense>{Suspend::new(made)}</Suspense> }
}

fn framed(ctx: &Context, nav: Nav, page: Page) -> AnyView {
    // Leptos' <Title> writes its text as it is.
    let title = escape(&format!("{} · {}", page.title, ctx.t("雁书", "Yanshu")));
    view! {
        <Title text=title />
        <Frame ctx=ctx.clone() nav=nav>
            {page.body}
        </Frame>
    }
    .into_any()
}

//! The head that all pages of a mini program share.

use crate::{
    components::{Badge, PageHeader, Tone},
    web::{Context, PageError},
};
use leptos::prelude::*;
use model::{ids::MiniProgramId, mini_program::MiniProgram};

/// A page of a mini program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    Settings,
    Health,
    Callback,
    Rules,
    Connect,
}

impl Tab {
    const ALL: [Self; 5] = [Self::Settings, Self::Health, Self::Callback, Self::Rules, Self::Connect];

    /// Where it is.
    pub(super) fn path(self, id: MiniProgramId) -> String {
        let page = match self {
            Self::Settings => "",
            Self::Health => "/health",
            Self::Callback => "/callback",
            Self::Rules => "/rules",
            Self::Connect => "/connect",
        };
        format!("/mini-programs/{id}{page}")
    }

    /// What it is called.
    pub(super) fn name(self, ctx: &Context) -> &'static str {
        let (zh, en) = match self {
            Self::Settings => ("设置", "Settings"),
            Self::Health => ("凭证与额度", "Token and quota"),
            Self::Callback => ("回调", "Callback"),
            Self::Rules => ("发送规则", "Sending rules"),
            Self::Connect => ("接入小程序", "Connect"),
        };
        ctx.lang.t(zh, en)
    }
}

/// The mini program of the path.
///
/// # Errors
/// 404 where there is none, or when the database fails.
pub(super) async fn program(ctx: &Context) -> Result<MiniProgram, PageError> {
    let id = MiniProgramId(ctx.number_at(1).ok_or(PageError::NotFound)?);
    Ok(ctx.services.mini_program(id).await?)
}

/// Whether it is the one worked with; lists of people and notices show that one's only.
pub(super) fn is_current(ctx: &Context, program: &MiniProgram) -> bool {
    ctx.mini_program.as_ref().is_some_and(|current| current.id == program.id)
}

/// Name and tabs.
pub(super) fn head(ctx: &Context, program: &MiniProgram, here: Tab) -> AnyView {
    let tabs: Vec<_> = Tab::ALL
        .into_iter()
        .map(|tab| {
            let current = (tab == here).then_some("page");
            view! { <li><a href=tab.path(program.id) aria-current=current>{tab.name(ctx)}</a></li> }
        })
        .collect();
    let current = is_current(ctx, program).then(|| ctx.t("当前小程序", "Current").to_owned());
    view! {
        <PageHeader title=program.settings.name.clone() back="/mini-programs" back_text=ctx.t("小程序", "Mini programs")>
            {current.map(|text| view! { <Badge text tone=Tone::Info /> })}
        </PageHeader>
        <nav class="tabs" aria-label=ctx.t("小程序的页面", "Pages of the mini program").to_owned()><ul>{tabs}</ul></nav>
    }
    .into_any()
}

/// The head of a page that asks before something is done; back leads to the tab that it belongs to.
pub(super) fn confirm_head(ctx: &Context, program: &MiniProgram, title: &str, tab: Tab) -> AnyView {
    let back_text = format!("{} · {}", program.settings.name, tab.name(ctx));
    view! { <PageHeader title=title back=tab.path(program.id) back_text=back_text /> }.into_any()
}

/// The title of the browser's tab.
pub(super) fn title(ctx: &Context, program: &MiniProgram, tab: Tab) -> String {
    format!("{} · {}", tab.name(ctx), program.settings.name)
}

//! 凭证与额度: the access token, and the call counters at WeChat.

mod foreign;
mod quota;
mod token;

pub(super) use quota::answer as quota_answer;
pub(in crate::pages) use quota::same_day;

use super::{
    check,
    tabs::{self, Tab},
};
use crate::{
    actions::mini_programs::CheckReport,
    web::{Nav, Need, Page, page},
};
use leptos::prelude::*;
use model::access::Permission;

/// The page.
#[component]
pub fn MiniProgramHealth() -> impl IntoView {
    page(Need::Permission(Permission::ManageMiniPrograms), Nav::MiniPrograms, |ctx| async move {
        let program = tabs::program(&ctx).await?;
        let health = ctx.services.token_health(program.id).await?;
        let seen = ctx.services.quota_seen(program.id).await?;
        let resets = ctx.services.resets_left(program.id).await?;
        let report = CheckReport::read(&ctx, program.id).map(|report| check::found(&ctx, &program, &report));
        let body = view! {
            {tabs::head(&ctx, &program, Tab::Health)}
            <div class="stack">
                {report}
                {foreign::warning(&ctx, &health)}
                <div class="grid two">
                    {token::card(&ctx, &program, &health)}
                    {quota::cards(&ctx, &program, seen, resets)}
                </div>
            </div>
        };
        Ok(Page::new(tabs::title(&ctx, &program, Tab::Health), body))
    })
}

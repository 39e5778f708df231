//! Who may sign in, and as what.

mod add;
mod manage;
mod table;

use crate::{
    components::PageHeader,
    web::{Nav, Need, Page, page},
};
use leptos::prelude::*;
use model::access::Permission;

/// The users, with what can be changed of each.
#[component]
pub fn Users() -> impl IntoView {
    page(Need::Permission(Permission::ManageUsers), Nav::Users, |ctx| async move {
        let users = ctx.services.users().await?;
        let title = ctx.t("用户", "Users");
        let text = ctx.t(
            "能登录这个控制台的人。管理员可以使用全部功能；操作员不能管理用户和小程序密钥。",
            "Everyone who signs in here. Administrators may do everything; operators neither manage users nor mini programs' secrets.",
        );
        let body = view! {
            <PageHeader title=title text=text />
            <div class="split">
                <div class="stack">{table::users(&ctx, &users)}</div>
                <div class="stack">{add::form(&ctx)}</div>
            </div>
        };
        Ok(Page::new(title, body))
    })
}

//! The table of users.

use super::manage;
use crate::{
    components::{Badge, Tone, words},
    web::Context,
};
use leptos::prelude::*;
use model::access::{Role, User};

/// One row per user, and below it what can be changed.
pub(super) fn users(ctx: &Context, users: &[User]) -> AnyView {
    let rows: Vec<_> = users.iter().map(|user| row(ctx, user)).collect();
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ctx.t("用户名", "Name").to_owned()}</th>
                        <th scope="col">{ctx.t("角色", "Role").to_owned()}</th>
                        <th scope="col">{ctx.t("创建时间", "Added").to_owned()}</th>
                        <th scope="col">{ctx.t("最近登录", "Last sign-in").to_owned()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(ctx: &Context, user: &User) -> AnyView {
    let me = ctx.user.as_ref().is_some_and(|me| me.id == user.id);
    let tone = if user.role == Role::Administrator { Tone::Info } else { Tone::Neutral };
    let last = match user.last_sign_in_at {
        Some(at) => view! { <time>{ctx.short_time(at)}</time> }.into_any(),
        None => view! { <span class="muted">{ctx.t("从未登录", "Never").to_owned()}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                {user.name.clone()} " "
                {me.then(|| view! { <span class="muted small">{ctx.t("（你）", "(you)").to_owned()}</span> })}
            </th>
            <td><Badge text=words::role(user.role, ctx.lang) tone /></td>
            <td><time>{ctx.short_time(user.created_at)}</time></td>
            <td>{last}</td>
        </tr>
        <tr class="row-more" id=format!("user-{}", user.id)>
            <td colspan="4">
                {if me { own(ctx).into_any() } else { manage::forms(ctx, user).into_any() }}
            </td>
        </tr>
    }
    .into_any()
}

fn own(ctx: &Context) -> AnyView {
    let text = ctx.t(
        "这是你自己：角色与移除请由另一位管理员操作，",
        "This is you. Role and removal are up to another administrator; ",
    );
    view! {
        <p class="muted small">
            {text.to_owned()} <a href="/account">{ctx.t("密码请到“我的账号”修改", "your password is under Account").to_owned()}</a>
            {ctx.t("。", ".").to_owned()}
        </p>
    }
    .into_any()
}

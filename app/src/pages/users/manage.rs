//! What an administrator can change of another user. Several such forms stand on one page, so the controls have ids of
//! their own; each is folded away until it is wanted, and comes back open when it was refused.

use super::add::ROLES;
use crate::{
    actions::users::{ChangeRole, RemoveUser, ResetPassword},
    components::words,
    web::{Context, FormState},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::access::{Role, User};

/// Change the role, set a new password, remove.
pub(super) fn forms(ctx: &Context, user: &User) -> AnyView {
    view! { <div class="row">{role(ctx, user)} {password(ctx, user)} {remove(ctx, user)}</div> }.into_any()
}

/// The state of a refused form, if it was this user's.
fn state(ctx: &Context, name: &str, user: &User) -> FormState {
    let state = ctx.form(name);
    if state.value("id", "") == user.id.to_string() { state } else { FormState::default() }
}

fn role(ctx: &Context, user: &User) -> AnyView {
    let state = state(ctx, "change-role", user);
    let id = format!("role-{}", user.id);
    let options: Vec<_> = ROLES
        .into_iter()
        .map(|role| {
            view! { <option value=role.code() selected=role == user.role>{words::role(role, ctx.lang).to_owned()}</option> }
        })
        .collect();
    let text = match user.role {
        Role::Administrator => ctx.t(
            "改为操作员后，对方不能再管理用户和小程序密钥，立即生效。最后一位管理员不能改为操作员。",
            "As an operator they no longer manage users or mini programs' secrets, from that moment on. The last administrator stays one.",
        ),
        Role::Operator => ctx.t(
            "改为管理员后，对方可以使用全部功能，包括管理用户和小程序密钥，立即生效。",
            "As an administrator they may do everything, users and mini programs' secrets included, from that moment on.",
        ),
    };
    view! {
        <details class="more" open=state.refused()>
            <summary>{ctx.t("更改角色", "Change the role").to_owned()}</summary>
            <form class="form" method="post" action=ChangeRole::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=user.id.0 />
                <p class="muted small">{text.to_owned()}</p>
                <div class="field">
                    <label for=id.clone()>{ctx.t("角色", "Role").to_owned()}</label>
                    <select id=id name="role">{options}</select>
                </div>
                <div class="form-actions">
                    <button class="button small" type="submit">{ctx.t("保存角色", "Save the role").to_owned()}</button>
                </div>
            </form>
        </details>
    }
    .into_any()
}

fn password(ctx: &Context, user: &User) -> AnyView {
    let state = state(ctx, "reset-password", user);
    let error = state.error("password", ctx.lang);
    let id = format!("password-{}", user.id);
    let error_id = format!("{id}-error");
    let class = if error.is_some() { "field invalid" } else { "field" };
    let (invalid, described) = (error.as_ref().map(|_| "true"), error.as_ref().map(|_| error_id.clone()));
    view! {
        <details class="more" open=state.refused()>
            <summary>{ctx.t("设置新密码", "Set a new password").to_owned()}</summary>
            <form class="form" method="post" action=ResetPassword::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=user.id.0 />
                <p class="muted small">
                    {ctx.t("旧密码立即失效，对方的登录全部退出。请把新密码另行告诉对方。", "The old password is void at once and they are signed out everywhere. Pass the new one on to them.").to_owned()}
                </p>
                <div class=class>
                    <label for=id.clone()>{ctx.t("新密码（至少 10 个字符）", "New password (at least 10 characters)").to_owned()}</label>
                    <input
                        id=id
                        type="password"
                        name="password"
                        autocomplete="new-password"
                        required=true
                        aria-invalid=invalid
                        aria-describedby=described
                    />
                    {error.map(|error| view! { <p class="field-error" id=error_id>{error}</p> })}
                </div>
                <div class="form-actions">
                    <button class="button small" type="submit">{ctx.t("设置新密码", "Set the password").to_owned()}</button>
                </div>
            </form>
        </details>
    }
    .into_any()
}

fn remove(ctx: &Context, user: &User) -> AnyView {
    let state = state(ctx, "remove-user", user);
    view! {
        <details class="more" open=state.refused()>
            <summary>{ctx.t("移除", "Remove").to_owned()}</summary>
            <form class="form" method="post" action=RemoveUser::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=user.id.0 />
                <p class="muted small">
                    {ctx.t("移除后对方立即无法使用控制台。其创建的通知任务和记录会保留；正在发送的任务不受影响。", "They can no longer use the console from that moment on. Notices they made stay, and what is being sent goes on.").to_owned()}
                </p>
                <div class="form-actions">
                    <button class="button small danger" type="submit">
                        {ctx.t("移除用户", "Remove").to_owned()} " " {user.name.clone()}
                    </button>
                </div>
            </form>
        </details>
    }
    .into_any()
}

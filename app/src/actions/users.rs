//! Users: add, change the role, set a new password, remove. One's own entry is left alone here: whoever demotes or
//! removes themselves stands before a closed door.

use crate::web::{Context, Done, Form, Need, act};
use leptos::prelude::*;
use model::{
    Problem,
    access::{Permission, Role, User},
    ids::UserId,
};
use secrecy::SecretString;
use service::{UseError, UseResult};

/// Where all these forms stand.
const PAGE: &str = "/settings/users";
const NEED: Need = Need::Permission(Permission::ManageUsers);

/// Adds a user with an initial password.
#[server(prefix = "/actions", endpoint = "add-user")]
pub async fn add_user(
    #[server(default)] csrf: String,
    #[server(default)] name: String,
    #[server(default)] role: String,
    #[server(default)] password: String,
) -> Result<(), ServerFnError> {
    let form = Form::new("add-user", PAGE).keep("name", &name).keep("role", &role);
    act(&csrf, NEED, form, |ctx| async move {
        let role = parse_role(&role)?;
        ctx.services.add_user(&name, SecretString::from(password), role).await?;
        let name = name.trim();
        Ok(Done::to(PAGE).saying(
            format!("已添加用户“{name}”。请把初始密码告诉对方，并请其登录后修改。"),
            format!("“{name}” is added. Pass on the initial password and have it changed after the first sign-in."),
        ))
    })
    .await
}

/// Makes a user administrator or operator.
#[server(prefix = "/actions", endpoint = "change-role")]
pub async fn change_role(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
    #[server(default)] role: String,
) -> Result<(), ServerFnError> {
    let form = Form::new("change-role", PAGE).keep("id", &id).keep("role", &role);
    act(&csrf, NEED, form, |ctx| async move {
        let user = other(&ctx, &id).await?;
        let role = parse_role(&role)?;
        ctx.services.change_role(user.id, role).await?;
        let [zh, en] = [model::Lang::Zh, model::Lang::En].map(|lang| crate::components::words::role(role, lang));
        Ok(Done::to(PAGE).saying(
            format!("“{}”的角色已改为{zh}，立即生效。", user.name),
            format!("The role of “{}” is now {en}, from this moment on.", user.name),
        ))
    })
    .await
}

/// Gives a user a new password and ends their sessions.
#[server(prefix = "/actions", endpoint = "reset-password")]
pub async fn reset_password(
    #[server(default)] csrf: String,
    #[server(default)] id: String,
    #[server(default)] password: String,
) -> Result<(), ServerFnError> {
    let form = Form::new("reset-password", PAGE).keep("id", &id);
    act(&csrf, NEED, form, |ctx| async move {
        let user = other(&ctx, &id).await?;
        ctx.services.reset_password(user.id, SecretString::from(password)).await?;
        Ok(Done::to(PAGE).saying(
            format!("已为“{}”设置新密码，对方的登录已全部退出。", user.name),
            format!("“{}” has a new password and is signed out everywhere.", user.name),
        ))
    })
    .await
}

/// Removes a user; their sessions end with the next request.
#[server(prefix = "/actions", endpoint = "remove-user")]
pub async fn remove_user(#[server(default)] csrf: String, #[server(default)] id: String) -> Result<(), ServerFnError> {
    let form = Form::new("remove-user", PAGE).keep("id", &id);
    act(&csrf, NEED, form, |ctx| async move {
        let user = other(&ctx, &id).await?;
        ctx.services.remove_user(user.id).await?;
        Ok(Done::to(PAGE).saying(format!("已移除用户“{}”。", user.name), format!("“{}” is removed.", user.name)))
    })
    .await
}

/// The user meant by the form, who is not the person at the keyboard.
async fn other(ctx: &Context, id: &str) -> UseResult<User> {
    let id = UserId(id.parse().map_err(|_| UseError::NotFound)?);
    if ctx.user.as_ref().is_some_and(|me| me.id == id) {
        return Err(Problem::whole(
            "oneself",
            "不能在这里更改自己的账号：密码请到“我的账号”修改，角色与移除请由另一位管理员操作。",
            "You cannot change your own entry here: the password is under Account; role and removal are up to another administrator.",
        )
        .into());
    }
    ctx.services.user(id).await
}

fn parse_role(role: &str) -> Result<Role, Problem> {
    Role::parse(role).ok_or_else(|| {
        Problem::of("role", "unknown_choice", "请从列表中选择一个角色。", "Choose one of the listed roles.")
    })
}

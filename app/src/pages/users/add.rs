//! A new user.

use crate::{
    actions::users::AddUser,
    components::{FormErrors, Password, Select, TextField, words},
    web::Context,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::access::Role;

/// The roles that can be given.
pub(super) const ROLES: [Role; 2] = [Role::Operator, Role::Administrator];

/// Name, role, initial password.
pub(super) fn form(ctx: &Context) -> AnyView {
    let state = ctx.form("add-user");
    let roles = ROLES.map(|role| (role.code().to_owned(), words::role(role, ctx.lang).to_owned()));
    view! {
        <section class="card" id="add-user">
            <h2>{ctx.t("添加用户", "Add a user").to_owned()}</h2>
            <form class="form" method="post" action=AddUser::PATH>
                <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <TextField
                    name="name"
                    label=ctx.t("用户名", "Name")
                    value=state.value("name", "")
                    error=state.error("name", ctx.lang)
                    hint=ctx.t("2–64 个字符，不含空格。", "2 to 64 characters without spaces.")
                    required=true
                />
                <Select
                    name="role"
                    label=ctx.t("角色", "Role")
                    options=roles.to_vec()
                    value=state.value("role", Role::Operator.code())
                    error=state.error("role", ctx.lang)
                />
                <Password
                    name="password"
                    label=ctx.t("初始密码", "Initial password")
                    error=state.error("password", ctx.lang)
                    hint=ctx.t("至少 10 个字符。请另行告诉对方，并提醒登录后修改。", "At least 10 characters. Pass it on, to be changed after the first sign-in.")
                    autocomplete="new-password"
                    required=true
                />
                <div class="form-actions">
                    <button class="button primary" type="submit">{ctx.t("添加用户", "Add the user").to_owned()}</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

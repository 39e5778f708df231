//! The sign-in page.

use crate::{
    actions::account::SignIn,
    components::{FormErrors, Password, TextField},
    web::{Context, Nav, Need, Page, PageError, page, safe_path},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Name and password; leads on to `next`.
#[component]
pub fn Login() -> impl IntoView {
    page(Need::Nobody, Nav::Bare, |ctx| async move {
        if ctx.services.setup_needed().await? {
            return Err(PageError::Redirect("/setup".to_owned()));
        }
        let next = safe_path(ctx.query("next").unwrap_or("/"));
        if ctx.user.is_some() {
            return Err(PageError::Redirect(next));
        }
        Ok(Page::new(ctx.t("登录", "Sign in"), form(&ctx, next)))
    })
}

fn form(ctx: &Context, next: String) -> AnyView {
    let state = ctx.form("sign-in");
    view! {
        <section class="card bare-card">
            <h1>{ctx.t("登录雁书", "Sign in to Yanshu").to_owned()}</h1>
            <form class="form" method="post" action=SignIn::PATH>
                <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="next" value=next />
                <TextField
                    name="name"
                    label=ctx.t("用户名", "Name")
                    value=state.value("name", "")
                    error=state.error("name", ctx.lang)
                    autocomplete="username"
                    required=true
                />
                <Password
                    name="password"
                    label=ctx.t("密码", "Password")
                    error=state.error("password", ctx.lang)
                    autocomplete="current-password"
                    required=true
                />
                <div class="form-actions">
                    <button class="button primary" type="submit">{ctx.t("登录", "Sign in").to_owned()}</button>
                </div>
            </form>
            <p class="muted small">
                {ctx.t("忘记密码时，请管理员在“设置 → 用户”里为你设置新密码。", "If you have forgotten the password, let an administrator set a new one under Settings → Users.").to_owned()}
            </p>
        </section>
    }
    .into_any()
}

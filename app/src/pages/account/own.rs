//! One's own account.

use crate::{
    actions::account::{ChangePassword, SetPreference},
    components::{Badge, FormErrors, PageHeader, Password, Select, words},
    web::{Context, Nav, Need, Page, PageError, Theme, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Lang,
    access::{Role, User},
};

/// Who am I, my password, language and theme.
#[component]
pub fn Account() -> impl IntoView {
    page(Need::SignedIn, Nav::Account, |ctx| async move {
        let user = ctx.user.clone().ok_or(PageError::NotFound)?;
        let title = ctx.t("我的账号", "Account");
        let body = view! {
            <PageHeader title=title />
            <div class="split">
                <div class="stack">{password(&ctx)}</div>
                <div class="stack">{who(&ctx, &user)} {preferences(&ctx)}</div>
            </div>
        };
        Ok(Page::new(title, body))
    })
}

fn who(ctx: &Context, user: &User) -> AnyView {
    let last = user.last_sign_in_at.map(|at| view! { <time>{ctx.time(at)}</time> });
    let may = match user.role {
        Role::Administrator => ctx.t("可以使用全部功能。", "May do everything."),
        Role::Operator => ctx.t(
            "可以管理模板、订阅者和通知任务，查看统计；不能管理用户和小程序密钥。",
            "Works with templates, subscribers, notices and statistics; not with users or mini programs' secrets.",
        ),
    };
    view! {
        <section class="card">
            <h2>{ctx.t("账号信息", "Who you are").to_owned()}</h2>
            <dl class="def">
                <dt>{ctx.t("用户名", "Name").to_owned()}</dt>
                <dd>{user.name.clone()}</dd>
                <dt>{ctx.t("角色", "Role").to_owned()}</dt>
                <dd><Badge text=words::role(user.role, ctx.lang) /> " " <span class="muted small">{may.to_owned()}</span></dd>
                <dt>{ctx.t("创建时间", "Added").to_owned()}</dt>
                <dd><time>{ctx.time(user.created_at)}</time></dd>
                <dt>{ctx.t("本次登录", "Signed in").to_owned()}</dt>
                <dd>{last}</dd>
            </dl>
        </section>
    }
    .into_any()
}

fn password(ctx: &Context) -> AnyView {
    let state = ctx.form("change-password");
    view! {
        <section class="card">
            <h2>{ctx.t("修改密码", "Change the password").to_owned()}</h2>
            <form class="form" method="post" action=ChangePassword::PATH>
                <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <Password
                    name="old"
                    label=ctx.t("当前密码", "Current password")
                    error=state.error("old", ctx.lang)
                    autocomplete="current-password"
                    required=true
                />
                <Password
                    name="new"
                    label=ctx.t("新密码", "New password")
                    error=state.error("new", ctx.lang)
                    hint=ctx.t("至少 10 个字符，不能与用户名相同。", "At least 10 characters, and not the name.")
                    autocomplete="new-password"
                    required=true
                />
                <Password
                    name="repeated"
                    label=ctx.t("再次输入新密码", "New password once more")
                    error=state.error("repeated", ctx.lang)
                    autocomplete="new-password"
                    required=true
                />
                <p class="muted small">
                    {ctx.t("修改后，你在其他设备上的登录会全部退出。", "You will be signed out everywhere else.").to_owned()}
                </p>
                <div class="form-actions">
                    <button class="button primary" type="submit">{ctx.t("修改密码", "Change the password").to_owned()}</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn preferences(ctx: &Context) -> AnyView {
    let langs =
        vec![(Lang::Zh.code().to_owned(), "中文".to_owned()), (Lang::En.code().to_owned(), "English".to_owned())];
    let theme = |theme: Theme, text: &str| (theme.code().to_owned(), text.to_owned());
    let themes = vec![
        theme(Theme::Auto, ctx.t("跟随系统", "As the system")),
        theme(Theme::Light, ctx.t("浅色", "Light")),
        theme(Theme::Dark, ctx.t("深色", "Dark")),
    ];
    view! {
        <section class="card">
            <h2>{ctx.t("显示", "Display").to_owned()}</h2>
            <form class="form" method="post" action=SetPreference::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="back" value="/account" />
                <Select name="lang" label=ctx.t("语言", "Language") options=langs value=ctx.lang.code() />
                <Select
                    name="theme"
                    label=ctx.t("外观", "Theme")
                    options=themes
                    value=ctx.theme.code()
                    hint=ctx.t("只在这个浏览器里生效。", "Kept in this browser only.")
                />
                <div class="form-actions">
                    <button class="button" type="submit">{ctx.t("保存", "Save").to_owned()}</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

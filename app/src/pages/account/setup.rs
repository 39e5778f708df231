//! First run: the first administrator.

use crate::{
    actions::account::SetUp,
    components::{FormErrors, Password, TextField},
    web::{Context, FormState, Nav, Need, Page, PageError, page},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Open only while nobody can sign in yet.
#[component]
pub fn Setup() -> impl IntoView {
    page(Need::Nobody, Nav::Bare, |ctx| async move {
        if !ctx.services.setup_needed().await? {
            return Err(PageError::Redirect("/login".to_owned()));
        }
        Ok(Page::new(ctx.t("初始化", "Set-up"), body(&ctx)))
    })
}

fn body(ctx: &Context) -> AnyView {
    let state = ctx.form("set-up");
    view! {
        <section class="card bare-card">
            <h1>{ctx.t("欢迎使用雁书", "Welcome to Yanshu").to_owned()}</h1>
            <p class="muted">
                {ctx.t("先创建第一位管理员，之后用这个账号登录。", "First, make the administrator with whom you will sign in.").to_owned()}
            </p>
            <form class="form" method="post" action=SetUp::PATH>
                <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
                <input type="hidden" name="csrf" value=ctx.csrf() />
                {code(ctx, &state)}
                {fields(ctx, &state)}
                <div class="form-actions">
                    <button class="button primary" type="submit">{ctx.t("创建管理员并登录", "Make the administrator and sign in").to_owned()}</button>
                </div>
            </form>
            <h2>{ctx.t("接下来", "What comes next").to_owned()}</h2>
            {next_steps(ctx)}
        </section>
    }
    .into_any()
}

/// Whoever is not at the machine itself proves that they can read what it printed at start.
fn code(ctx: &Context, state: &FormState) -> Option<AnyView> {
    (!ctx.loopback).then(|| {
        view! {
            <TextField
                name="code"
                label=ctx.t("初始化代码", "Set-up code")
                value=state.value("code", "")
                error=state.error("code", ctx.lang)
                hint=ctx.t("服务启动时显示在终端或日志里，只能使用一次。", "Printed in the terminal or the log when the server starts; it works once.")
                code=true
                required=true
            />
        }
        .into_any()
    })
}

fn fields(ctx: &Context, state: &FormState) -> AnyView {
    view! {
        <TextField
            name="name"
            label=ctx.t("用户名", "Name")
            value=state.value("name", "")
            error=state.error("name", ctx.lang)
            hint=ctx.t("2–64 个字符，不含空格，登录时不区分大小写。", "2 to 64 characters without spaces; upper and lower case are the same at sign-in.")
            autocomplete="username"
            required=true
        />
        <Password
            name="password"
            label=ctx.t("密码", "Password")
            error=state.error("password", ctx.lang)
            hint=ctx.t("至少 10 个字符，不能与用户名相同。", "At least 10 characters, and not the name.")
            autocomplete="new-password"
            required=true
        />
        <Password
            name="repeated"
            label=ctx.t("再次输入密码", "Password once more")
            error=state.error("repeated", ctx.lang)
            autocomplete="new-password"
            required=true
        />
    }
    .into_any()
}

fn next_steps(ctx: &Context) -> AnyView {
    let steps = [
        ctx.t(
            "添加小程序：填写 AppID 和 AppSecret，并测试连接。",
            "Add a mini program: its AppID and AppSecret, then test the connection.",
        ),
        ctx.t(
            "登记模板，让小程序上报用户的订阅授权。",
            "Register a template, and let the mini program report who accepted it.",
        ),
        ctx.t("新建通知任务，查看成功、失败和待发送的数量。", "Order a notice and see how many succeed, fail or wait."),
    ];
    let items: Vec<_> = steps.into_iter().map(|step| view! { <li>{step.to_owned()}</li> }).collect();
    view! { <ol class="muted">{items}</ol> }.into_any()
}

//! Before the key of login tokens is changed: what happens to the tokens that people have.

use super::tabs::{self, Tab};
use crate::{
    actions::mini_programs::RotateLoginKey,
    components::{Choice, FormErrors},
    web::{Context, Nav, Need, Page, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{access::Permission, mini_program::MiniProgram};

/// The page.
#[component]
pub fn LoginKey() -> impl IntoView {
    page(Need::Permission(Permission::ManageMiniPrograms), Nav::MiniPrograms, |ctx| async move {
        let program = tabs::program(&ctx).await?;
        let title = ctx.t("更换登录凭证的签名密钥", "Change the key that signs login tokens");
        let body = view! {
            {tabs::confirm_head(&ctx, &program, title, Tab::Connect)}
            <section class="card">
                <p>
                    {ctx.t("这个小程序的登录凭证都由它自己的密钥签名，现在是第 {n} 代。怀疑凭证泄露，或按规定定期更换时使用；新凭证立即用新密钥签发。", "Login tokens of this mini program are signed with a key of its own, now generation {n}. Change it when tokens may have leaked, or as your rules say; new tokens are signed with the new key at once.").replace("{n}", &(program.login_epoch + 1).to_string())}
                </p>
                {form(&ctx, &program)}
            </section>
        };
        Ok(Page::new(title, body))
    })
}

fn form(ctx: &Context, program: &MiniProgram) -> AnyView {
    let state = ctx.form("rotate-login-key");
    let now = state.value("when", "later") == "now";
    view! {
        <form class="form" method="post" action=RotateLoginKey::PATH>
            <FormErrors errors=state.errors(ctx.lang) lang=ctx.lang />
            <input type="hidden" name="csrf" value=ctx.csrf() />
            <input type="hidden" name="id" value=program.id.0 />
            <fieldset>
                <legend>{ctx.t("已经发出的凭证", "Tokens handed out already").to_owned()}</legend>
                <Choice
                    name="when"
                    value="later"
                    label=ctx.t("用到各自到期为止（推荐）", "Stay good until they end (recommended)")
                    hint=ctx.t("最长 24 小时，用户没有感觉。24 小时内再次更换时，上上代的凭证会提前失效。", "24 hours at most, and nobody notices. If the key is changed again within that time, those of two generations back end early.")
                    checked=!now
                />
                <Choice
                    name="when"
                    value="now"
                    label=ctx.t("立即全部失效", "End at once")
                    hint=ctx.t("凭证泄露时选择。小程序下次调用会收到 401，重新登录后继续；按“接入小程序”页的代码会自动处理。", "When tokens leaked. The mini program gets 401 with its next call and signs in again, which the code on the Connect page does by itself.")
                    checked=now
                />
            </fieldset>
            <div class="form-actions">
                <button class="button primary danger" type="submit">{ctx.t("更换密钥", "Change the key").to_owned()}</button>
                <a class="button quiet" href=Tab::Connect.path(program.id)>{ctx.t("取消", "Cancel").to_owned()}</a>
            </div>
        </form>
    }
    .into_any()
}

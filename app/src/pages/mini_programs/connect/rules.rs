//! What holds for the calls: the domain, login tokens, the endpoints.

use super::super::tabs::Tab;
use crate::{
    components::{Badge, Tone},
    web::Context,
};
use leptos::prelude::*;
use model::mini_program::MiniProgram;

/// WeChat lets mini programs call https addresses that are on their list, and nothing else.
pub(super) fn domain(ctx: &Context) -> AnyView {
    let secure = ctx.public_url.starts_with("https://");
    let text = if secure {
        ctx.t(
            "请先在 mp.weixin.qq.com 的“开发管理 → 开发设置 → 服务器域名”里，把这个地址的域名加入 request 合法域名。",
            "First add this address's host to 开发管理 → 开发设置 → 服务器域名 (request 合法域名) on mp.weixin.qq.com.",
        )
    } else {
        ctx.t(
            "对外地址不是 https，只能在开发者工具里调试。正式使用前，请为服务配置 https 域名并设置 YANSHU_PUBLIC_URL，再把域名加入 request 合法域名。",
            "The public address is not https, which works in the developer tools only. For real use, set YANSHU_PUBLIC_URL to an https address and add its host to request 合法域名.",
        )
    };
    let class = if secure { "notice-box info" } else { "notice-box warn" };
    view! {
        <section class="card">
            <h2>{ctx.t("服务器域名", "Server domain").to_owned()}</h2>
            <p><code class="copyable">{ctx.public_url.to_string()}</code></p>
            <p class=class>{text.to_owned()}</p>
        </section>
    }
    .into_any()
}

/// How long tokens last, whether they are required, and how their key is changed.
pub(super) fn tokens(ctx: &Context, program: &MiniProgram) -> AnyView {
    let (badge, tone) = if program.settings.require_login_token {
        (ctx.t("必须携带", "Required"), Tone::Success)
    } else {
        (ctx.t("可以不带", "Not required"), Tone::Warn)
    };
    let advice = (!program.settings.require_login_token).then(|| {
        let text = ctx.t(
            "现在不带凭证也能上报，知道 openid 的人就能替别人上报。小程序改好之后，请打开要求。",
            "Reports without a token are taken now, so whoever knows an openid can report for it. Require the token once the mini program sends it.",
        );
        let href = format!("{}#f-require_login_token-true", Tab::Settings.path(program.id));
        view! { <p class="small">{text.to_owned()} " " <a href=href>{ctx.t("打开要求", "Require it").to_owned()}</a></p> }
    });
    let rotate = format!("/mini-programs/{}/login-key", program.id);
    view! {
        <section class="card" id="tokens">
            <h2>{ctx.t("登录凭证", "Login tokens").to_owned()}</h2>
            <dl class="def">
                <dt>{ctx.t("有效期", "Good for").to_owned()}</dt>
                <dd>{ctx.t("24 小时", "24 hours").to_owned()}</dd>
                <dt>{ctx.t("上报时", "Reports").to_owned()}</dt>
                <dd><Badge text=badge tone=tone /></dd>
                <dt>{ctx.t("密钥版本", "Key generation").to_owned()}</dt>
                <dd class="num">{program.login_epoch + 1}</dd>
            </dl>
            <p class="small muted">
                {ctx.t("凭证由 /api/login 签发，写明小程序和 openid，无法伪造；失效时接口返回 401，重新登录即可。session_key 不会保存。", "/api/login signs them; they name mini program and openid and cannot be forged. 401 says that one has ended: sign in again. session_key is not kept.").to_owned()}
            </p>
            {advice}
            <div class="form-actions"><a class="button" href=rotate>{ctx.t("更换签名密钥…", "Change the signing key…").to_owned()}</a></div>
        </section>
    }
    .into_any()
}

/// An answer of `GET /api/subscribe/ask`.
const ASK: &str = r#"{
  "ok": true,
  "openId": "o…",
  "ask": ["…"],
  "templates": [{
    "templateId": "…",
    "title": "…",
    "kind": "one_time",
    "balance": 0,
    "refused": false
  }]
}"#;

/// The three calls, and what their answers look like.
pub(super) fn endpoints(ctx: &Context) -> AnyView {
    let calls = [
        (
            "POST /api/login",
            "{\n  \"ok\": true,\n  \"openId\": \"o…\",\n  \"token\": \"…\",\n  \"expiresIn\": 86400\n}",
        ),
        ("GET /api/subscribe/ask", ASK),
        (
            "POST /api/subscribe/record",
            "{\n  \"ok\": true,\n  \"openId\": \"o…\",\n  \"balances\": {\"…\": 1},\n  \"repeated\": false\n}",
        ),
    ];
    let items: Vec<_> = calls
        .into_iter()
        .map(|(call, answer)| {
            view! {
                <h3><code>{call}</code></h3>
                <pre class="code" tabindex="0"><code>{answer}</code></pre>
            }
        })
        .collect();
    view! {
        <section class="card" id="endpoints">
            <h2>{ctx.t("接口与应答", "Calls and answers").to_owned()}</h2>
            {items}
            <p class="small muted">
                {ctx.t("出错时是 {\"ok\":false,\"code\":…,\"message\":…,\"errors\":[…]}：401 重新登录，422 内容有误（不用重试），429 和 502 稍后再试。", "Errors are {\"ok\":false,\"code\":…,\"message\":…,\"errors\":[…]}: on 401 sign in again, 422 says what is wrong (do not repeat it), after 429 and 502 try again later.").to_owned()}
            </p>
        </section>
    }
    .into_any()
}

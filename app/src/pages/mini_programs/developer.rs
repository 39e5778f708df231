//! What the mini program's developers need.

use super::snippets::Subject;
use crate::web::Context;
use leptos::prelude::*;
use model::{ids::MiniProgramId, mini_program::MiniProgram};
use service::UseResult;

/// A template that the examples can name: the first that is in use.
///
/// # Errors
/// When the database fails.
pub(super) async fn template_id(ctx: &Context, id: MiniProgramId) -> UseResult<Option<String>> {
    let templates = ctx.services.templates(id).await?;
    Ok(templates.into_iter().map(|t| t.template).find(|t| t.archived_at.is_none()).map(|t| t.settings.pri_tmpl_id))
}

/// Addresses and code to copy.
pub(super) fn card(ctx: &Context, program: &MiniProgram, template: Option<String>) -> AnyView {
    let subject = Subject {
        public_url: ctx.public_url.to_string(),
        appid: program.settings.appid.clone(),
        template: template.unwrap_or_else(|| "TEMPLATE_ID".to_owned()),
        token: program.settings.require_login_token,
    };
    let endpoint = |path: &str| {
        let address = format!("{}{path}", ctx.public_url);
        view! { <dd><code class="copyable">"POST " {address}</code></dd> }
    };
    view! {
        <section class="card" id="developers">
            <h2>{ctx.t("给小程序开发者", "For the mini program's developers").to_owned()}</h2>
            <p class="muted">
                {ctx.t("用户在弹窗里同意订阅后，小程序把结果上报到这里，授权额度才会增加。", "When a person accepts in the popup, the mini program reports it here; only that adds a grant.").to_owned()}
            </p>
            {reachable(ctx)}
            <dl class="def">
                <dt>{ctx.t("上报授权", "Report answers").to_owned()}</dt>
                {endpoint("/api/subscribe/record")}
                <dt>{ctx.t("换取凭证", "Get a token").to_owned()}</dt>
                {endpoint("/api/login")}
            </dl>
            <h3>{ctx.t("小程序代码", "In the mini program").to_owned()}</h3>
            {code(subject.mini_program(ctx.lang))}
            <h3>{ctx.t("用 curl 试一试", "Try it with curl").to_owned()}</h3>
            {code(subject.record_by_curl())}
            {code(subject.login_by_curl())}
        </section>
    }
    .into_any()
}

/// WeChat lets mini programs call https addresses that are on their list, and nothing else.
fn reachable(ctx: &Context) -> AnyView {
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
    view! { <p class=class>{text.to_owned()}</p> }.into_any()
}

/// Wide code scrolls by itself, with the keyboard too.
fn code(text: String) -> AnyView {
    view! { <pre class="code" tabindex="0"><code>{text}</code></pre> }.into_any()
}

//! The code to copy, in the order in which it is put in.

use super::snippets::Subject;
use crate::web::Context;
use leptos::prelude::*;

/// A card for the mini program's side and one for back ends.
pub(super) fn cards(ctx: &Context, subject: &Subject) -> AnyView {
    view! { {mini_program(ctx, subject)} {curl(ctx, subject)} }.into_any()
}

fn mini_program(ctx: &Context, subject: &Subject) -> AnyView {
    view! {
        <section class="card" id="mini-program-code">
            <h2>{ctx.t("小程序代码", "Code of the mini program").to_owned()}</h2>
            <h3>{ctx.t("1. 新建 utils/yanshu.js：登录、询问、上报", "1. New file utils/yanshu.js: sign in, ask, report").to_owned()}</h3>
            {block(subject.helper(ctx.lang))}
            <h3>{ctx.t("2. 页面的 js：进入页面时取好要询问的模板，点击时弹窗", "2. The page's js: know what to ask when it opens, ask on a tap").to_owned()}</h3>
            {block(subject.page(ctx.lang))}
            <h3>{ctx.t("3. 页面的 wxml", "3. The page's wxml").to_owned()}</h3>
            {block(subject.markup(ctx.lang))}
            <ul class="small">
                <li>{ctx.t("弹窗只能由用户点击（或支付回调）触发，所以要询问的模板必须提前取好，不能在点击之后再等网络。", "The popup opens on a tap (or after a payment) only, so what to ask is fetched beforehand and not after the tap.").to_owned()}</li>
                <li>{ctx.t("用户勾选“总是保持以上选择”之后不再弹窗，但每次调用仍然算一次同意，请照常调用并上报。", "Who ticked “always keep” sees no popup any more, but every call still earns one acceptance: call and report as before.").to_owned()}</li>
                <li>{ctx.t("上报失败（断网、502）会留在本地，下次自动补报；reportId 相同的只计一次，可以放心重试。", "Reports that fail (no network, 502) are kept and sent again; the same reportId counts once, so trying again is safe.").to_owned()}</li>
                <li>{ctx.t("弹窗返回 20004 表示用户关闭了全部订阅消息，可以引导他到小程序设置里打开。", "20004 from the popup: the person turned all subscribe messages off; they can turn them on in the mini program's settings.").to_owned()}</li>
            </ul>
        </section>
    }
    .into_any()
}

fn curl(ctx: &Context, subject: &Subject) -> AnyView {
    let openid = if subject.token {
        ctx.t(
            "这个小程序要求登录凭证：把 TOKEN 换成小程序登录得到的 token。openid 以凭证为准，后端不能代替用户上报。",
            "This mini program requires the login token: put the one that the mini program got for TOKEN. Its openid alone counts; a back end cannot report for people.",
        )
    } else {
        ctx.t(
            "已有自己的登录时，也可以由后端带着 openid 上报。把 OPENID 换成用户的 openid。",
            "With a sign-in of your own, your back end can report with the openid. Put the person's for OPENID.",
        )
    };
    view! {
        <section class="card" id="curl">
            <h2>{ctx.t("后端或命令行", "Back end or command line").to_owned()}</h2>
            <p class="muted">{openid.to_owned()}</p>
            <h3>{ctx.t("接下来询问哪些模板", "What to ask next").to_owned()}</h3>
            {block(subject.ask_by_curl())}
            <h3>{ctx.t("上报用户的选择", "Report an answer").to_owned()}</h3>
            {block(subject.record_by_curl())}
            <h3>{ctx.t("用 wx.login 的 code 登录", "Sign in with the code of wx.login").to_owned()}</h3>
            {block(subject.login_by_curl())}
        </section>
    }
    .into_any()
}

/// Wide code scrolls by itself, with the keyboard too.
fn block(text: String) -> AnyView {
    view! { <pre class="code" tabindex="0"><code>{text}</code></pre> }.into_any()
}

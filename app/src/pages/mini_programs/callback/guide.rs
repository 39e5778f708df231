//! The way through WeChat's console, step by step.

use super::{
    address::{callback_url, warning},
    form::form,
};
use crate::{
    components::{Icon, IconName},
    web::Context,
};
use leptos::prelude::*;
use model::mini_program::MiniProgram;

/// Four steps, for a callback that is not set up yet.
pub(super) fn set_up(ctx: &Context, program: &MiniProgram, offer: (String, String)) -> AnyView {
    let url = callback_url(ctx, program);
    view! {
        <section class="card" id="set-up">
            <h2>{ctx.t("设置消息推送", "Set up message push").to_owned()}</h2>
            <ol class="guide">
                <li>
                    <strong>{ctx.t("打开微信后台的消息推送配置", "Open 消息推送配置 in WeChat's console").to_owned()}</strong>
                    <p class="muted small">{ctx.t("登录 mp.weixin.qq.com，进入“开发管理 → 消息推送配置”，点“启用”。先不要提交。", "Sign in at mp.weixin.qq.com, go to 开发管理 → 消息推送配置 and press 启用. Do not submit yet.").to_owned()}</p>
                    <p>{console(ctx)}</p>
                </li>
                <li>
                    <strong>{ctx.t("填写 URL", "Enter the URL").to_owned()}</strong>
                    <p class="muted small">{ctx.t("复制到“URL（服务器地址）”：", "Copy it into URL (服务器地址):").to_owned()}</p>
                    <pre class="code" tabindex="0"><code class="copyable">{url}</code></pre>
                    {warning(ctx)}
                </li>
                <li>
                    <strong>{ctx.t("填写 Token 和 EncodingAESKey，在这里保存", "Enter token and EncodingAESKey, and save here").to_owned()}</strong>
                    <p class="muted small">{ctx.t("下面是新生成的一组。先把它们复制到微信后台，加密方式选同一种，数据格式 JSON 或 XML 都可以；再点“保存回调设置”，保存后不再显示。", "A fresh pair stands below. Copy it into WeChat's console first, choose the same encryption there, and JSON or XML as you like; then save. They are not shown again.").to_owned()}</p>
                    {form(ctx, program, Some(offer))}
                </li>
                <li>
                    <strong>{ctx.t("回到微信后台提交", "Go back to WeChat's console and submit").to_owned()}</strong>
                    <p class="muted small">{ctx.t("微信会立即访问上面的 URL 验证，结果显示在本页。", "WeChat verifies the URL at once; this page shows what came of it.").to_owned()}</p>
                </li>
            </ol>
        </section>
    }
    .into_any()
}

/// What it is good for.
pub(super) fn why(ctx: &Context) -> AnyView {
    let reasons = [
        ctx.t("知道每条消息最后是送达还是失败。", "What became of every message: delivered or failed."),
        ctx.t(
            "用户在微信设置里关闭订阅时，额度立即清零，不再白发。",
            "When a person turns messages off in WeChat's settings the balance is 0 at once.",
        ),
        ctx.t(
            "小程序漏报的同意也能记上；同一次点击不会重复计数。",
            "Acceptances that the mini program failed to report are counted too, and no tap twice.",
        ),
    ];
    let items: Vec<_> = reasons.into_iter().map(|text| view! { <li>{text.to_owned()}</li> }).collect();
    view! {
        <section class="card">
            <h2>{ctx.t("为什么要设置回调", "What the callback is good for").to_owned()}</h2>
            <ul>{items}</ul>
            <p class="muted small">
                {ctx.t("不设置也能发送，但送达结果无从得知，额度只能靠小程序上报。", "Sending works without it, but results stay unknown and grants rest on reports alone.").to_owned()}
            </p>
            <p class="muted small">
                {ctx.t("消息推送只能指向一个地址：如果已经给别的系统使用，请先确认可以改到这里。绑定到云函数的消息类型不会推送到这里。", "Message push has one address only: if another system uses it, make sure that it may be moved here. What is bound to a cloud function is not pushed here.").to_owned()}
            </p>
        </section>
    }
    .into_any()
}

/// For a callback that is set up: change it, or take it away.
pub(super) fn change(ctx: &Context, program: &MiniProgram) -> AnyView {
    let open = ctx.form("callback").refused();
    let remove = format!("/mini-programs/{}/remove-callback", program.id);
    view! {
        <section class="card" id="change">
            <h2>{ctx.t("修改", "Change").to_owned()}</h2>
            {warning(ctx)}
            <details class="more" open=open>
                <summary>{ctx.t("修改 Token、EncodingAESKey 或加密方式", "Change token, EncodingAESKey or encryption").to_owned()}</summary>
                <div class="stack">
                    <p class="muted small">{ctx.t("两边要一致：先在微信后台填好新的值但不提交，在这里保存，再回去提交。", "Both sides must hold the same: enter the new values in WeChat's console without submitting, save here, then submit there.").to_owned()}</p>
                    {form(ctx, program, None)}
                </div>
            </details>
            <div class="form-actions">
                <a class="button danger" href=remove>{ctx.t("移除回调…", "Remove the callback…").to_owned()}</a>
                {console(ctx)}
            </div>
        </section>
    }
    .into_any()
}

fn console(ctx: &Context) -> AnyView {
    view! {
        <a href="https://mp.weixin.qq.com/" target="_blank" rel="noopener noreferrer">
            {ctx.t("打开微信公众平台", "Open mp.weixin.qq.com").to_owned()} " " <Icon name=IconName::External />
        </a>
    }
    .into_any()
}

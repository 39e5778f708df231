//! Where WeChat keeps what the form asks for.

use crate::{
    components::{Icon, IconName},
    web::Context,
};
use leptos::prelude::*;

/// A walk through mp.weixin.qq.com.
pub(super) fn card(ctx: &Context) -> AnyView {
    let steps = [
        (
            ctx.t("登录微信公众平台", "Sign in to WeChat's console"),
            ctx.t("用小程序的管理员账号登录 mp.weixin.qq.com，进入“开发管理 → 开发设置”。", "As the mini program's administrator, at mp.weixin.qq.com; go to 开发管理 → 开发设置."),
        ),
        (
            ctx.t("复制 AppID", "Copy the AppID"),
            ctx.t("在“开发者 ID”一栏，以 wx 开头。", "Under 开发者 ID; it begins with wx."),
        ),
        (
            ctx.t("取得 AppSecret", "Get the AppSecret"),
            ctx.t(
                "点“生成”或“重置”。微信只完整显示一次；重置后旧的立即失效，正在使用它的其他程序会受影响。",
                "Press 生成 or 重置. WeChat shows it whole only once; a reset voids the old one at once, for other programs too.",
            ),
        ),
        (
            ctx.t("添加 IP 白名单", "Allow this server's address"),
            ctx.t(
                "在同一页的“IP 白名单”里加入本服务器的出口 IP。不知道时先测试连接，失败原因里会给出要添加的地址。",
                "Add this server's public address to IP 白名单 on the same page. If you do not know it, test the connection: the refusal names it.",
            ),
        ),
        (
            ctx.t("确认已开通订阅消息", "Subscribe messages are on"),
            ctx.t("在“功能 → 订阅消息”里能看到“我的模板”，模板 ID 也从这里复制。", "功能 → 订阅消息 shows 我的模板; template ids are copied from there."),
        ),
    ];
    let items: Vec<_> = steps
        .into_iter()
        .map(|(title, text)| {
            view! { <li><strong>{title.to_owned()}</strong> <p class="muted small">{text.to_owned()}</p></li> }
        })
        .collect();
    view! {
        <section class="card">
            <h2>{ctx.t("在哪里找到这些信息", "Where to find all this").to_owned()}</h2>
            <ol class="guide">{items}</ol>
            <p>
                <a href="https://mp.weixin.qq.com/" target="_blank" rel="noopener noreferrer">
                    {ctx.t("打开微信公众平台", "Open mp.weixin.qq.com").to_owned()} " " <Icon name=IconName::External />
                </a>
            </p>
        </section>
    }
    .into_any()
}

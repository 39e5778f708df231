//! What is shown instead of a page that cannot be made.

use crate::web::{Context, Page};
use axum::http::StatusCode;
use leptos::prelude::*;

/// A page for a status: what happened, what to do, and the request's id.
#[must_use]
pub fn error_view(ctx: &Context, status: StatusCode) -> Page {
    let (title, text) = match status {
        StatusCode::NOT_FOUND => (
            ctx.t("没有找到", "Not found"),
            ctx.t("这个页面不存在，或者内容已被删除。", "This page does not exist, or what it showed has been removed."),
        ),
        StatusCode::FORBIDDEN => (
            ctx.t("没有权限", "Not allowed"),
            ctx.t("你的角色不能查看这个页面，请联系管理员。", "Your role may not see this page. Ask an administrator."),
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            ctx.t("这里不能这样提交", "Nothing can be sent here"),
            ctx.t(
                "这个地址只能打开，不能提交表单。请返回上一页，刷新后再试。",
                "This address can only be opened. Go back, reload the page, and try again.",
            ),
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            ctx.t("提交的内容太大", "That is too much at once"),
            ctx.t(
                "一次提交最多 4 MB，内容没有保存。名单很长时，请返回并改用文件上传。",
                "A form takes 4 MB at most, and nothing was saved. Go back; for a long list, upload a file.",
            ),
        ),
        _ => (
            ctx.t("页面暂时打不开", "This page cannot be shown at the moment"),
            ctx.t(
                "服务出了点问题，请稍后刷新。如仍失败，请把下面的请求编号告诉管理员。",
                "Something failed on our side. Reload in a moment; if it keeps failing, tell the administrator the request id below.",
            ),
        ),
    };
    let id = ctx.request_id.clone();
    Page::new(
        title.to_owned(),
        view! {
            <div class="empty">
                <h1>{title.to_owned()}</h1>
                <p>{text.to_owned()}</p>
                <p><a class="button" href="/">{ctx.t("回到总览", "To the overview").to_owned()}</a></p>
                <p class="muted small">{ctx.t("请求编号", "Request id").to_owned()} " " <code>{id}</code></p>
            </div>
        },
    )
}

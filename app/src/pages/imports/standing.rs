//! Where an import stands: how far it is, what it came to, what can be done.

use super::hidden;
use crate::{
    actions::imports::{RestartImport, StopImport, page_of},
    components::{Stat, Tone},
    web::Context,
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    Lang,
    import::{Import, ImportState},
};

pub(super) fn card(ctx: &Context, import: &Import) -> AnyView {
    let interrupted = ctx.services.was_interrupted(import);
    let told = match import.state {
        ImportState::Uploaded => return ().into_any(),
        ImportState::Running if interrupted => interrupted_box(ctx, import).into_any(),
        ImportState::Running => running(ctx, import).into_any(),
        ImportState::Done => done(ctx, import).into_any(),
        ImportState::Stopped | ImportState::Failed => ended(ctx, import).into_any(),
    };
    view! {
        <section class="card" id="standing">
            <h2>{import.file_name.clone()}</h2>
            {told}
            {numbers(ctx, import)}
        </section>
    }
    .into_any()
}

fn numbers(ctx: &Context, import: &Import) -> impl IntoView + use<> {
    let progress = import.progress;
    let tone = if progress.bad > 0 { Tone::Warn } else { Tone::Neutral };
    let below = if progress.bad > 0 { "#bad" } else { "" };
    let added = if import.notice.is_some() {
        ctx.t("在名单里", "On the list")
    } else {
        ctx.t("已导入的人", "People imported")
    };
    view! {
        <div class="stats">
            <Stat label=ctx.t("已读行数", "Rows read") value=progress.rows />
            <Stat label=added value=progress.added tone=Tone::Success />
            <Stat label=ctx.t("有问题的行", "Rows with a problem") value=progress.bad tone href=below />
            <Stat label=ctx.t("去掉的重复", "Duplicates dropped") value=progress.duplicates />
        </div>
    }
}

/// The page loads itself anew until the end.
fn running(ctx: &Context, import: &Import) -> impl IntoView + use<> {
    let percent = import.progress.permille / 10;
    let text = match (ctx.lang, import.stop_asked) {
        (_, true) => ctx.t("正在停止……", "Stopping…").to_owned(),
        (Lang::Zh, false) => format!("正在读取，已完成 {percent}%。可以离开这一页，读取会继续。"),
        (Lang::En, false) => format!("Being read, {percent}% done. You may leave this page; reading goes on."),
    };
    view! {
        <p role="status">{text}</p>
        <p><progress max="1000" value=import.progress.permille.to_string() aria-label=ctx.t("读取进度", "Progress").to_owned()></progress></p>
        <form method="post" action=StopImport::PATH>
            {hidden(ctx, import)}
            <div class="form-actions">
                <button class="button danger" type="submit">{ctx.t("停止读取", "Stop reading").to_owned()}</button>
                <a class="button quiet" href=page_of(import)>{ctx.t("刷新", "Reload").to_owned()}</a>
            </div>
        </form>
        <meta http-equiv="refresh" content="2" />
    }
}

fn done(ctx: &Context, import: &Import) -> impl IntoView + use<> {
    let (text, href, next) = match import.notice {
        Some(notice) => (
            ctx.t(
                "名单已读完。内容有问题的人留在名单里，发送时跳过；没有可用 openid 的行不在名单里。",
                "The list is read. People whose values have a problem stay on it and will be skipped; rows without a usable openid are left out.",
            ),
            format!("/send/{notice}/content"),
            ctx.t("下一步：填写内容", "Next: content"),
        ),
        None => (
            ctx.t("导入完成。有问题的行没有导入。", "The import is done. Rows with a problem were left out."),
            "/subscribers".to_owned(),
            ctx.t("查看订阅者", "See the subscribers"),
        ),
    };
    let other = other_file(ctx, import);
    view! {
        <div class="notice-box success" role="status"><p>{text.to_owned()}</p></div>
        <div class="form-actions">
            <a class="button primary" href=href>{next.to_owned()}</a>
            {other}
        </div>
    }
}

fn other_file(ctx: &Context, import: &Import) -> impl IntoView + use<> {
    let href = match import.notice {
        Some(notice) => format!("/send/{notice}/audience#file"),
        None => "/subscribers/import?new=1".to_owned(),
    };
    view! { <a class="button quiet" href=href>{ctx.t("换一个文件", "Another file").to_owned()}</a> }
}

fn again(ctx: &Context, import: &Import) -> impl IntoView + use<> {
    let other = other_file(ctx, import);
    view! {
        <form method="post" action=RestartImport::PATH>
            {hidden(ctx, import)}
            <div class="form-actions">
                <button class="button" type="submit">{ctx.t("重新读取", "Read it again").to_owned()}</button>
                {other}
            </div>
        </form>
    }
}

fn interrupted_box(ctx: &Context, import: &Import) -> impl IntoView + use<> {
    let text = ctx.t(
        "读取被中断了（服务重启过）。请重新读取；已读进名单的部分会先清除，不会重复。",
        "Reading was interrupted (the service was started anew). Read it again: what it had put on the list is taken off first, so nothing is there twice.",
    );
    view! {
        <div class="notice-box fail" role="alert"><p>{text.to_owned()}</p></div>
        {again(ctx, import)}
    }
}

fn ended(ctx: &Context, import: &Import) -> impl IntoView + use<> {
    let text = match (import.state, import.notice) {
        (ImportState::Stopped, Some(_)) => {
            ctx.t("读取已停止，名单已清空。", "Reading was stopped and the list cleared.")
        }
        (ImportState::Stopped, None) => {
            ctx.t("读取已停止；已读的行已经导入。", "Reading was stopped; what was read is imported.")
        }
        (_, Some(_)) => ctx.t("没有读完，名单已清空。", "The file was not read to its end; the list is cleared."),
        (_, None) => {
            ctx.t("没有读完；之前的行已经导入。", "The file was not read to its end; rows before are imported.")
        }
    };
    let why = import.problem.as_ref().map(|problem| problem.say(ctx.lang).to_owned());
    view! {
        <div class="notice-box fail" role="alert"><p><strong>{text.to_owned()}</strong> " " {why}</p></div>
        {again(ctx, import)}
    }
}

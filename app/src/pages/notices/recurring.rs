//! Notices that are repeated.

use super::parts::when;
use crate::{
    actions::control::EndRecurrence,
    components::{Badge, Empty, IconName, PageHeader, Tone},
    web::{Context, Nav, Need, Page, page},
};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{
    access::Permission,
    control::{Recurrence, Trouble},
};

/// All of the mini program.
#[component]
pub fn RecurringNotices() -> impl IntoView {
    page(Need::SignedIn, Nav::Notices, |ctx| async move {
        let title = ctx.t("重复发送", "Repeated notices").to_owned();
        let all = match &ctx.mini_program {
            Some(program) => ctx.services.recurrences(program.id).await?,
            None => Vec::new(),
        };
        let body = if all.is_empty() { nothing(&ctx) } else { table(&ctx, all) };
        Ok(Page::new(
            title.clone(),
            view! {
                <PageHeader
                    title
                    text=ctx.t("到时自动建立并发送通知任务，每次一条。", "Each time a notice of its own is made and sent.")
                    back="/notices"
                    back_text=ctx.t("通知任务", "Notices")
                />
                {body}
            },
        ))
    })
}

fn nothing(ctx: &Context) -> AnyView {
    view! {
        <Empty
            icon=IconName::Notices
            title=ctx.t("还没有重复发送", "Nothing is repeated yet")
            text=ctx.t(
                "写好一条通知，在核对那一步选“改为重复发送”。",
                "Write a notice, and choose “Repeat it instead” at the last step.",
            )
            href="/send"
            action=ctx.t("开始发送", "Send")
        />
    }
    .into_any()
}

fn table(ctx: &Context, all: Vec<Recurrence>) -> AnyView {
    let rows: Vec<_> = all.into_iter().map(|one| row(ctx, one)).collect();
    let head = |zh: &str, en: &str| ctx.t(zh, en).to_owned();
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{head("模板", "Template")}</th>
                        <th scope="col">{head("什么时候", "When")}</th>
                        <th scope="col">{head("下一次", "Next")}</th>
                        <th scope="col">{head("发起人", "By")}</th>
                        <th scope="col">{head("操作", "Action")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// What was wrong with the last time, and the draft in which it can be mended.
fn wrong(ctx: &Context, trouble: &Trouble) -> AnyView {
    let href = format!("/notices/{}", trouble.notice);
    view! {
        <p class="field-error">
            {when(ctx, trouble.at)} {ctx.t("没有发出：", " was not sent: ").to_owned()} {trouble.problem.say(ctx.lang).to_owned()} " "
            <a href=href>{ctx.t("查看留下的草稿", "See the draft that it left").to_owned()}</a>
        </p>
    }
    .into_any()
}

fn row(ctx: &Context, one: Recurrence) -> AnyView {
    let next = match one.next_at {
        Some(at) => when(ctx, at).into_any(),
        None => view! { <Badge text=ctx.t("已停止", "Ended") tone=Tone::Neutral /> }.into_any(),
    };
    let end = (one.next_at.is_some() && ctx.may(Permission::Operate)).then(|| {
        view! {
            <form method="post" action=EndRecurrence::PATH>
                <input type="hidden" name="csrf" value=ctx.csrf() />
                <input type="hidden" name="id" value=one.id.0 />
                <button class="button small" type="submit">{ctx.t("停止", "End it").to_owned()}</button>
            </form>
        }
    });
    let values: Vec<_> = one.content.values.values().take(2).cloned().collect();
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/notices?template={}", one.template)>{one.template_title}</a> " "
                <span class="muted small">{values.join(" · ")}</span>
            </th>
            <td>{one.repeat.say(ctx.lang)}</td>
            <td>{next} {one.trouble.map(|trouble| wrong(ctx, &trouble))}</td>
            <td>{one.created_by}</td>
            <td>{end}</td>
        </tr>
    }
    .into_any()
}

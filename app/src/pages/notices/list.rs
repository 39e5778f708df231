//! The list of notices.

use super::parts::{at, when};
use crate::{
    components::{Empty, IconName, NoticeBadge, PageHeader, Pager, Progress, words},
    web::{Context, Nav, Need, Page, page},
};
use leptos::prelude::*;
use model::{
    delivery::{DeliveryState, Slice},
    ids::TemplateId,
    notice::{Notice, NoticeState},
    template::Template,
};

/// All notices of the mini program, newest first.
#[component]
pub fn Notices() -> impl IntoView {
    page(Need::SignedIn, Nav::Notices, |ctx| async move {
        let title = ctx.t("通知任务", "Notices").to_owned();
        let Some(program) = ctx.mini_program.clone() else {
            return Ok(Page::new(title, no_mini_program(&ctx)));
        };
        let state = ctx.query("state").and_then(NoticeState::parse);
        let template = ctx.query("template").and_then(|t| t.parse::<TemplateId>().ok());
        let templates = ctx.services.registered_templates(program.id).await?;
        let found = ctx.services.notices(program.id, state, template, at(&ctx)).await?;
        let base = link(state, template);
        let lang = ctx.lang;
        let body = if found.rows.is_empty() {
            nothing(&ctx, state.is_some() || template.is_some())
        } else {
            table(&ctx, found.rows)
        };
        Ok(Page::new(
            title.clone(),
            view! {
                <PageHeader title text=ctx.t("每次发送是一条通知任务，在这里查看进度和结果。", "Every send is a notice; progress and results are here.")>
                    <a class="button" href="/notices/recurring">{lang.t("重复发送", "Repeated").to_owned()}</a>
                    <a class="button primary" href="/send">{lang.t("新的发送", "New send").to_owned()}</a>
                </PageHeader>
                {tabs(&ctx, state, template)}
                {by_template(&ctx, templates, state, template)}
                {body}
                <Pager base before=found.before after=found.after lang />
            },
        ))
    })
}

fn link(state: Option<NoticeState>, template: Option<TemplateId>) -> String {
    match (state, template) {
        (None, None) => "/notices".to_owned(),
        (Some(state), None) => format!("/notices?state={}", state.code()),
        (None, Some(template)) => format!("/notices?template={template}"),
        (Some(state), Some(template)) => format!("/notices?state={}&template={template}", state.code()),
    }
}

fn tabs(ctx: &Context, current: Option<NoticeState>, template: Option<TemplateId>) -> impl IntoView + use<> {
    let states = [None].into_iter().chain(NoticeState::ALL.map(Some));
    let links: Vec<_> = states
        .map(|state| {
            let text = state.map_or(ctx.t("全部", "All"), |s| words::notice_state(s, ctx.lang)).to_owned();
            view! { <a href=link(state, template) aria-current=(state == current).then_some("page")>{text}</a> }
        })
        .collect();
    view! { <nav class="tabs" aria-label=ctx.t("按状态", "By state").to_owned()>{links}</nav> }
}

fn by_template(
    ctx: &Context,
    templates: Vec<Template>,
    state: Option<NoticeState>,
    current: Option<TemplateId>,
) -> Option<impl IntoView + use<>> {
    (templates.len() > 1 || current.is_some()).then(|| {
        let options: Vec<_> = templates
            .into_iter()
            .map(|t| {
                let id = t.id;
                view! { <option value=id.0 selected=Some(id) == current>{t.settings.title}</option> }
            })
            .collect();
        view! {
            <form class="toolbar" method="get" action="/notices">
                {state.map(|s| view! { <input type="hidden" name="state" value=s.code() /> })}
                <label for="by-template">{ctx.t("模板", "Template").to_owned()}</label>
                <select id="by-template" name="template">
                    <option value="">{ctx.t("全部模板", "All templates").to_owned()}</option>
                    {options}
                </select>
                <button class="button" type="submit">{ctx.t("筛选", "Filter").to_owned()}</button>
            </form>
        }
    })
}

fn no_mini_program(ctx: &Context) -> impl IntoView + use<> {
    view! {
        <Empty
            icon=IconName::Phone
            title=ctx.t("还没有小程序", "No mini program yet")
            text=ctx.t("先添加一个小程序，才能发送消息。", "Add a mini program before sending.")
            href="/mini-programs/new"
            action=ctx.t("添加小程序", "Add a mini program")
        />
    }
}

fn nothing(ctx: &Context, filtered: bool) -> AnyView {
    let (title, text, href, action) = if filtered {
        (
            ctx.t("没有符合条件的通知任务", "No such notice"),
            ctx.t("换一个状态或模板看看。", "Try another state or template."),
            "/notices",
            ctx.t("查看全部", "Show all"),
        )
    } else {
        (
            ctx.t("还没有通知任务", "No notice yet"),
            ctx.t(
                "选模板、选接收人、填内容，核对后发送第一条。",
                "Choose a template and recipients, write the content, check, and send the first.",
            ),
            "/send",
            ctx.t("开始发送", "Send"),
        )
    };
    view! { <Empty icon=IconName::Notices title text href action /> }.into_any()
}

fn table(ctx: &Context, rows: Vec<Notice>) -> AnyView {
    let rows: Vec<_> = rows.into_iter().map(|notice| row(ctx, notice)).collect();
    let head = |zh: &str, en: &str| ctx.t(zh, en).to_owned();
    view! {
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"#"</th>
                        <th scope="col">{head("模板", "Template")}</th>
                        <th scope="col">{head("状态", "State")}</th>
                        <th scope="col">{head("进度", "Progress")}</th>
                        <th scope="col" class="num">{head("成功", "Success")}</th>
                        <th scope="col" class="num">{head("失败", "Fail")}</th>
                        <th scope="col" class="num">{head("待发送", "Pending")}</th>
                        <th scope="col" class="num">{head("跳过", "Skipped")}</th>
                        <th scope="col">{head("发起人", "By")}</th>
                        <th scope="col">{head("时间", "When")}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(ctx: &Context, notice: Notice) -> impl IntoView + use<> {
    let href = format!("/notices/{}", notice.id);
    let counts = notice.counts;
    let draft = notice.state == NoticeState::Draft;
    let number = |word: &str, n: i64| {
        let href = format!("{href}?state={word}#deliveries");
        let cell = if draft {
            ().into_any()
        } else if n == 0 {
            view! { <span class="muted">"0"</span> }.into_any()
        } else {
            view! { <a href=href>{words::number(n)}</a> }.into_any()
        };
        view! { <td class="num">{cell}</td> }
    };
    let progress = if draft {
        view! { <a class="button small" href=href.clone()>{ctx.t("继续", "Continue").to_owned()}</a> }.into_any()
    } else {
        view! { <Progress counts lang=ctx.lang /> }.into_any()
    };
    view! {
        <tr>
            <td><a href=href.clone()>"#" {notice.id.0}</a></td>
            <th scope="row"><a href=href.clone()>{notice.template_title}</a></th>
            <td><NoticeBadge state=notice.state lang=ctx.lang /></td>
            <td>{progress}</td>
            {number("success", counts.slice(Slice::Success))}
            {number("fail", counts.slice(Slice::Fail))}
            {number("pending", counts.slice(Slice::Pending))}
            {number("skipped", counts.of(DeliveryState::Skipped))}
            <td>{notice.created_by}</td>
            <td>{when(ctx, notice.confirmed_at.unwrap_or(notice.created_at))}</td>
        </tr>
    }
}

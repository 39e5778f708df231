//! WeChat's public library: category, title, keywords in an order, preview, add. All of it stands in the query string.

mod add;
mod keywords;
mod query;
mod titles;

use super::no_mini_program;
use crate::{
    components::{Empty, IconName, PageHeader, Steps},
    pages::errors::refused,
    web::{Context, Nav, Need, Page, PageError, page},
};
use leptos::prelude::*;
use model::{
    access::Permission,
    mini_program::MiniProgram,
    platform::{Category, Keyword, PublicTitle},
};
use query::Asked;

/// The step that the query asks for.
#[component]
pub fn TemplateLibrary() -> impl IntoView {
    page(Need::Permission(Permission::Operate), Nav::Templates, |ctx| async move {
        let title = ctx.t("从微信模板库添加", "Add from WeChat's library");
        let Some(program) = ctx.mini_program.clone() else { return Ok(no_mini_program(&ctx, title)) };
        let asked = Asked::of(&ctx);
        let step = match step(&ctx, &program, &asked).await? {
            Ok(view) | Err(view) => view,
        };
        let body = view! {
            <PageHeader
                title=title
                text=ctx.t(
                    "选择类目、标题和关键词，直接添加到小程序的账号里。",
                    "Choose category, title and keywords, and add it to the mini program's account.",
                )
                back="/templates"
                back_text=ctx.t("模板", "Templates")
            />
            {steps(&ctx, &asked)}
            {step}
        };
        Ok(Page::new(title, body))
    })
}

fn steps(ctx: &Context, asked: &Asked) -> impl IntoView + use<> {
    let current = match (asked.category, asked.tid, asked.preview) {
        (None, ..) => 0,
        (Some(_), None, _) => 1,
        (Some(_), Some(_), false) => 2,
        (Some(_), Some(_), true) => 3,
    };
    let titles = asked.category.map(|category| query::titles(category, asked.page));
    let keywords = asked.tid.map(|_| asked.href(false));
    let steps = vec![
        (ctx.t("类目", "Category").to_owned(), Some("/templates/library".to_owned())),
        (ctx.t("标题", "Title").to_owned(), titles),
        (ctx.t("关键词", "Keywords").to_owned(), keywords),
        (ctx.t("预览并添加", "Preview and add").to_owned(), None),
    ];
    view! { <Steps label=ctx.t("步骤", "Steps") steps=steps current=current /> }
}

/// The part of the page below the steps; `Err` is WeChat's refusal in words.
async fn step(ctx: &Context, program: &MiniProgram, asked: &Asked) -> Result<Result<AnyView, AnyView>, PageError> {
    let Some(category) = asked.category else {
        let found = refused(ctx, ctx.services.categories(program.id).await)?;
        return Ok(found.map(|found| categories(ctx, &found)));
    };
    let found = match refused(ctx, ctx.services.public_titles(program.id, category, asked.page).await)? {
        Ok(found) => found,
        Err(view) => return Ok(Err(view)),
    };
    let Some(tid) = asked.tid else { return Ok(Ok(titles::list(ctx, asked, category, &found))) };
    let Some(title) = found.titles.into_iter().find(|title| title.tid == tid) else { return Ok(Ok(gone(ctx, asked))) };
    let found = refused(ctx, ctx.services.keywords(program.id, tid).await)?;
    Ok(found.map(|found| chosen(ctx, program, asked, &title, &found)))
}

fn categories(ctx: &Context, categories: &[Category]) -> AnyView {
    if categories.is_empty() {
        return view! {
            <Empty
                icon=IconName::Template
                title=ctx.t("小程序还没有服务类目", "The mini program has no service category")
                text=ctx.t(
                    "请先到 mp.weixin.qq.com 的“设置”里添加服务类目，再来选择模板。",
                    "Add a service category in the settings of mp.weixin.qq.com first.",
                )
            />
        }
        .into_any();
    }
    let items: Vec<_> = categories
        .iter()
        .map(|category| {
            let href = query::titles(category.id, 0);
            view! { <li><a class="choice-link" href=href>{category.name.clone()}</a></li> }
        })
        .collect();
    view! {
        <section class="card">
            <h2>{ctx.t("选择类目", "Choose a category").to_owned()}</h2>
            <p class="muted small">
                {ctx.t("只显示这个小程序在微信登记的服务类目。", "These are the service categories of this mini program.").to_owned()}
            </p>
            <ul class="rows">{items}</ul>
        </section>
    }
    .into_any()
}

fn gone(ctx: &Context, asked: &Asked) -> AnyView {
    let back = query::titles(asked.category.unwrap_or_default(), asked.page);
    view! {
        <Empty
            icon=IconName::Search
            title=ctx.t("没有找到这个标题", "There is no such title")
            text=ctx.t("列表可能已变化，请重新选择。", "The list may have changed. Choose again.")
            href=back
            action=ctx.t("返回标题列表", "Back to the titles")
        />
    }
    .into_any()
}

fn chosen(ctx: &Context, program: &MiniProgram, asked: &Asked, title: &PublicTitle, found: &[Keyword]) -> AnyView {
    let order = asked.order(found);
    let preview = asked.preview.then(|| add::preview(ctx, program, asked, title, &order));
    view! {
        <div class="stack">
            {keywords::form(ctx, asked, title, found)}
            {preview}
        </div>
    }
    .into_any()
}

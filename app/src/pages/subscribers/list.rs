//! The list of subscribers, and what can be done with those that are ticked.

mod rows;
mod segments;

use super::{
    super::templates::no_mini_program,
    filter::{address, address_at, asked, is_filtering, page_at},
};
use crate::{
    components::{Empty, IconName, PageHeader, Pager, Select, TextField, words::number},
    web::{Context, Nav, Need, Page, page},
};
use leptos::prelude::*;
use model::{
    Lang,
    access::Permission,
    mini_program::MiniProgram,
    subscriber::{BalanceFilter, SubscriberFilter},
    template::Template,
};
use service::{UseError, UseResult};

/// The list.
#[component]
pub fn Subscribers() -> impl IntoView {
    page(Need::Permission(Permission::Operate), Nav::Subscribers, |ctx| async move {
        let title = ctx.t("订阅者", "Subscribers");
        let Some(current) = ctx.mini_program.clone() else { return Ok(no_mini_program(&ctx, title)) };
        let program = shown_program(&ctx, current).await?;
        let total = ctx.services.count_subscribers(program.id).await?;
        if total == 0 {
            return Ok(Page::new(title, nobody_yet(&ctx, title, &program)));
        }
        let templates = ctx.services.registered_templates(program.id).await?;
        let filter = asked(&ctx, |id| templates.iter().any(|t| t.id == id));
        let at = page_at(&ctx);
        let found = ctx.services.subscribers(program.id, &filter, at).await?;
        let offers = ctx.services.traits_in_use(program.id).await?;
        let saved = ctx.services.segments(program.id).await?;
        let (before, after) = (found.before, found.after);
        let list = if found.rows.is_empty() {
            nothing_matches(&ctx)
        } else {
            rows::table(&ctx, &templates, &filter, &address_at(&filter, at), found.rows)
        };
        let body = view! {
            {header(&ctx, title, total, &program)}
            <div class="stack">
                {toolbar(&ctx, &templates, &filter, offers)}
                {segments::card(&ctx, program.id, &filter, saved)}
                {list}
                {files(&ctx, &filter)}
                <Pager base=address(&filter) before=before after=after lang=ctx.lang />
            </div>
        };
        Ok(Page::new(title, body))
    })
}

/// The chosen mini program, or the one of the template that is filtered by: links to the people behind a number hold
/// whichever mini program is chosen.
async fn shown_program(ctx: &Context, current: MiniProgram) -> UseResult<MiniProgram> {
    let Some(id) = ctx.query("template").and_then(|id| id.parse().ok()) else { return Ok(current) };
    match ctx.services.template(id).await {
        Ok(template) if template.mini_program != current.id => ctx.services.mini_program(template.mini_program).await,
        Ok(_) | Err(UseError::NotFound) => Ok(current),
        Err(other) => Err(other),
    }
}

fn header(ctx: &Context, title: &str, total: i64, program: &MiniProgram) -> impl IntoView + use<> {
    let elsewhere = ctx.mini_program.as_ref().is_some_and(|current| current.id != program.id);
    let name = &program.settings.name;
    let text = match (ctx.lang, elsewhere) {
        (Lang::Zh, false) => format!("共 {} 位，最近添加的在前", number(total)),
        (Lang::Zh, true) => format!("小程序“{name}”，共 {} 位，最近添加的在前", number(total)),
        (Lang::En, false) => format!("{} in all, newest first", number(total)),
        (Lang::En, true) => format!("Of the mini program “{name}”: {} in all, newest first", number(total)),
    };
    let add = ctx.t("添加订阅者", "Add a subscriber").to_owned();
    let import = ctx.t("导入", "Import").to_owned();
    view! {
        <PageHeader title=title text=text>
            <a class="button" href="/subscribers/import">{import}</a>
            <a class="button" href="/subscribers/new">{add}</a>
        </PageHeader>
    }
}

/// The people shown, as a file that can be handed in again.
fn files(ctx: &Context, filter: &SubscriberFilter) -> impl IntoView + use<> {
    let query = address(filter).split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
    let href = |format: &str| format!("/subscribers/files/subscribers.{format}{query}");
    view! {
        <p class="row small">
            {ctx.t("导出：", "Export: ").to_owned()}
            <a href=href("csv") download="">"CSV"</a> " " <a href=href("xlsx") download="">"XLSX"</a>
        </p>
    }
}

fn toolbar(
    ctx: &Context,
    templates: &[Template],
    filter: &SubscriberFilter,
    offers: (Vec<String>, Vec<String>),
) -> impl IntoView + use<> {
    let mut choices = vec![(String::new(), ctx.t("全部模板", "All templates").to_owned())];
    choices.extend(templates.iter().map(|t| (t.id.to_string(), title_of(ctx, t))));
    let balances = BalanceFilter::ALL
        .into_iter()
        .map(|balance| {
            let text = match balance {
                BalanceFilter::Any => ctx.t("全部余额", "Any balance"),
                BalanceFilter::Some => ctx.t("有余额", "With a balance"),
                BalanceFilter::None => ctx.t("无余额", "Without a balance"),
            };
            (balance.code().to_owned(), text.to_owned())
        })
        .collect();
    let clear = is_filtering(filter).then(|| {
        view! { <a class="button quiet" href="/subscribers">{ctx.t("清除", "Clear").to_owned()}</a> }
    });
    view! {
        <form class="toolbar" method="get" action="/subscribers" role="search">
            <TextField
                name="q"
                kind="search"
                label=ctx.t("搜索", "Search")
                value=filter.search.clone()
                placeholder=ctx.t("openid 开头或备注", "Beginning of an openid, or remark")
            />
            <Select
                name="template"
                label=ctx.t("模板", "Template")
                options=choices
                value=filter.template.map(|id| id.to_string()).unwrap_or_default()
            />
            <Select name="balance" label=ctx.t("授权余额", "Balance") options=balances value=filter.balance.code() />
            {segments::more(ctx, filter, offers)}
            <button class="button" type="submit">{ctx.t("筛选", "Filter").to_owned()}</button>
            {clear}
        </form>
    }
}

/// A template's title in a list of choices.
pub(super) fn title_of(ctx: &Context, template: &Template) -> String {
    if template.archived_at.is_none() {
        return template.settings.title.clone();
    }
    format!("{}{}", template.settings.title, ctx.t("（已归档）", " (archived)"))
}

fn nothing_matches(ctx: &Context) -> AnyView {
    view! {
        <Empty
            icon=IconName::Search
            title=ctx.t("没有符合条件的订阅者", "Nobody matches")
            text=ctx.t(
                "搜索会匹配 openid 的开头和备注的任意部分。可以换个条件，或清除筛选。",
                "The search looks at the beginning of openids and at any part of remarks. Change it, or clear the filter.",
            )
            href="/subscribers"
            action=ctx.t("清除筛选", "Clear the filter")
        />
    }
    .into_any()
}

fn nobody_yet(ctx: &Context, title: &str, program: &MiniProgram) -> impl IntoView + use<> {
    // With one mini program it is clear which is meant.
    let appid =
        if ctx.mini_programs.len() > 1 { format!("appId: '{}', ", program.settings.appid) } else { String::new() };
    let example = format!(
        "wx.requestSubscribeMessage({{\n  tmplIds: ['{}'],\n  success(results) {{\n    wx.request({{\n      method: 'POST',\n      url: '{}/api/subscribe/record',\n      data: {{ {appid}openId, results }},\n    }})\n  }},\n}})",
        ctx.t("模板 ID", "template id"),
        ctx.public_url,
    );
    view! {
        <PageHeader title=title />
        <div class="stack">
            <Empty
                icon=IconName::People
                title=ctx.t("还没有订阅者", "No subscriber yet")
                text=ctx.t(
                    "用户在小程序里同意订阅后，由小程序上报到雁书，这里就会出现他和他的授权额度。也可以先手动添加。",
                    "When people accept in the mini program, it reports that to Yanshu, and they appear here with their grants. You can also add one by hand.",
                )
                href="/subscribers/new"
                action=ctx.t("添加订阅者", "Add a subscriber")
            />
            <section class="card">
                <h2>{ctx.t("在小程序里上报", "Report from the mini program").to_owned()}</h2>
                <p class="muted">
                    {ctx.t("在按钮的点击事件里弹出订阅，再把结果原样发给雁书：", "Ask in the handler of a tap, and send the answer on as it is:").to_owned()}
                </p>
                <pre class="code"><code>{example}</code></pre>
            </section>
        </div>
    }
}

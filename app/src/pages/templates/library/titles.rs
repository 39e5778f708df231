//! The titles of a category.

use super::{super::kind_badge, query::Asked};
use crate::{
    components::{Empty, IconName, words::number},
    web::Context,
};
use leptos::prelude::*;
use model::{
    Lang,
    platform::{PublicTitle, PublicTitles},
};
use service::TITLES_A_PAGE;

/// A page of them.
pub(super) fn list(ctx: &Context, asked: &Asked, category: i64, found: &PublicTitles) -> AnyView {
    if found.titles.is_empty() {
        return view! {
            <Empty
                icon=IconName::Template
                title=ctx.t("这里没有模板", "There is no template here")
                text=ctx.t("换一个类目看看。", "Try another category.")
                href="/templates/library"
                action=ctx.t("选择类目", "Choose a category")
            />
        }
        .into_any();
    }
    let rows: Vec<_> = found.titles.iter().map(|title| row(ctx, asked, title)).collect();
    let head = |zh: &str, en: &str| ctx.t(zh, en).to_owned();
    view! {
        <section class="card">
            <h2>{head("选择标题", "Choose a title")}</h2>
            <div class="table-wrap">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{head("标题", "Title")}</th>
                            <th scope="col">{head("类型", "Kind")}</th>
                            <th scope="col">{head("编号", "Number")}</th>
                            <th scope="col">{head("操作", "Actions")}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {pages(ctx, category, asked.page, found.count)}
        </section>
    }
    .into_any()
}

fn row(ctx: &Context, asked: &Asked, title: &PublicTitle) -> impl IntoView + use<> {
    let href = Asked { tid: Some(title.tid), places: Default::default(), ..asked.clone() }.href(false);
    let kind = match title.kind {
        Some(kind) => kind_badge(kind, ctx.lang).into_any(),
        None => view! { <span class="muted">{ctx.t("未知", "Unknown").to_owned()}</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><a href=href.clone()>{title.title.clone()}</a></th>
            <td>{kind}</td>
            <td><code>{title.tid}</code></td>
            <td><a class="button small" href=href>{ctx.t("选择关键词", "Choose keywords").to_owned()}</a></td>
        </tr>
    }
}

/// Pages by number: the library is asked for by position.
fn pages(ctx: &Context, category: i64, page: i64, count: i64) -> Option<impl IntoView + use<>> {
    let last = (count - 1).max(0) / TITLES_A_PAGE;
    let (shown, of) = (number(page + 1), number(last + 1));
    let text = match ctx.lang {
        Lang::Zh => format!("第 {shown} 页，共 {of} 页"),
        Lang::En => format!("Page {shown} of {of}"),
    };
    let step = |to: Option<i64>, text: &str, rel: &'static str| {
        let text = text.to_owned();
        match to {
            Some(to) => {
                view! { <a class="button" href=super::query::titles(category, to) rel=rel>{text}</a> }.into_any()
            }
            None => view! { <span class="button disabled" aria-disabled="true">{text}</span> }.into_any(),
        }
    };
    let previous = step((page > 0).then(|| page - 1), ctx.t("← 上一页", "← Previous"), "prev");
    let next = step((page < last).then(|| page + 1), ctx.t("下一页 →", "Next →"), "next");
    (last > 0).then(|| {
        view! {
            <nav class="pager" aria-label=ctx.t("翻页", "Pages").to_owned()>
                {previous}
                <span class="muted small">{text}</span>
                {next}
            </nav>
        }
    })
}

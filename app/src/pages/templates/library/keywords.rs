//! Choosing keywords and their order without scripts: a place for each.

use super::query::{Asked, MOST};
use crate::web::Context;
use leptos::prelude::*;
use model::{
    platform::{Keyword, PublicTitle},
    rules::FieldType,
};

/// The form; it leads to the same page with a preview.
pub(super) fn form(ctx: &Context, asked: &Asked, title: &PublicTitle, known: &[Keyword]) -> impl IntoView + use<> {
    let rows: Vec<_> = known.iter().map(|keyword| row(ctx, asked, keyword)).collect();
    let head = |zh: &str, en: &str| ctx.t(zh, en).to_owned();
    let heading = format!("{}{}", ctx.t("选择关键词：", "Choose keywords: "), title.title);
    view! {
        <section class="card">
            <h2>{heading}</h2>
            <p class="muted small">
                {head(
                    "选 2 到 5 个，用“位置”决定它们在消息卡片上从上到下的顺序。",
                    "Choose 2 to 5; their places say in which order they stand on the card.",
                )}
            </p>
            <form class="stack" method="get" action="/templates/library">
                <input type="hidden" name="category" value=asked.category />
                <input type="hidden" name="page" value=asked.page />
                <input type="hidden" name="tid" value=title.tid />
                <div class="table-wrap">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{head("位置", "Place")}</th>
                                <th scope="col">{head("关键词", "Keyword")}</th>
                                <th scope="col">{head("示例", "Example")}</th>
                                <th scope="col">{head("类型", "Type")}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <div class="form-actions">
                    <button class="button primary" type="submit" name="preview" value="1">{head("预览", "Preview")}</button>
                </div>
            </form>
        </section>
    }
}

fn row(ctx: &Context, asked: &Asked, keyword: &Keyword) -> impl IntoView + use<> {
    let place = asked.places.get(&keyword.kid).copied();
    let options: Vec<_> =
        (1..=MOST).map(|n| view! { <option value=n selected=place == Some(n)>{n}</option> }).collect();
    let label = format!("{}{}", ctx.t("位置：", "Place of "), keyword.name);
    let kind = FieldType::of_key(&format!("{}1", keyword.rule)).label(ctx.lang);
    view! {
        <tr>
            <td>
                <select name=format!("k{}", keyword.kid) aria-label=label>
                    <option value="" selected=place.is_none()>"–"</option>
                    {options}
                </select>
            </td>
            <th scope="row">{keyword.name.clone()}</th>
            <td>{keyword.example.clone()}</td>
            <td>{kind} " " <code class="muted small">{keyword.rule.clone()}</code></td>
        </tr>
    }
}

//! Rows that something is wrong with: the first on the page, all of them as a file.

use crate::{components::words::number, web::Context};
use leptos::prelude::*;
use model::{
    Lang,
    import::{BadRow, Import},
};

/// Rows on the page.
pub(super) const SHOWN: i64 = 100;

pub(super) fn card(ctx: &Context, import: &Import, rows: Vec<BadRow>) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let lang = ctx.lang;
    let (n, twice) = (number(import.progress.bad), number(import.progress.duplicates));
    let text = match lang {
        Lang::Zh => format!("{n} 行有问题，{twice} 行重复；下面是前 {} 行。", rows.len()),
        Lang::En => format!("{n} with a problem, {twice} dropped as duplicates; the first {} are shown.", rows.len()),
    };
    let title = ctx.t("有问题或重复的行", "Rows with a problem, and duplicates").to_owned();
    let lines: Vec<_> = rows.into_iter().map(|row| line(import, row, lang)).collect();
    let id = import.id;
    let link = |n: i64, file: &str, text: &str| {
        let (href, text) = (format!("/imports/{id}/{file}.csv"), text.to_owned());
        (n > 0).then(|| view! { <a class="button" href=href download="">{text}</a> })
    };
    let card = view! {
        <section class="card" id="bad">
            <h2>{title.clone()}</h2>
            <p class="muted">{text}</p>
            <p class="form-actions">
                {link(import.progress.bad, "errors", ctx.t("下载有问题的行（CSV）", "Download those with a problem (CSV)"))}
                {link(import.progress.duplicates, "duplicates", ctx.t("下载重复的行（CSV）", "Download the duplicates (CSV)"))}
            </p>
            <div class="table-wrap" tabindex="0" role="region" aria-label=title>
                <table>
                    <thead>
                        <tr>
                            <th scope="col" class="num">{ctx.t("行号", "Line").to_owned()}</th>
                            <th scope="col">{ctx.t("列", "Column").to_owned()}</th>
                            <th scope="col">{ctx.t("原因", "Reason").to_owned()}</th>
                            <th scope="col">{ctx.t("内容", "What it says").to_owned()}</th>
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
        </section>
    };
    Some(card.into_any())
}

fn line(import: &Import, row: BadRow, lang: Lang) -> impl IntoView + use<> {
    let field = name_of(import, &row.problem.field);
    let mut cells: String = row.cells.join(" · ").chars().take(120).collect();
    if cells.is_empty() {
        "—".clone_into(&mut cells);
    }
    view! {
        <tr>
            <td class="num">{row.line}</td>
            <td>{field}</td>
            <td>{row.problem.say(lang).to_owned()}</td>
            <td><code>{cells}</code></td>
        </tr>
    }
}

/// The name of the column that fills a field.
fn name_of(import: &Import, field: &str) -> String {
    let of = |code: String| code == field || code.rsplit(':').next() == Some(field);
    let at = import.columns.iter().position(|column| of(column.code()));
    at.and_then(|at| import.shape.columns.get(at)).cloned().unwrap_or_else(|| field.to_owned())
}

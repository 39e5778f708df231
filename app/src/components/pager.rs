//! Pages by key.

use leptos::prelude::*;
use model::Lang;

/// Links to the page before and after. `base` is path and query without `before` and `after`.
#[component]
pub fn Pager(#[prop(into)] base: String, before: Option<i64>, after: Option<i64>, lang: Lang) -> impl IntoView {
    let link = |name: &str, key: i64| {
        let join = if base.contains('?') { '&' } else { '?' };
        format!("{base}{join}{name}={key}")
    };
    let previous = before.map(|key| link("before", key));
    let next = after.map(|key| link("after", key));
    (previous.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label=lang.t("翻页", "Pages").to_owned()>
                {step(previous, lang.t("← 上一页", "← Previous").to_owned(), "prev")}
                {step(next, lang.t("下一页 →", "Next →").to_owned(), "next")}
            </nav>
        }
    })
}

fn step(href: Option<String>, text: String, rel: &'static str) -> AnyView {
    match href {
        Some(href) => view! { <a class="button" href=href rel=rel>{text}</a> }.into_any(),
        None => view! { <span class="button disabled" aria-disabled="true">{text}</span> }.into_any(),
    }
}

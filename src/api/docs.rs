//! `/api/docs`: the reference page, made of the description itself. Plain HTML under the console's own policy: no script, no
//! other site.

mod chinese;
mod example;
mod fields;
mod html;
mod words;

use super::v1::document::document;
use crate::web::{WebState, language};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Response},
};
use chinese::told;
use html::{code, escape, table};
use model::Lang;
use serde_json::Value;

/// The page runs nothing and loads the style sheet only.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page.
pub async fn page(State(state): State<WebState>, headers: HeaderMap) -> Response {
    let lang = language(&headers);
    let html = Html(document_page(lang, &state.public_url, &state.site.css));
    ([(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-store")], html).into_response()
}

fn document_page(lang: Lang, base: &str, css: &str) -> String {
    let document = document();
    let operations = operations(document);
    let title = lang.t("业务接口", "Business API");
    let links: String = operations
        .iter()
        .map(|op| format!("<li><a href=\"#{}\">{}</a> {}</li>", op.id, escape(op.summary(lang)), code(&op.line())))
        .collect();
    let sections: String = operations.iter().map(|op| section(op, document, base, lang)).collect();
    let style =
        if css.is_empty() { String::new() } else { format!("<link rel=\"stylesheet\" href=\"{}\">", escape(css)) };
    format!(
        "<!DOCTYPE html><html lang=\"{tag}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title} · {name}</title>\
         <link rel=\"icon\" type=\"image/svg+xml\" href=\"/favicon.svg\">{style}</head>\
         <body><main id=\"content\" class=\"main reference\"><header class=\"page-header\"><div class=\"page-title\">\
         <a class=\"back\" href=\"/\">← {name}</a><h1>{title}</h1></div></header><div class=\"stack\">\
         {intro}<section class=\"card\"><h2>{contents}</h2><ul>{links}</ul></section>{sections}{codes}</div></main></body></html>",
        tag = lang.tag(),
        name = lang.t("雁书", "Yanshu"),
        intro = words::intro(lang, base),
        contents = lang.t("接口", "Operations"),
        codes = words::codes(lang),
    )
}

/// One operation of the description.
struct Operation<'a> {
    id: &'a str,
    method: String,
    path: &'a str,
    value: &'a Value,
}

impl Operation<'_> {
    fn line(&self) -> String {
        format!("{} /api/v1{}", self.method, self.path)
    }

    fn summary(&self, lang: Lang) -> &str {
        let en = self.value["summary"].as_str().unwrap_or_default();
        lang.t(words::chinese(self.id).map_or(en, |(summary, _)| summary), en)
    }

    fn description(&self, lang: Lang) -> &str {
        let en = self.value["description"].as_str().unwrap_or_default();
        lang.t(words::chinese(self.id).map_or(en, |(_, text)| text), en)
    }
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, value)| Operation {
            id: value["operationId"].as_str().unwrap_or_default(),
            method: method.to_uppercase(),
            path,
            value,
        })
    });
    all.collect()
}

fn section(op: &Operation<'_>, document: &Value, base: &str, lang: Lang) -> String {
    let scope = op.value["security"][0]["key"][0].as_str().unwrap_or_default();
    let parameters = parameters(op.value, lang);
    let body = &op.value["requestBody"]["content"]["application/json"]["schema"];
    let fields = if body.is_null() {
        String::new()
    } else {
        fields::section(document, body, lang.t("请求内容", "Body"), lang)
    };
    let answers: String = answers(op.value, document, lang);
    let call = example::curl(op, document, base);
    format!(
        "<section class=\"card\" id=\"{id}\"><h2>{summary}</h2><p>{line} <span class=\"badge neutral\">{needs} {scope}</span></p>\
         <p>{text}</p>{parameters}{fields}<h3>{example}</h3><pre tabindex=\"0\"><code>{call}</code></pre>{answers}</section>",
        id = escape(op.id),
        summary = escape(op.summary(lang)),
        line = code(&op.line()),
        needs = lang.t("权限", "scope"),
        scope = escape(scope),
        text = html::prose(op.description(lang)),
        example = lang.t("示例", "Example"),
        call = escape(&call),
    )
}

fn parameters(operation: &Value, lang: Lang) -> String {
    let all = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    if all.is_empty() {
        return String::new();
    }
    let rows = all.iter().map(|parameter| {
        let text = |name: &str| parameter[name].as_str().unwrap_or_default();
        vec![code(text("name")), escape(text("in")), html::prose(&told(text("description"), lang))]
    });
    let heads = [lang.t("参数", "Parameter"), lang.t("位置", "In"), lang.t("说明", "Meaning")];
    table(lang.t("参数", "Parameters"), &heads, rows.collect())
}

fn answers(operation: &Value, document: &Value, lang: Lang) -> String {
    let responses = operation["responses"].as_object().into_iter().flatten();
    let (mut rows, mut shapes) = (Vec::new(), String::new());
    for (status, response) in responses {
        rows.push(vec![code(status), html::prose(&told(response["description"].as_str().unwrap_or_default(), lang))]);
        let schema = &response["content"]["application/json"]["schema"];
        if shapes.is_empty() && !schema.is_null() {
            shapes = fields::section(document, schema, lang.t("返回内容", "Answer"), lang);
        }
    }
    rows.sort();
    let heads = [lang.t("状态码", "Status"), lang.t("含义", "Meaning")];
    shapes + &table(lang.t("状态码", "Statuses"), &heads, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_its_words_in_both_languages() {
        let all = operations(document());
        assert!(all.len() >= 10);
        for op in &all {
            assert!(words::chinese(op.id).is_some(), "{} has no Chinese words", op.id);
            assert!(!op.summary(Lang::En).is_empty() && !op.description(Lang::En).is_empty(), "{}", op.id);
        }
    }

    /// Every description below a value, with the place where it stands.
    fn descriptions<'a>(value: &'a Value, place: String, all: &mut Vec<(String, &'a str)>) {
        for (name, inside) in value.as_object().into_iter().flatten() {
            match inside.as_str().filter(|_| name == "description") {
                Some(text) => all.push((place.clone(), text)),
                None => descriptions(inside, format!("{place}/{name}"), all),
            }
        }
        for inside in value.as_array().into_iter().flatten() {
            descriptions(inside, format!("{place}[]"), all);
        }
    }

    #[test]
    fn nothing_on_the_chinese_page_is_left_in_english() {
        let page = document_page(Lang::Zh, "https://notices.example.com", "/style.css");
        let mut all = Vec::new();
        descriptions(&document()["paths"], String::new(), &mut all);
        descriptions(&document()["components"]["schemas"], String::new(), &mut all);
        assert!(all.len() > 150, "{}", all.len());
        for (place, text) in all {
            // With the end of its cell, so that a text is not found inside of another.
            let cell = format!("{}</td>", html::prose(text));
            assert!(!page.contains(&cell), "{place}: “{text}” has no Chinese in chinese.rs");
        }
    }

    #[test]
    fn the_page_says_what_a_caller_needs_and_runs_nothing() {
        for lang in [Lang::Zh, Lang::En] {
            let page = document_page(lang, "https://notices.example.com", "/style.css");
            for part in
                ["POST /api/v1/notices", "recipients[].openid", "Idempotency-Key", "code-nobody", "ys_live_", "curl"]
            {
                assert!(page.contains(part), "{part}");
            }
            assert!(!page.contains("<script") && !page.contains("style=") && !page.contains(" onclick"), "{lang:?}");
        }
    }
}

//! What the words of Yanshu promise, told through the public functions only.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod advice;
mod content;
mod errors_page;
mod moments;
mod pages;
mod placeholders;
mod rules;
mod rules_whole;
mod values;

use model::{Lang, Problem, field::Field};

/// A field of this key.
fn field(key: &str) -> Field {
    Field { key: key.to_owned(), label: "标签".to_owned(), ..Field::default() }
}

/// The code of the problem, `warning: …` of a warning, or `ok`.
fn verdict(key: &str, value: &str) -> String {
    match model::rules::check(&field(key), value) {
        Ok(None) => "ok".to_owned(),
        Ok(Some(warning)) => format!("warning: {}", warning.code),
        Err(problem) => problem.code,
    }
}

/// Every value gets the verdict.
fn expect(key: &str, verdict_wanted: &str, values: &[&str]) {
    for value in values {
        assert_eq!(verdict(key, value), verdict_wanted, "{key} = {value:?}");
    }
}

/// The sentence of a refusal; empty when it was none.
fn refusal<T>(result: Result<T, Problem>, lang: Lang) -> String {
    result.err().map(|problem| problem.say(lang).to_owned()).unwrap_or_default()
}

/// The code of a refusal; `ok` when it was none.
fn code<T>(result: Result<T, Problem>) -> String {
    result.err().map_or_else(|| "ok".to_owned(), |problem| problem.code)
}

//! Placeholders in the values of a notice: `{{name}}` or `{{name|fallback}}`, filled for each person.

use crate::Problem;

/// The longest name of a value or attribute, in characters.
pub const MOST_NAME: usize = 40;

/// The longest value that everybody shares, in characters: it is filled for each person, and no field takes nearly so much.
pub const MOST_SHARED: usize = 1_000;

/// Whether a value that everybody shares is short enough to be filled for each of many people.
///
/// # Errors
/// `too_long`.
pub fn fits(value: &str) -> Result<(), Problem> {
    // Bytes are looked at first: a value of megabytes is not counted.
    if value.len() <= MOST_SHARED || value.len() <= 4 * MOST_SHARED && value.chars().count() <= MOST_SHARED {
        return Ok(());
    }
    Err(Problem::whole(
        "too_long",
        format!("内容连同占位符最多 {MOST_SHARED} 个字符，请缩短，或把较长的部分放进每个接收人自己的值。"),
        format!(
            "With its placeholders a value has at most {MOST_SHARED} characters: shorten it, or put what is long into each recipient's own values."
        ),
    ))
}

/// Whether a value holds a placeholder, well formed or not.
#[must_use]
pub fn any(value: &str) -> bool {
    value.contains("{{")
}

/// The names that a value asks for, each with whether it has a fallback.
///
/// # Errors
/// `placeholder`: braces that do not close, or a name that cannot be one.
pub fn names(value: &str) -> Result<Vec<(&str, bool)>, Problem> {
    let mut found = Vec::new();
    for piece in pieces(value) {
        if let Piece::Name(name, fallback) = piece? {
            found.push((name, fallback.is_some()));
        }
    }
    Ok(found)
}

/// The value with every placeholder filled by `named`, else by its fallback.
///
/// # Errors
/// `no_value` for a name without a value and without a fallback, `placeholder` as for [`names`].
pub fn fill<'a>(value: &str, named: impl Fn(&str) -> Option<&'a str>) -> Result<String, Problem> {
    let mut filled = String::with_capacity(value.len());
    for piece in pieces(value) {
        match piece? {
            Piece::Text(text) => filled.push_str(text),
            Piece::Name(name, fallback) => {
                filled.push_str(named(name).or(fallback).ok_or_else(|| no_value(name))?);
            }
        }
    }
    Ok(filled)
}

enum Piece<'a> {
    Text(&'a str),
    Name(&'a str, Option<&'a str>),
}

fn pieces(value: &str) -> impl Iterator<Item = Result<Piece<'_>, Problem>> {
    let mut rest = value;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(inside) = rest.strip_prefix("{{") else {
            let end = rest.find("{{").unwrap_or(rest.len());
            let (text, after) = rest.split_at(end);
            rest = after;
            return Some(Ok(Piece::Text(text)));
        };
        let Some((inside, after)) = inside.split_once("}}") else {
            rest = "";
            return Some(Err(malformed()));
        };
        rest = after;
        let (name, fallback) = match inside.split_once('|') {
            Some((name, fallback)) => (name.trim(), Some(fallback.trim())),
            None => (inside.trim(), None),
        };
        Some(if is_name(name) { Ok(Piece::Name(name, fallback)) } else { Err(malformed()) })
    })
}

/// Whether a text can name a value: one line of 1 to 40 characters without braces and bars.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let n = name.chars().count();
    (1..=MOST_NAME).contains(&n) && name.trim() == name && !name.chars().any(|c| c.is_control() || "{}|".contains(c))
}

fn malformed() -> Problem {
    Problem::whole(
        "placeholder",
        "占位符应写成 {{名称}} 或 {{名称|没有时的内容}}，请检查大括号和名称。",
        "Write a placeholder as {{name}} or {{name|what to say without}}: check the braces and the name.",
    )
}

fn no_value(name: &str) -> Problem {
    Problem::whole(
        "no_value",
        format!("没有“{name}”的值。请在接收人的数据或订阅者的属性里补上，或写成 {{{{{name}|没有时的内容}}}}。"),
        format!(
            "There is no value for “{name}”: give one with the recipient or in the subscriber's attributes, or write {{{{{name}|what to say without}}}}."
        ),
    )
}

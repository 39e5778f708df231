//! The platform's `content` text of a template, the only place where its gettemplate answer names the keys: one line
//! `标签:{{thing1.DATA}}` per field (gettemplate page). The same text can be copied from the console.

mod platform;

pub use platform::read_platform_content;

use crate::{Problem, field::Field, rules::characters::excerpt, values};

/// More fields than any template has (the platform takes 2 to 5 keywords); protects against pasted novels.
const MOST_FIELDS: usize = 20;

/// The fields of a content text, in its order, with empty examples. Takes both colons, real and escaped (`\n`) line
/// ends, CRLF and surplus space.
///
/// # Errors
/// The first line at fault: `required`, `no_placeholder`, `no_label`, `not_a_key`, `not_unique`, `too_many`.
pub fn parse_content(text: &str) -> Result<Vec<Field>, Problem> {
    let mut fields: Vec<Field> = Vec::new();
    for (number, line) in lines(text) {
        let field = parse_line(line).map_err(|problem| at_line(number, line, &problem))?;
        if fields.iter().any(|other| other.key == field.key) {
            let twice = Problem::whole(
                "not_unique",
                format!("字段 {} 重复出现，请删除其中一行。", field.key),
                format!("The field {} stands there twice: remove one line.", field.key),
            );
            return Err(at_line(number, line, &twice));
        }
        if fields.len() == MOST_FIELDS {
            let many = Problem::whole(
                "too_many",
                format!("字段超过 {MOST_FIELDS} 个，请检查是否粘贴了多个模板。"),
                format!("More than {MOST_FIELDS} fields: are these several templates?"),
            );
            return Err(at_line(number, line, &many));
        }
        fields.push(field);
    }
    if fields.is_empty() {
        return Err(Problem::of(
            "content",
            "required",
            "请粘贴模板内容，每行一个字段，例如 课程名称:{{thing1.DATA}}。",
            "Paste the template's content, one field per line, such as 课程名称:{{thing1.DATA}}.",
        ));
    }
    Ok(fields)
}

/// Lines that hold something, with their numbers from 1.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut number = 0;
    for escaped in text.trim_start_matches('\u{FEFF}').split("\\n") {
        let escaped = escaped.strip_suffix("\\r").unwrap_or(escaped);
        for real in escaped.split('\n') {
            number += 1;
            let line = real.trim();
            if !line.is_empty() {
                found.push((number, line));
            }
        }
    }
    found
}

fn parse_line(line: &str) -> Result<Field, Problem> {
    let (before, rest) = line.split_once("{{").ok_or_else(no_placeholder)?;
    let (inside, after) = rest.split_once("}}").ok_or_else(no_placeholder)?;
    if !after.trim().is_empty() {
        return Err(Problem::whole(
            "no_placeholder",
            "“}}”之后还有内容，请每个字段单独一行。",
            "Something follows “}}”: put every field on a line of its own.",
        ));
    }
    let key = inside.trim().strip_suffix(".DATA").ok_or_else(no_placeholder)?;
    let key = values::field_key(key)?;
    let label = before.trim();
    let label = label.strip_suffix([':', '：']).unwrap_or(label);
    if label.trim().is_empty() {
        return Err(Problem::whole(
            "no_label",
            "缺少冒号前的标签，请补上，例如 课程名称:{{thing1.DATA}}。",
            "The label before the colon is missing, as in 课程名称:{{thing1.DATA}}.",
        ));
    }
    Ok(Field { key, label: values::label(label)?, example: String::new(), allowed: Vec::new() })
}

fn no_placeholder() -> Problem {
    Problem::whole(
        "no_placeholder",
        "没有找到 {{字段名.DATA}}，应写成 课程名称:{{thing1.DATA}}。",
        "There is no {{key.DATA}}; write it as 课程名称:{{thing1.DATA}}.",
    )
}

fn at_line(number: usize, line: &str, problem: &Problem) -> Problem {
    let shown = excerpt(line, 40);
    Problem::of(
        "content",
        &problem.code,
        format!("第 {number} 行“{shown}”：{}", problem.message.zh),
        format!("Line {number} “{shown}”: {}", problem.message.en),
    )
}

/// Fills the examples from a text of the same lines with values in place of the keys (`标签:值`, the `example` of the
/// gettemplate answer). A line whose label no field has is passed over; of equal labels the first is filled first.
pub fn parse_example(fields: &mut [Field], example: &str) {
    let mut filled = vec![false; fields.len()];
    for (_, line) in lines(example) {
        let mut best: Option<(usize, &str, &mut Field, &mut bool)> = None;
        for (field, filled) in fields.iter_mut().zip(&mut filled) {
            let Some(value) = value_after(line, &field.label).filter(|_| !*filled) else { continue };
            if best.as_ref().is_none_or(|(n, ..)| field.label.len() > *n) {
                best = Some((field.label.len(), value, field, filled));
            }
        }
        if let Some((_, value, field, filled)) = best {
            field.example = value.to_owned();
            *filled = true;
        }
    }
}

fn value_after<'a>(line: &'a str, label: &str) -> Option<&'a str> {
    Some(line.strip_prefix(label)?.trim_start().strip_prefix([':', '：'])?.trim())
}

/// The content text of the fields, the inverse of [`parse_content`] (examples and choices have no place in it).
#[must_use]
pub fn render_content(fields: &[Field]) -> String {
    let mut text = String::new();
    for field in fields {
        text.extend([field.label.as_str(), ":{{", field.key.as_str(), ".DATA}}\n"]);
    }
    text
}

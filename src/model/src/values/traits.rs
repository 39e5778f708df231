//! Tags and attributes of subscribers, as people type them.

use super::line;
use crate::{Problem, placeholders, subscriber::PersonTraits};
use std::collections::{BTreeMap, BTreeSet};

/// A tag's most characters.
const TAG_MOST: usize = 30;
/// A person's most tags.
const TAGS_MOST: usize = 50;
/// An attribute's most characters.
pub const VALUE_MOST: usize = 200;
/// A person's most attributes.
const ATTRIBUTES_MOST: usize = 50;

/// Tags, separated by commas, semicolons, 、 or white space.
///
/// # Errors
/// `control_character`, `too_long`, `too_many`.
pub fn tags(input: &str) -> Result<BTreeSet<String>, Problem> {
    let mut tags = BTreeSet::new();
    for piece in input.split(|c: char| c.is_whitespace() || ",;，；、".contains(c)).filter(|piece| !piece.is_empty())
    {
        tags.insert(line("tags", "标签", "a tag", piece, TAG_MOST)?);
    }
    if tags.len() > TAGS_MOST {
        return Err(Problem::of(
            "tags",
            "too_many",
            format!("标签有 {} 个，最多 {TAGS_MOST} 个，请删减。", tags.len()),
            format!("{} tags, at most {TAGS_MOST} are allowed: remove some.", tags.len()),
        ));
    }
    Ok(tags)
}

/// The name of an attribute or value, as it stands in `{{name}}`.
///
/// # Errors
/// `required`, `not_a_name`.
pub fn value_name(input: &str) -> Result<String, Problem> {
    let name = line("name", "名称", "a name", input, 200)?;
    if placeholders::is_name(&name) {
        return Ok(name);
    }
    Err(Problem::of(
        "name",
        "not_a_name",
        format!("名称最多 {} 个字符，不能有大括号和竖线，请修改。", placeholders::MOST_NAME),
        format!("A name has at most {} characters, no braces and no bars: change it.", placeholders::MOST_NAME),
    ))
}

/// The value of an attribute; may be empty, which is none.
///
/// # Errors
/// `control_character`, `too_long`.
pub fn short_value(input: &str) -> Result<String, Problem> {
    if input.trim().is_empty() { Ok(String::new()) } else { line("value", "内容", "a value", input, VALUE_MOST) }
}

/// Attributes, one a line, `name=value` or `name：value`.
///
/// # Errors
/// The first line at fault.
pub fn attributes(input: &str) -> Result<BTreeMap<String, String>, Problem> {
    let mut attributes = BTreeMap::new();
    for (i, text) in input.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        let at_line = |problem: Problem| {
            Problem::of(
                "attributes",
                &problem.code,
                format!("第 {} 行：{}", i + 1, problem.message.zh),
                format!("Line {}: {}", i + 1, problem.message.en),
            )
        };
        let Some((name, value)) = text.split_once(['=', '＝', ':', '：']) else {
            return Err(at_line(Problem::whole(
                "no_value",
                "应写成 名称=内容，例如 姓名=张三。",
                "Write name=value, such as city=Beijing.",
            )));
        };
        let name = value_name(name).map_err(at_line)?;
        let value = short_value(value).map_err(at_line)?;
        if !value.is_empty() {
            attributes.insert(name, value);
        }
    }
    if attributes.len() > ATTRIBUTES_MOST {
        return Err(Problem::of(
            "attributes",
            "too_many",
            format!("属性有 {} 个，最多 {ATTRIBUTES_MOST} 个，请删减。", attributes.len()),
            format!("{} attributes, at most {ATTRIBUTES_MOST} are allowed: remove some.", attributes.len()),
        ));
    }
    Ok(attributes)
}

/// Both as the page of a person sends them.
///
/// # Errors
/// What is wrong with either.
pub fn person_traits(tags_input: &str, attributes_input: &str) -> Result<PersonTraits, crate::Problems> {
    let mut problems = crate::Problems::default();
    let tags = problems.take("tags", tags(tags_input));
    let attributes = problems.take("attributes", attributes(attributes_input));
    problems.check()?;
    Ok(PersonTraits { tags: tags.unwrap_or_default(), attributes: attributes.unwrap_or_default() })
}

//! Reading the content texts that the platform itself lists, where nobody is there to correct them.

use super::{MOST_FIELDS, parse_example};
use crate::{
    field::Field,
    rules::characters::{is_control, is_invisible},
};

/// The longest key and label that are taken; [`crate::values::label`] has the same bound.
const MOST_CHARS: usize = 64;

/// The fields of a template as `gettemplate` lists it: `content` with the keys, `example` with values in their place, and
/// the lists of enums, each under its `keywordCode` (`enum_string2.DATA`).
///
/// It never fails and keeps what can be read: every `{{key.DATA}}` is a field, once; keys without a number (`enum`,
/// `first`) are taken as they are. The label is what stands before the placeholder on its line, else the key. Text
/// without any placeholder, as service cards (服务卡片) have, gives no fields.
#[must_use]
pub fn read_platform_content(content: &str, example: &str, enums: &[(String, Vec<String>)]) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut rest = content;
    while let Some((before, key, after)) = next_placeholder(rest) {
        rest = after;
        if fields.len() < MOST_FIELDS && fields.iter().all(|other| other.key != key) {
            fields.push(Field { key: key.to_owned(), label: label(before, key), ..Field::default() });
        }
    }
    parse_example(&mut fields, example);
    for field in &mut fields {
        field.allowed = choices(&field.key, enums);
    }
    fields
}

/// The first `{{key.DATA}}`: what stands before it, the key, and what follows.
fn next_placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find("{{")?;
        if let Some((key, after)) = text.get(at + 2..).and_then(placeholder) {
            return Some((text.get(..at)?, key, after));
        }
        from = at + 1;
    }
}

/// Reads `key.DATA}}` at the beginning of a text.
fn placeholder(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let end = text.bytes().position(|b| !is_word(b))?;
    let (key, rest) = text.split_at_checked(end)?;
    let after = rest.strip_prefix(".DATA")?.trim_start().strip_prefix("}}")?;
    (1..=MOST_CHARS).contains(&key.len()).then_some((key, after))
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

/// The end of the text before a placeholder, from the line's beginning, without the colon. Line ends may be escaped. What
/// looks like a placeholder and is none ends before it.
fn label(before: &str, key: &str) -> String {
    let shown: String = before.chars().filter(|c| *c == '\n' || !(is_control(*c) || is_invisible(*c))).collect();
    let last = |text: &str, end: &str| text.rsplit(end).next().unwrap_or_default().to_owned();
    let line = ["\n", "\\n", "}}", "{{"].into_iter().fold(shown, |text, end| last(&text, end));
    let line = line.trim_matches(['{', '}']).trim();
    let line = line.strip_suffix([':', '：']).unwrap_or(line).trim();
    let label: String = line.chars().take(MOST_CHARS).collect();
    let label = label.trim_end();
    if label.is_empty() { key.to_owned() } else { label.to_owned() }
}

/// What an enum may be, without what cannot be a choice.
fn choices(key: &str, enums: &[(String, Vec<String>)]) -> Vec<String> {
    let of_key = |code: &str| {
        let bare = code.trim().trim_start_matches('{').trim_end_matches('}').trim();
        bare.strip_suffix(".DATA").unwrap_or(bare) == key
    };
    let mut allowed: Vec<String> = Vec::new();
    for value in enums.iter().filter(|(code, _)| of_key(code)).flat_map(|(_, values)| values) {
        if !value.trim().is_empty() && !allowed.contains(value) {
            allowed.push(value.clone());
        }
    }
    allowed
}

//! What serde says of a place, in our words and both languages.

use super::refusal::Refusal;
use model::Problem;
use serde_path_to_error::{Path, Segment};

/// Of a name that the caller wrote, so many characters are told again.
const SHOWN: usize = 64;

/// The beginning of what the caller wrote.
pub fn shown(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

/// A place as problems name it: `recipients[3].data.thing1`.
pub fn shown_path(path: &Path) -> String {
    let mut text = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => text.push_str(&format!("[{index}]")),
            Segment::Map { key } => text = inside(&text, key),
            Segment::Enum { variant } => text = inside(&text, variant),
            Segment::Unknown => {}
        }
    }
    text
}

fn inside(path: &str, name: &str) -> String {
    if path.is_empty() { shown(name) } else { format!("{path}.{}", shown(name)) }
}

/// It stops at the first thing that does not fit.
pub fn misfit(path: &str, said: &str) -> Refusal {
    let named = shown(said.split('`').nth(1).unwrap_or_default());
    // Some tell of the field from inside of it, others from around it.
    let ends_with_it = path == named || path.ends_with(&format!(".{named}"));
    let place = if ends_with_it { path.to_owned() } else { inside(path, &named) };
    let problem = if said.starts_with("missing field") {
        Problem::of(inside(path, &named), "required", "缺少这个字段，请补上。", "This field is missing: add it.")
    } else if said.starts_with("unknown field") {
        unknown(place)
    } else if said.starts_with("duplicate field") {
        Problem::of(
            place,
            "duplicate_field",
            "这个字段出现了两次，请只留一个。",
            "This field is there twice: keep one of them.",
        )
    } else if said.starts_with("unknown variant") {
        let choices = said.rsplit("expected").next().unwrap_or_default().trim().trim_start_matches("one of");
        let choices = choices.replace('`', "");
        let choices = choices.trim();
        Problem::of(
            path,
            "unknown_choice",
            format!("没有这个选项，可用的是：{choices}。"),
            format!("There is no such choice. There are: {choices}."),
        )
    } else {
        wrong_type(path, said)
    };
    Refusal::invalid(problem.into())
}

/// A field or parameter that nobody knows.
pub fn unknown(place: String) -> Problem {
    Problem::of(
        place,
        "unknown_field",
        "没有这个字段，请检查拼写或删除。",
        "There is no such field: check its spelling or remove it.",
    )
}

/// Words of serde's, and the kind of value in both languages. The first that fits counts.
const KINDS: [(&str, &str, &str); 17] = [
    ("floating point", "小数", "a fraction"),
    ("integer", "整数", "a whole number"),
    ("invalid digit", "整数", "a whole number"),
    ("number too", "整数", "a whole number"),
    ("from empty string", "整数", "a whole number"),
    ("i64", "整数", "a whole number"),
    ("u64", "整数", "a whole number"),
    ("an object", "对象", "an object"),
    ("struct", "对象", "an object"),
    ("map", "对象", "an object"),
    ("sequence", "数组", "an array"),
    ("boolean", "布尔值", "true or false"),
    ("bool", "布尔值", "true or false"),
    ("null", " null", "null"),
    ("unit", " null", "null"),
    ("string", "文本", "a text"),
    ("enum", "文本", "a text"),
];

fn kind(words: &str) -> Option<(&'static str, &'static str)> {
    KINDS.iter().find(|(word, ..)| words.contains(word)).map(|(_, zh, en)| (*zh, *en))
}

/// `invalid type: integer `5`, expected a string`: nothing of what was written is told again, for it may be long.
fn wrong_type(path: &str, said: &str) -> Problem {
    let (given, expected) = match said.rsplit_once(", expected ") {
        // What was given stands before its value.
        Some((given, expected)) => {
            let given = given.split(": ").nth(1).unwrap_or_default();
            (given.split(['`', '"']).next().and_then(kind), kind(expected))
        }
        None => (None, kind(said)),
    };
    let (zh, en) = match (expected, given) {
        (Some((zh, en)), Some((given_zh, given_en))) => (
            format!("类型不对：这里应为{zh}，现在是{given_zh}，请改正。"),
            format!("The type is wrong: {en} is expected here, not {given_en}. Change it."),
        ),
        (Some((zh, en)), None) => (
            format!("类型不对：这里应为{zh}，请改正。"),
            format!("The type is wrong: {en} is expected here. Change it."),
        ),
        _ => (
            "类型不对，请查看接口说明 /api/docs。".to_owned(),
            "The type is wrong: see the reference, /api/docs.".to_owned(),
        ),
    };
    Problem::of(path, "wrong_type", zh, en)
}

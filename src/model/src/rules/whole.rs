//! Checking the values of a whole template at once.

use super::{characters::excerpt, check};
use crate::{Problem, Problems, field::Field, placeholders};
use std::collections::{BTreeMap, BTreeSet};

/// More surplus keys than this are not listed one by one.
const MOST_UNKNOWN: usize = 20;

/// What [`check_all`] found. Every problem's field is written `values[thing1]`, the name of the form input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// What has to be changed before the values can be sent.
    pub problems: Problems,
    /// What the platform may refuse but what does not block.
    pub warnings: Vec<Problem>,
}

/// Checks every field of a template, in the order of the card. A missing value is like an empty one; a key that the
/// template does not have is a problem, for the platform names no such key in its answer.
#[must_use]
pub fn check_all(fields: &[Field], values: &BTreeMap<String, String>) -> Checked {
    let mut checked = Checked::default();
    for field in fields {
        let value = values.get(&field.key).map_or("", String::as_str);
        match check(field, value) {
            Ok(warning) => checked.warnings.extend(warning.map(|w| w.at(input_name(&field.key)))),
            Err(problem) => checked.problems.push(problem.at(input_name(&field.key))),
        }
    }
    let surplus = values.keys().filter(|key| !fields.iter().any(|field| field.key == **key));
    for key in surplus.take(MOST_UNKNOWN) {
        checked.problems.push(unknown_field(fields, key));
    }
    checked
}

/// Checks what the recipients of a notice share: as [`check_all`], but a value with placeholders is looked at only for
/// whether they are well formed, and a field in `own`, which recipients bring values for, may be empty.
#[must_use]
pub fn check_shared(fields: &[Field], values: &BTreeMap<String, String>, own: &BTreeSet<String>) -> Checked {
    let mut checked = check_all(fields, values);
    let is_excused = |problem: &Problem| {
        let value = |key: &str| values.get(key).map_or("", String::as_str);
        fields.iter().any(|field| {
            problem.field == input_name(&field.key)
                && (placeholders::any(value(&field.key))
                    || own.contains(&field.key) && value(&field.key).trim().is_empty())
        })
    };
    checked.problems.0.retain(|problem| !is_excused(problem));
    checked.warnings.retain(|problem| !is_excused(problem));
    for field in fields {
        let value = values.get(&field.key).map_or("", String::as_str);
        if !placeholders::any(value) {
            continue;
        }
        // One that is too long is read no further.
        if let Err(problem) = placeholders::fits(value).and_then(|()| placeholders::names(value)) {
            checked.problems.push(problem.at(input_name(&field.key)));
        }
    }
    checked
}

fn input_name(key: &str) -> String {
    format!("values[{}]", excerpt(key, 64))
}

/// A stray space in a key (`"thing3\t"`) is a known trap that gives 47003.
fn unknown_field(fields: &[Field], key: &str) -> Problem {
    let shown = excerpt(key.trim(), 40);
    if fields.iter().any(|field| field.key == key.trim()) {
        return Problem::of(
            input_name(key),
            "unknown_field",
            format!("字段名“{shown}”前后有多余的空白，请去掉。"),
            format!("There is white space around the key “{shown}”: remove it."),
        );
    }
    let known = excerpt(&fields.iter().map(|f| f.key.as_str()).collect::<Vec<_>>().join(", "), 120);
    Problem::of(
        input_name(key),
        "unknown_field",
        format!("模板没有字段“{shown}”，请删除；模板的字段是：{known}。"),
        format!("The template has no field “{shown}”: remove it. Its fields are: {known}."),
    )
}

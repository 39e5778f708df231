//! The values of an order: those of everybody, and each person's own.

use super::{MOST_PROBLEMS, trimmed};
use crate::Order;
use model::{Problem, Problems, field::Field, placeholders, recipient::Personal, rules};
use std::collections::BTreeMap;

/// Everything that is wrong with values, by path.
pub(super) fn check(order: &Order, fields: &[Field]) -> Problems {
    let shared = trimmed(&order.data);
    let personal = order.recipients.iter().any(|recipient| !recipient.data.is_empty())
        || shared.values().any(|value| placeholders::any(value));
    let mut problems = Problems::default();
    for problem in rules::check_all(fields, &shared).problems.0 {
        let key = key_of(&problem.field).to_owned();
        // What differs from person to person is judged with the person.
        let fixed = shared.get(&key).is_some_and(|value| !placeholders::any(value));
        if !personal || fixed || problem.code == "unknown_field" {
            problems.push(problem.at(format!("data.{key}")));
        }
    }
    if personal {
        people(order, fields, &shared, &mut problems);
    }
    problems
}

/// `values[thing1]`, as forms call it, is the field `thing1`.
fn key_of(field: &str) -> &str {
    field.strip_prefix("values[").and_then(|rest| rest.strip_suffix(']')).unwrap_or(field)
}

fn people(order: &Order, fields: &[Field], shared: &BTreeMap<String, String>, problems: &mut Problems) {
    let mut names = Vec::new();
    for (key, value) in shared {
        match placeholders::names(value) {
            Ok(found) => names.extend(found.into_iter().map(|(name, _)| name)),
            Err(problem) => problems.push(problem.at(format!("data.{key}"))),
        }
    }
    for (at, recipient) in order.recipients.iter().enumerate() {
        if problems.0.len() >= MOST_PROBLEMS {
            return;
        }
        let own = Personal { values: trimmed(&recipient.data), attributes: BTreeMap::new() };
        for key in own.values.keys() {
            if !fields.iter().any(|field| field.key == *key) && !names.contains(&key.as_str()) {
                problems.push(surplus(at, key));
            }
        }
        problems.0.extend(fields.iter().filter_map(|field| one(at, field, &own, shared)));
    }
}

/// What is wrong with one field of one person's message; what is everybody's was judged before.
fn one(at: usize, field: &Field, own: &Personal, shared: &BTreeMap<String, String>) -> Option<Problem> {
    let theirs = own.values.contains_key(&field.key);
    let fixed = shared.get(&field.key).is_some_and(|value| !placeholders::any(value));
    if fixed && !theirs {
        return None;
    }
    let problem = own.fill(std::slice::from_ref(field), shared).err()?;
    // Braces that do not close are told once, of everybody's value.
    let told = !theirs && problem.code == "placeholder";
    (!told).then(|| problem.at(format!("recipients[{at}].data.{}", field.key)))
}

fn surplus(at: usize, key: &str) -> Problem {
    let shown: String = key.chars().take(64).collect();
    Problem::of(
        format!("recipients[{at}].data.{shown}"),
        "unknown_field",
        "模板没有这个字段，data 里也没有用到它的占位符，请删除或改正。",
        "The template has no such field and no placeholder in data asks for it: remove or mend it.",
    )
}

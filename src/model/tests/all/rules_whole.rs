//! Checking all values of a template.

use super::field;
use model::{Problems, rules::check_all};
use std::collections::BTreeMap;

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn told(problems: &Problems) -> Vec<(&str, &str)> {
    problems.0.iter().map(|p| (p.field.as_str(), p.code.as_str())).collect()
}

#[test]
fn good_values_give_nothing() {
    let checked = check_all(&[field("thing1"), field("time2")], &values(&[("thing1", "上课"), ("time2", "15:01")]));
    assert!(checked.problems.0.is_empty() && checked.warnings.is_empty());
}

#[test]
fn missing_bad_and_surplus_values_are_told_all_at_once_under_the_names_of_the_inputs() {
    let fields = [field("thing1"), field("time2"), field("site3")];
    let checked =
        check_all(&fields, &values(&[("time2", "15：01"), ("site3", "x"), ("thing9", "y"), ("thing1\t", "z")]));
    let wanted = [
        ("values[thing1]", "required"),
        ("values[time2]", "not_a_time"),
        ("values[thing1 ]", "unknown_field"),
        ("values[thing9]", "unknown_field"),
    ];
    assert_eq!(told(&checked.problems), wanted);
    assert_eq!(told(&Problems(checked.warnings)), [("values[site3]", "unknown_type")]);
}

#[test]
fn a_stray_space_in_a_key_is_named_as_such() {
    let checked = check_all(&[field("thing1")], &values(&[("thing1", "a"), ("thing1 ", "z")]));
    assert!(checked.problems.of("values[thing1 ]").is_some_and(|p| p.message.zh.contains("多余的空白")));
}

#[test]
fn a_flood_of_surplus_keys_is_not_answered_with_a_flood() {
    let many = (0..5000).map(|i| (format!("x{i}{}", "y".repeat(500)), String::new())).collect();
    let checked = check_all(&[field("thing1")], &many);
    assert_eq!(checked.problems.0.len(), 21);
    assert!(checked.problems.0.iter().all(|p| p.field.len() < 100 && p.message.zh.len() < 300));
}

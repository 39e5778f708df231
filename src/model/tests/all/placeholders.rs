//! Placeholders, and the message each person gets.

use model::{
    field::Field,
    placeholders::{any, fill, is_name, names},
    recipient::Personal,
    rules::check_shared,
};
use std::collections::{BTreeMap, BTreeSet};

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn field(key: &str) -> Field {
    Field { key: key.to_owned(), ..Field::default() }
}

#[test]
fn names_are_filled_and_what_stands_after_the_bar_is_said_without() {
    let named = |name: &str| (name == "姓名").then_some("张三");
    assert_eq!(fill("{{姓名}}您好，{{ 城市 | 本市 }}有雨", named).unwrap(), "张三您好，本市有雨");
    assert_eq!(fill("没有占位符 { } }}", named).unwrap(), "没有占位符 { } }}");
    assert_eq!(fill("{{城市|}}", named).unwrap(), "");
    assert_eq!(fill("{{城市}}", named).unwrap_err().code, "no_value");
    for bad in ["{{", "{{姓名", "{{}}", "{{ }}", "{{a{b}}", "{{a\nb}}"] {
        assert_eq!(fill(bad, named).unwrap_err().code, "placeholder", "{bad}");
    }
    assert_eq!(names("{{a}} {{b|c}}").unwrap(), [("a", false), ("b", true)]);
    assert!(any("{{") && !any("{ {"));
    assert!(is_name("姓名 2") && !is_name(" a") && !is_name("a|b") && !is_name(&"长".repeat(41)));
}

#[test]
fn what_is_filled_in_is_not_filled_again() {
    let named = |name: &str| (name == "a").then_some("{{b}}");
    assert_eq!(fill("{{a}}", named).unwrap(), "{{b}}");
}

#[test]
fn own_values_come_first_then_attributes_then_the_fallback() {
    let fields = [field("thing1"), field("thing2"), field("thing3")];
    let shared = map(&[("thing1", "共同"), ("thing2", "{{名|您}}好"), ("thing3", "{{城市}}")]);
    let person = Personal {
        values: map(&[("thing1", "自己"), ("城市", "北京")]),
        attributes: map(&[("名", "张三"), ("城市", "上海")]),
    };
    let filled = person.fill(&fields, &shared).unwrap();
    assert_eq!(filled, map(&[("thing1", "自己"), ("thing2", "张三好"), ("thing3", "北京")]));
    // An empty attribute is none.
    let person = Personal { values: map(&[]), attributes: map(&[("名", " "), ("城市", "上海")]) };
    assert_eq!(person.fill(&fields, &shared).unwrap()["thing2"], "您好");
    let problem = Personal::default().fill(&fields, &shared).unwrap_err();
    assert_eq!((problem.field.as_str(), problem.code.as_str()), ("thing3", "no_value"));
    let long = Personal { values: map(&[("thing1", &"长".repeat(21))]), ..Personal::default() };
    assert_eq!(long.fill(&fields, &shared).unwrap_err().code, "too_long");
}

#[test]
fn shared_values_may_have_placeholders_and_gaps_that_recipients_fill() {
    let fields = [field("number1"), field("thing2")];
    let own = BTreeSet::from(["thing2".to_owned()]);
    let check = |one: &str, two: &str, own: &BTreeSet<String>| {
        let checked = check_shared(&fields, &map(&[("number1", one), ("thing2", two)]), own);
        checked.problems.0.into_iter().map(|p| p.code).collect::<Vec<_>>()
    };
    assert_eq!(check("{{n}}", "", &own), Vec::<String>::new());
    assert_eq!(check("{{n}}", "", &BTreeSet::new()), ["required"]);
    assert_eq!(check("{{n", "x", &own), ["placeholder"]);
    assert_eq!(check("abc", &"长".repeat(21), &own).len(), 2);
}

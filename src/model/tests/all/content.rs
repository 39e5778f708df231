//! The platform's content and example texts.

use super::{code, refusal};
use model::{
    Lang,
    content::{parse_content, parse_example, render_content},
    field::Field,
};
use proptest::prelude::*;

fn pairs(text: &str) -> Vec<(String, String)> {
    parse_content(text).unwrap_or_default().into_iter().map(|f| (f.key, f.label)).collect()
}

fn pair(key: &str, label: &str) -> (String, String) {
    (key.to_owned(), label.to_owned())
}

#[test]
fn both_colons_all_line_ends_and_surplus_space_are_taken() {
    let wanted = [pair("date2", "开课时间"), pair("thing1", "课程名称")];
    for text in [
        "开课时间:{{date2.DATA}}\n课程名称:{{thing1.DATA}}\n",
        "开课时间：{{date2.DATA}}\r\n课程名称：{{thing1.DATA}}",
        "开课时间:{{date2.DATA}}\\n课程名称:{{thing1.DATA}}\\n",
        "开课时间:{{date2.DATA}}\\r\\n课程名称:{{thing1.DATA}}",
        "\u{feff}\n\n  开课时间 : {{ date2.DATA }}  \n\n\t课程名称 ： {{thing1.DATA}}\n\n",
    ] {
        assert_eq!(pairs(text), wanted, "{text:?}");
    }
}

#[test]
fn the_line_at_fault_is_named() {
    let bad = "课程:{{thing1.DATA}}\n\n时间:thing2";
    assert!(refusal(parse_content(bad), Lang::Zh).starts_with("第 3 行“时间:thing2”："));
    assert!(refusal(parse_content(bad), Lang::En).starts_with("Line 3 “时间:thing2”: "));
    for (text, wanted) in [
        ("", "required"),
        (" \n ", "required"),
        ("课程", "no_placeholder"),
        ("课程:{{thing1}}", "no_placeholder"),
        ("课程:{{thing1.DATA}", "no_placeholder"),
        ("a:{{thing1.DATA}}b:{{thing2.DATA}}", "no_placeholder"),
        ("{{thing1.DATA}}", "no_label"),
        ("：{{thing1.DATA}}", "no_label"),
        ("您好:{{first.DATA}}", "not_a_key"),
        ("a:{{thing1.DATA}}\nb:{{thing1.DATA}}", "not_unique"),
    ] {
        assert_eq!(code(parse_content(text)), wanted, "{text:?}");
    }
    let many: String = (0..30).map(|i| format!("a:{{{{thing{i}.DATA}}}}\n")).collect();
    assert_eq!(code(parse_content(&many)), "too_many");
}

#[test]
fn examples_are_matched_by_label_and_keep_their_colons() {
    let mut fields =
        parse_content("时间:{{time1.DATA}}\n时间段:{{time2.DATA}}\n备注:{{thing3.DATA}}\n备注:{{thing4.DATA}}")
            .unwrap_or_default();
    parse_example(&mut fields, "备注：甲\\n时间: 15:01\r\n时间段:15:01~16:00\n别的:x\n备注:乙\n备注:丙");
    let examples: Vec<&str> = fields.iter().map(|f| f.example.as_str()).collect();
    assert_eq!(examples, ["15:01", "15:01~16:00", "甲", "乙"]);
}

fn fields() -> impl Strategy<Value = Vec<Field>> {
    let label = "[^\\p{C}\\p{Z}{}\\\\]{1,12}";
    let prefix = prop::sample::select(vec!["thing", "character_string", "time", "site", "enum_string"]);
    prop::collection::vec((label, prefix), 1..=20).prop_map(|list| {
        let made = |(i, (label, prefix)): (usize, (String, &str))| Field {
            key: format!("{prefix}{i}"),
            label,
            ..Field::default()
        };
        list.into_iter().enumerate().map(made).collect()
    })
}

proptest! {
    #[test]
    fn parsing_a_rendered_text_gives_the_same_fields(fields in fields()) {
        let text = render_content(&fields);
        prop_assert_eq!(parse_content(&text), Ok(fields.clone()));
        prop_assert_eq!(parse_content(&text.replace('\n', "\\n")), Ok(fields));
    }

    #[test]
    fn what_was_parsed_renders_to_what_parses_to_the_same(text in "([标签:： ]{0,5}(\\{\\{)?(thing|Time)[0-9]?\\.DATA(\\}\\})?(\n|\\\\n|\r\n)?){0,4}") {
        if let Ok(fields) = parse_content(&text) {
            prop_assert_eq!(parse_content(&render_content(&fields)), Ok(fields));
        }
    }

    #[test]
    fn no_text_makes_the_parsers_panic(text in any::<String>(), example in any::<String>()) {
        let mut fields = parse_content(&text).unwrap_or_default();
        parse_example(&mut fields, &example);
    }
}

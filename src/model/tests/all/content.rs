//! The platform's content and example texts.

use super::{code, refusal};
use model::{
    Lang,
    content::{parse_content, parse_example, read_platform_content, render_content},
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

fn listed(content: &str) -> Vec<(String, String)> {
    read_platform_content(content, "", &[]).into_iter().map(|f| (f.key, f.label)).collect()
}

#[test]
fn what_the_platform_lists_is_read_with_both_colons_and_all_line_ends() {
    let wanted = [pair("date2", "开课时间"), pair("thing1", "课程名称")];
    for text in [
        "开课时间:{{date2.DATA}}\n课程名称:{{thing1.DATA}}\n",
        "开课时间：{{date2.DATA}}\r\n课程名称：{{thing1.DATA}}",
        "开课时间:{{date2.DATA}}\\n课程名称:{{thing1.DATA}}\\n",
        "开课时间:{{date2.DATA}}\\r\\n课程名称:{{thing1.DATA}}",
        "\u{feff}开课时间 : {{ date2.DATA }}课程名称\u{200b}:{{thing1.DATA}}",
        "同学您好\n开课时间:{{date2.DATA}}\n\n课程名称:{{thing1.DATA}}\n祝好",
        "开课时间:{{date2.DATA}}\n课程名称:{{thing1.DATA}}\n又一次:{{thing1.DATA}}",
    ] {
        assert_eq!(listed(text), wanted, "{text:?}");
    }
}

#[test]
fn keys_without_a_number_and_without_a_label_are_kept() {
    assert_eq!(
        listed("{{first.DATA}}\n状态:{{enum.DATA}}\n课程:{{Thing1.DATA}}"),
        [pair("first", "first"), pair("enum", "状态"), pair("Thing1", "课程")]
    );
    for text in [
        "{{课程}}\n{{x}}\n课程:{{thing1.DATA}}",
        "{{x}}课程:{{thing1.DATA}}",
        "{{x\u{10}1.DATA}}课程:{{thing1.DATA}}",
        "x {{ 课程:{{{thing1.DATA}}",
        "x\\\u{200b}n课程:{{thing1.DATA}}",
    ] {
        assert_eq!(listed(text), [pair("thing1", "课程")], "{text:?}");
    }
    let long = "长".repeat(100);
    assert_eq!(listed(&format!("{long}:{{{{thing1.DATA}}}}")), [pair("thing1", &"长".repeat(64))]);
}

#[test]
fn text_without_a_placeholder_has_no_fields() {
    for text in [
        "",
        "车辆已出发",
        "{{}}",
        "{{thing1}}",
        "{{thing1.DATA}",
        "{{.DATA}}",
        "{{课程.DATA}}",
        "{{thing1.data}}",
        "{{",
    ] {
        assert_eq!(listed(text), [], "{text:?}");
    }
    assert_eq!(listed(&format!("课程:{{{{{}.DATA}}}}", "a".repeat(65))), []);
}

#[test]
fn examples_and_choices_go_to_their_fields() {
    let enums = [
        ("enum_string2.DATA".to_owned(), vec!["进行中".to_owned(), " ".to_owned(), "已结束".to_owned()]),
        ("{{enum.DATA}}".to_owned(), vec!["是".to_owned(), "是".to_owned()]),
        ("thing9.DATA".to_owned(), vec!["别处".to_owned()]),
    ];
    let content = "课程:{{thing1.DATA}}\\n状态：{{enum_string2.DATA}}\\n签到:{{enum.DATA}}";
    let read = read_platform_content(content, "课程:语文\\n状态：进行中", &enums);
    let shown: Vec<_> = read.iter().map(|f| (f.example.as_str(), f.allowed.join("|"))).collect();
    assert_eq!(shown, [("语文", String::new()), ("进行中", "进行中|已结束".to_owned()), ("", "是".to_owned())]);
}

#[test]
fn a_flood_of_braces_is_read_in_no_time_and_the_number_of_fields_is_bounded() {
    let flood = "{{".repeat(1 << 19);
    let begun = std::time::Instant::now();
    assert_eq!(listed(&flood), []);
    assert_eq!(listed(&"{{ ".repeat(1 << 18)), []);
    let many: String = (0..50_000).map(|i| format!("a:{{{{thing{i}.DATA}}}}\n")).collect();
    assert_eq!(listed(&many).len(), 20);
    assert!(begun.elapsed().as_secs() < 20, "quadratic: {:?}", begun.elapsed());
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
    fn the_platforms_list_is_read_as_a_persons_paste_is(fields in fields()) {
        let text = render_content(&fields);
        prop_assert_eq!(&read_platform_content(&text, "", &[]), &fields);
        prop_assert_eq!(read_platform_content(&text.replace('\n', "\\n"), "", &[]), fields);
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
        for field in read_platform_content(&text, &example, &[(example.clone(), vec![text.clone()])]) {
            prop_assert!(!field.key.is_empty() && !field.label.is_empty(), "{field:?}");
        }
    }
}

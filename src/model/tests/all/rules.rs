//! Field rules, type by type.

use super::{expect, field, refusal, verdict};
use model::{
    Lang,
    rules::{FieldType, check, length, suggest_shorter},
};
use proptest::prelude::*;

#[test]
fn the_type_is_told_from_the_prefix_of_the_key() {
    for (key, kind) in [
        ("thing1", FieldType::Thing),
        ("thing01", FieldType::Thing),
        ("character_string12", FieldType::CharacterString),
        ("phone_number3", FieldType::PhoneNumber),
        ("enum1", FieldType::Enum),
        ("enum_string2", FieldType::Enum),
        ("short_thing1", FieldType::ShortThing),
        ("site01", FieldType::Other),
        ("Thing1", FieldType::Other),
        ("", FieldType::Other),
    ] {
        assert_eq!(FieldType::of_key(key), kind, "{key}");
    }
}

#[test]
fn every_type_has_words_and_an_example_that_passes() {
    for kind in FieldType::ALL {
        for lang in [Lang::Zh, Lang::En] {
            assert!(!kind.label(lang).is_empty() && !kind.rule(lang).is_empty(), "{kind:?}");
        }
        assert!(check(&field(&format!("{}1", kind.prefix())), kind.example()).is_ok(), "{kind:?}");
        if kind != FieldType::Other {
            assert_eq!(FieldType::of_key(&format!("{}7", kind.prefix())), kind);
        }
    }
}

#[test]
fn blank_values_and_control_characters_are_refused_whatever_the_type() {
    for kind in FieldType::ALL {
        let key = format!("{}1", kind.prefix());
        expect(&key, "required", &["", "   ", "\u{3000}", "\n"]);
        expect(&key, "control_character", &["a\nb", "a\tb", "a\u{0}b", "a\u{2028}b", "a\u{7f}"]);
    }
}

#[test]
fn a_thing_holds_twenty_characters_and_says_how_many_are_too_many() {
    expect("thing1", "ok", &["一二三四五六七八九十一二三四五六七八九十", "<b>'; drop table--", "1"]);
    let result = check(&field("thing1"), &"字".repeat(23));
    assert_eq!(refusal(result.clone(), Lang::Zh), "当前 23 个字符，最多 20 个，请减少 3 个。");
    assert_eq!(refusal(result.clone(), Lang::En), "23 characters, at most 20 are allowed: remove 3.");
    assert_eq!(result.map_err(|p| (p.code, p.field)), Err(("too_long".into(), "thing1".into())));
}

#[test]
fn an_emoji_counts_as_the_larger_unit_and_the_message_says_so() {
    assert_eq!(length("😀"), 2);
    expect("thing1", "ok", &["😀😀😀😀😀😀😀😀😀😀"]);
    assert!(refusal(check(&field("thing1"), &"😀".repeat(11)), Lang::Zh).contains("表情等特殊字符按 2 个计"));
}

#[test]
fn invisible_pasted_characters_warn() {
    expect("thing1", "warning: invisible_character", &["你\u{200b}好", "\u{feff}你好"]);
    expect("thing1", "ok", &["👨‍👩‍👧"]);
}

#[test]
fn a_number_is_digits_with_one_point_at_most() {
    expect("number1", "ok", &["0", "12", "12.50", "12345678901234567890123456789012"]);
    let bad = ["12 ", "1,000", "-1", "+1", "１２", "12.", ".5", "1.2.3", "12个", "1e3", "abc"];
    expect("number1", "not_a_number", &bad);
    expect("number1", "too_long", &["123456789012345678901234567890123"]);
    assert!(refusal(check(&field("number1"), "1,000"), Lang::Zh).contains("千位分隔符"));
    assert!(refusal(check(&field("number1"), "１２"), Lang::Zh).contains("半角"));
}

#[test]
fn letters_symbols_and_phrases_hold_nothing_else() {
    expect("letter1", "ok", &["VIP", "abcdefghijklmnopqrstuvwxyzABCDEF"]);
    expect("letter1", "not_letters", &["A1", "A B", "字", "é", "Ａ"]);
    expect("letter1", "too_long", &["abcdefghijklmnopqrstuvwxyzABCDEFG"]);
    expect("symbol1", "ok", &["★★★★★", "-", "，。", "$"]);
    expect("symbol1", "not_symbols", &["a", "1", "字", "- -"]);
    expect("symbol1", "too_long", &["------"]);
    expect("phrase1", "ok", &["配送中", "一二三四五", "〇"]);
    expect("phrase1", "not_chinese", &["配送 中", "配送1", "OK", "配送。"]);
    expect("phrase1", "too_long", &["一二三四五六"]);
}

#[test]
fn a_character_string_has_no_chinese_characters() {
    expect("character_string1", "ok", &["NO.20260101-001", "a b", "#1"]);
    expect("character_string1", "chinese_characters", &["订单1", "A号"]);
    expect("character_string1", "too_long", &["123456789012345678901234567890123"]);
}

#[test]
fn an_amount_has_one_currency_symbol_ten_digits_and_yuan_at_most() {
    expect("amount1", "ok", &["0", "99.50", "¥99.50", "￥99", "$1", "€1.5", "£2", "99元", "¥99.5元", "1234567890"]);
    let bad = ["¥¥1", "1,000.00", "-5", "99 元", "元", "¥", "HK$5", "99块", "1.2.3", "元99", "５"];
    expect("amount1", "not_an_amount", &bad);
    expect("amount1", "too_long", &["12345678901", "123456789.01"]);
    assert!(refusal(check(&field("amount1"), "12345678901"), Lang::Zh).starts_with("当前 11 位数字"));
}

#[test]
fn a_phone_number_is_digits_and_symbols() {
    expect("phone_number1", "ok", &["13800138000", "+86-0766-66888866", "(0766)66888866"]);
    expect("phone_number1", "not_a_phone_number", &["138 0013 8000", "CALL-ME", "电话", "---", "１３８"]);
    expect("phone_number1", "too_long", &["+86-0766-668888660"]);
}

#[test]
fn a_number_plate_is_chinese_only_at_its_ends() {
    expect("car_number1", "ok", &["粤A8Z888挂", "京AD12345", "A12345", "粤"]);
    expect("car_number1", "not_a_car_number", &["京A·12345", "京A 12345", "粤A港1234", "京A-1234"]);
    expect("car_number1", "too_long", &["粤A8Z8888挂"]);
}

#[test]
fn a_name_with_any_chinese_character_counts_as_chinese() {
    expect("name1", "ok", &["张三", "一二三四五六七八九十", "John Smith", "abcdefghijklmnopqrst", "阿依古丽·买买提"]);
    expect("name1", "too_long", &["一二三四五六七八九十一", "张abcdefghij", "abcdefghijklmnopqrstu"]);
    expect("name1", "digits_in_name", &["用户410774", "王１", "张②"]);
    assert_eq!(FieldType::Name.limit_for("张a"), Some(10));
    assert_eq!(FieldType::Name.limit_for("a"), Some(20));
}

#[test]
fn an_enum_takes_only_its_own_values_and_warns_when_they_are_not_known() {
    let mut choice = field("enum_string2");
    expect("enum_string2", "warning: values_not_known", &["是"]);
    choice.allowed = vec!["是".into(), "否".into()];
    assert_eq!(check(&choice, "是"), Ok(None));
    assert_eq!(refusal(check(&choice, "不"), Lang::Zh), "只能从以下选项中选择：是 / 否。");
    assert_eq!(check(&choice, " 是").map_err(|p| p.code), Err("not_allowed".into()));
}

#[test]
fn types_without_a_published_rule_warn_and_never_block() {
    expect("short_thing1", "ok", &["已发货"]);
    expect("short_thing1", "warning: perhaps_too_long", &["已经发货了喔"]);
    expect("site1", "warning: unknown_type", &["任何内容都行", "x"]);
}

#[test]
fn a_shorter_text_is_offered_for_things_only_and_does_not_cut_an_emoji() {
    let thing = field("thing1");
    assert_eq!(suggest_shorter(&thing, "短"), None);
    assert_eq!(suggest_shorter(&thing, &"字".repeat(30)), Some(format!("{}…", "字".repeat(19))));
    let family = format!("{}👨‍👩‍👧再来", "字".repeat(14));
    assert_eq!(suggest_shorter(&thing, &family), Some(format!("{}…", "字".repeat(14))));
    assert_eq!(suggest_shorter(&field("number1"), &"1".repeat(40)), None);
    assert_eq!(suggest_shorter(&thing, &" ".repeat(40)), None);
}

/// Characters that rules tell apart, so that random values come near the limits.
fn near_values() -> impl Strategy<Value = String> {
    let characters = prop::sample::select(vec![
        'a', 'Z', '0', '9', '字', '元', '年', '月', '日', '¥', '-', ':', '：', '~', '～', '.', '/', ' ', '\n', '😀',
        '\u{200d}', 'é', '★',
    ]);
    prop::collection::vec(characters, 0..40).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn no_rule_lets_control_characters_or_more_than_its_limit_pass(value in prop_oneof![near_values(), any::<String>()]) {
        for kind in FieldType::ALL {
            let key = format!("{}1", kind.prefix());
            if check(&field(&key), &value).is_err() { continue; }
            prop_assert!(!value.trim().is_empty() && !value.chars().any(char::is_control));
            prop_assert!(kind.limit_for(&value).is_none_or(|limit| length(&value) <= limit), "{} {:?}", key, value);
        }
    }

    #[test]
    fn every_refusal_is_said_in_both_languages(value in prop_oneof![near_values(), any::<String>()]) {
        for kind in FieldType::ALL {
            let key = format!("{}1", kind.prefix());
            if let Err(problem) = check(&field(&key), &value) {
                prop_assert!(!problem.code.is_empty() && problem.field == key);
                prop_assert!(problem.say(Lang::Zh).ends_with('。') && problem.say(Lang::En).ends_with('.'));
            }
        }
    }

    #[test]
    fn the_shorter_text_that_is_offered_passes(value in prop_oneof![near_values(), any::<String>(), ".{0,60}"]) {
        let offered = suggest_shorter(&field("thing1"), &value);
        if verdict("thing1", &value) == "too_long" && value.starts_with(char::is_alphanumeric) {
            prop_assert!(offered.is_some());
        }
        if let Some(shorter) = offered {
            prop_assert!(length(&shorter) < length(&value));
            prop_assert!(check(&field("thing1"), &shorter).is_ok(), "{:?}", shorter);
        }
    }

    #[test]
    fn well_made_values_pass(n in 0_u64..10_000_000_000, cents in 0_u32..100, words in "[A-Za-z]{1,32}", han in "[一-龥]{1,5}") {
        prop_assert_eq!(verdict("number1", &format!("{n}.{cents}")), "ok");
        prop_assert_eq!(verdict("amount1", &format!("¥{n}元")), "ok");
        prop_assert_eq!(verdict("letter1", &words), "ok");
        prop_assert_eq!(verdict("character_string1", &words), "ok");
        prop_assert_eq!(verdict("phrase1", &han), "ok");
        prop_assert_eq!(verdict("name1", &han), "ok");
    }
}

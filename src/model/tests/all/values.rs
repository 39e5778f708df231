//! Parsed values: the platform's names, people, pasted lists.

use super::{code, refusal};
use model::{
    Lang,
    values::{
        app_secret, appid, display_name, field_key, openid, openid_list, password, pri_tmpl_id, remark, title,
        user_name,
    },
};
use proptest::prelude::*;

const OPENID: &str = "oABCD1234567890_-abcdefghijk";

#[test]
fn an_appid_is_trimmed_and_in_lower_case() {
    assert_eq!(appid(" wxba5fad812f8e6fb9\r\n"), Ok("wxba5fad812f8e6fb9".to_owned()));
    assert_eq!(code(appid("")), "required");
    assert_eq!(code(appid("gh_0123456789ab")), "original_id");
    assert_eq!(code(appid("wxba5fad812f8e6fb")), "not_an_appid");
    assert_eq!(code(appid("wxba5fad812f8e6fbg")), "not_an_appid");
    assert!(refusal(appid("WXBA5FAD812F8E6FB9"), Lang::Zh).contains("区分大小写"));
    assert!(refusal(appid("wxBA5FAD812F8E6FB9"), Lang::En).contains("write wxba5fad812f8e6fb9"));
}

#[test]
fn a_secret_is_32_hex_digits_and_never_repeated_in_a_message() {
    let secret = "0123456789abcdef0123456789ABCDEF";
    assert_eq!(app_secret(&format!(" {secret}\n")), Ok(secret.to_owned()));
    assert_eq!(code(app_secret("0123****")), "masked");
    for bad in ["0123456789abcdef", "0123456789abcdef0123456789abcdeg"] {
        assert_eq!(code(app_secret(bad)), "not_a_secret");
        assert!(!refusal(app_secret(bad), Lang::Zh).contains(bad) && !refusal(app_secret(bad), Lang::En).contains(bad));
    }
}

#[test]
fn a_template_id_is_base64url_and_not_the_number_of_a_public_template() {
    let id = "OPENTM-TestTemplate_0123456789abcdefghijklm";
    assert_eq!(pri_tmpl_id(id), Ok(id.to_owned()));
    assert_eq!(code(pri_tmpl_id("1234")), "library_number");
    assert_eq!(code(pri_tmpl_id("' or 1=1 --")), "not_a_template_id");
    assert_eq!(code(pri_tmpl_id(&"a".repeat(65))), "not_a_template_id");
    assert_eq!(code(pri_tmpl_id("  ")), "required");
}

#[test]
fn an_openid_is_28_word_characters_give_or_take() {
    assert_eq!(openid(&format!("\u{feff}{OPENID} ")), Ok(OPENID.to_owned()));
    assert_eq!(code(openid("o")), "not_an_openid");
    assert_eq!(code(openid("oABCD1234567890_-abcdefghij!")), "not_an_openid");
    assert_eq!(code(openid("oABCD1234\n567890_-abcdefghijk")), "control_character");
}

#[test]
fn a_field_key_is_a_prefix_and_a_number_and_may_be_pasted_with_its_braces() {
    assert_eq!(field_key("thing1"), Ok("thing1".to_owned()));
    assert_eq!(field_key(" {{character_string12.DATA}} "), Ok("character_string12".to_owned()));
    for bad in ["thing", "1", "Thing1", "thing1a", "th ing1", "标签1", "{{}}", ".DATA"] {
        assert_eq!(code(field_key(bad)), "not_a_key", "{bad}");
    }
}

#[test]
fn names_titles_and_remarks_are_one_line_of_limited_length() {
    assert_eq!(display_name(" 雁书 ", 20), Ok("雁书".to_owned()));
    assert_eq!(code(display_name("", 20)), "required");
    assert_eq!(code(display_name("a\u{0}b", 20)), "control_character");
    assert_eq!(refusal(display_name(&"字".repeat(21), 20), Lang::Zh), "名称有 21 个字符，最多 20 个，请缩短。");
    assert_eq!(title("<script>alert(1)</script>"), Ok("<script>alert(1)</script>".to_owned()));
    assert_eq!(remark("  "), Ok(String::new()));
    assert_eq!(code(remark(&"字".repeat(101))), "too_long");
}

#[test]
fn a_user_name_has_two_characters_and_no_white_space() {
    assert_eq!(user_name(" 王五 "), Ok("王五".to_owned()));
    assert_eq!(code(user_name("a")), "too_short");
    assert_eq!(code(user_name("a b")), "white_space");
    assert_eq!(code(user_name("admin\u{200b}")), "control_character");
    assert_eq!(code(user_name(&"a".repeat(65))), "too_long");
}

#[test]
fn a_password_is_kept_as_typed_and_refused_when_it_is_easily_guessed() {
    assert_eq!(password(" with spaces ", "root"), Ok(" with spaces ".to_owned()));
    assert_eq!(password("一二三四五六七八九十", "root"), Ok("一二三四五六七八九十".to_owned()));
    assert_eq!(code(password("", "root")), "required");
    assert_eq!(code(password("123456789", "root")), "too_short");
    assert_eq!(code(password(&"ab".repeat(65), "root")), "too_long");
    assert_eq!(code(password("Administrator", "administrator")), "same_as_name");
    assert_eq!(code(password("aaaaaaaaaa", "root")), "too_simple");
}

#[test]
fn a_pasted_list_is_split_at_anything_that_people_use() {
    let id = |n: usize| format!("oABCD1234567890_-abcdefgh{n:03}");
    let text = format!(
        "\u{feff}openid\r\n{},{};{}\t{} {}，{}；{}\r\n\"{}\"\n\n{}\nbad!\n{}",
        id(1),
        id(2),
        id(3),
        id(4),
        id(5),
        id(6),
        id(7),
        id(8),
        id(1),
        "长".repeat(60)
    );
    let list = openid_list(&text);
    assert_eq!(list.openids, (1..=8).map(id).collect::<Vec<_>>());
    assert_eq!(list.duplicates, 1);
    assert_eq!(list.bad, [(6, "bad!".to_owned()), (7, "长".repeat(40))]);
}

#[test]
fn an_empty_list_is_empty() {
    assert_eq!(openid_list(" \u{feff}\r\n ,;， "), model::values::OpenidList::default());
}

proptest! {
    #[test]
    fn nothing_in_a_pasted_list_is_lost(text in "[a-zA-Z0-9_ ,\n-]{0,400}") {
        let list = openid_list(&text);
        let pieces = text.split([' ', ',', '\n']).filter(|p| !p.is_empty()).count();
        let heading = text.lines().next().unwrap_or_default().split([' ', ',']).filter(|p| p.eq_ignore_ascii_case("openid")).count();
        prop_assert_eq!(list.openids.len() + list.duplicates + list.bad.len() + heading, pieces);
    }

    #[test]
    fn parsing_what_was_parsed_changes_nothing(text in any::<String>()) {
        for parse in [appid, app_secret, pri_tmpl_id, openid, field_key, title, remark, user_name, model::values::page_path] {
            if let Ok(value) = parse(&text) {
                prop_assert_eq!(parse(&value), Ok(value.clone()));
            }
        }
    }
}

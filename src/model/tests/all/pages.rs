//! Page paths.

use super::code;
use model::values::page_path;

#[test]
fn a_page_path_may_be_empty_or_carry_a_query_and_loses_its_leading_slash() {
    for (typed, kept) in [
        ("", ""),
        ("  ", ""),
        ("pages/index/index", "pages/index/index"),
        (" /pages/index/index?id=1&name=%E9%9B%81 ", "pages/index/index?id=1&name=%E9%9B%81"),
        ("index?foo=bar", "index?foo=bar"),
        ("index?back=https://a.example/b", "index?back=https://a.example/b"),
    ] {
        assert_eq!(page_path(typed), Ok(kept.to_owned()), "{typed}");
    }
}

#[test]
fn addresses_and_links_are_no_pages() {
    let bad = [
        "https://a.example/",
        "//a.example/",
        "javascript:alert(1)",
        "a//b",
        "#小程序://雁书/x",
        "\\\\a\\b",
        "/",
        "?a=1",
        "/?a=1",
    ];
    for typed in bad {
        assert_eq!(code(page_path(typed)), "not_a_page", "{typed}");
    }
}

#[test]
fn white_space_control_characters_and_over_long_paths_are_refused() {
    assert_eq!(code(page_path("pages/a b")), "white_space");
    assert_eq!(code(page_path("pages/a?x=1 2")), "white_space");
    assert_eq!(code(page_path("pages/a\u{0}")), "control_character");
    assert_eq!(code(page_path(&"a".repeat(1025))), "too_long");
    assert_eq!(code(page_path(&"a".repeat(1024))), "ok");
}

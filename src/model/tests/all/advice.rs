//! The error adviser's table.

use model::{
    Lang,
    advice::{Retry, Scope, Side, address_to_allow, advise, all, field_at_fault, is_known},
    delivery::{SkipReason, own_code},
};

#[test]
fn the_table_is_sorted_and_every_code_is_found() {
    let codes: Vec<i64> = all().map(|advice| advice.errcode).collect();
    assert!(codes.windows(2).all(|pair| matches!(pair, [a, b] if a < b)), "{codes:?}");
    for advice in all() {
        assert_eq!(&advise(advice.errcode), advice);
        assert!(is_known(advice.errcode));
    }
}

#[test]
fn every_text_is_there_in_both_languages_and_every_sentence_ends() {
    for advice in all().copied().chain([advise(123_456)]) {
        let n = advice.errcode;
        for (lang, stop) in [(Lang::Zh, '。'), (Lang::En, '.')] {
            assert!(!advice.name(lang).is_empty() && !advice.name(lang).ends_with(stop), "{n}");
            assert!(advice.cause(lang).ends_with(stop) && advice.remedy(lang).ends_with(stop), "{n} {lang:?}");
        }
        assert!(advice.cause(Lang::En).split_whitespace().count() > 3, "{n}: the languages are swapped");
    }
}

#[test]
fn every_code_of_our_own_is_there() {
    let own = [
        own_code::NO_ANSWER,
        own_code::LEASE_EXPIRED,
        own_code::NO_CONNECTION,
        own_code::GATEWAY,
        own_code::NO_TOKEN,
        own_code::CANCELLED,
    ];
    for code in own.into_iter().chain(SkipReason::ALL.map(SkipReason::number)) {
        assert!(is_known(code), "{code}");
        assert_eq!(advise(code).retry, Retry::Never, "{code}: an end is an end");
    }
}

#[test]
fn every_code_of_the_platforms_tables_is_there() {
    let tokens = [
        -1, 40001, 40002, 40013, 40125, 40164, 40243, 41002, 41004, 43002, 45009, 45011, 50004, 50007, 89503, 89506,
        89507,
    ];
    let send =
        [0, 40003, 40014, 40037, 41001, 41030, 42001, 43101, 43107, 43108, 44002, 45168, 47001, 47003, 48001, 85107];
    let templates = [
        404, 20001, 20002, 40400, 200001, 200002, 200011, 200012, 200013, 200014, 200016, 200017, 200018, 200019,
        200020, 200021, 200022, 200100,
    ];
    let login = [40029, 40163, 40226];
    let operations = [40097, 40201, 40202, 40203, 48006, 76001, 76002, 76003, 76004, 76021, 76022];
    for code in tokens.iter().chain(&send).chain(&templates).chain(&login).chain(&operations) {
        assert!(is_known(*code), "{code}");
    }
}

#[test]
fn an_unknown_code_is_final_for_its_delivery_and_keeps_its_number() {
    let advice = advise(99_999);
    assert_eq!((advice.errcode, advice.retry, advice.scope), (99_999, Retry::Never, Scope::Delivery));
    assert!(!is_known(99_999));
}

#[test]
fn what_holds_for_every_recipient_stops_the_notice_and_what_holds_for_every_call_pauses_the_mini_program() {
    for code in [40037, 41030, 43107, 48001, 47001, 47003, 45168] {
        assert_eq!((advise(code).scope, advise(code).retry), (Scope::Notice, Retry::Never), "{code}");
    }
    for code in [40013, 40125, 40164, 40243, 50004, 50007, 89503, 89506, 89507] {
        assert_eq!((advise(code).scope, advise(code).retry), (Scope::MiniProgram, Retry::Never), "{code}");
    }
    for code in [40001, 40014, 42001] {
        assert_eq!((advise(code).scope, advise(code).retry), (Scope::MiniProgram, Retry::FreshToken), "{code}");
    }
    for code in [45011, -1, 43108] {
        assert_eq!((advise(code).scope, advise(code).retry), (Scope::Delivery, Retry::Later), "{code}");
    }
    for code in [43101, 40003] {
        let advice = advise(code);
        assert_eq!(
            (advice.side, advice.scope, advice.retry),
            (Side::Audience, Scope::Delivery, Retry::Never),
            "{code}"
        );
    }
    assert_eq!((advise(45009).scope, advise(45009).retry), (Scope::MiniProgram, Retry::NextDay));
}

#[test]
fn the_field_that_a_47003_names_is_found_even_in_a_cut_text() {
    for (text, key) in [
        ("argument invalid! data.thing1.value is empty rid: 616e6385-74ba0201-4a349921", Some("thing1")),
        ("argument invalid! data.character_string13.value", Some("character_string13")),
        ("argument invalid! hint: [dRLzgA04114106] data.time2.value invalid", Some("time2")),
        ("argument invalid!", None),
        ("data..value", None),
        ("data.<b>.value", None),
    ] {
        assert_eq!(field_at_fault(text), key, "{text}");
    }
}

#[test]
fn the_address_that_a_40164_names_is_found() {
    let text = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 616e6385-74ba0201-4a349921";
    assert_eq!(address_to_allow(text), Some("203.0.113.7"));
    assert_eq!(address_to_allow("invalid ip 2001:db8::1, not in whitelist"), Some("2001:db8::1"));
    assert_eq!(address_to_allow("invalid ip <script> x"), None);
    assert_eq!(address_to_allow("ok"), None);
}

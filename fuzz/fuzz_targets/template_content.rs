//! Content and example texts of templates, divided by the first zero bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::content::{parse_content, parse_example, read_platform_content, render_content};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.splitn(4, '\0');
    let mut next = || parts.next().unwrap_or_default();
    let (content, example, code, choices) = (next(), next(), next(), next());

    if let Ok(mut fields) = parse_content(content) {
        assert_eq!(parse_content(&render_content(&fields)).as_ref(), Ok(&fields), "what was read is written and read");
        parse_example(&mut fields, example);
    }

    let enums = [(code.to_owned(), choices.split('\0').map(str::to_owned).collect())];
    let fields = read_platform_content(content, example, &enums);
    assert!(fields.len() <= 20);
    for (at, field) in fields.iter().enumerate() {
        assert!(content.contains(&field.key), "{field:?}");
        assert!(
            !field.key.is_empty() && field.key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'),
            "{field:?}"
        );
        assert!(!field.label.trim().is_empty() && field.label.chars().count() <= 64, "{field:?}");
        assert!(!field.label.chars().any(char::is_control), "{field:?}");
        assert!(fields.iter().skip(at + 1).all(|other| other.key != field.key), "{field:?} twice");
    }
    let again = read_platform_content(&render_content(&fields), "", &[]);
    assert!(again.iter().map(|field| &field.key).eq(fields.iter().map(|field| &field.key)), "{fields:?} {again:?}");
});

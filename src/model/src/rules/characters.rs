//! Classes of characters, as the platform's table uses the words.

/// 汉字: the unified ideographs with their extensions, compatibility forms, and 〇.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Control characters and line ends, which no value may hold.
pub(crate) fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Characters that show nothing and that people paste without knowing. The joiner inside emoji is not among them.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// 符号: any sign other than 汉字, letters and digits; a space is not a sign.
pub(crate) fn is_symbol(c: char) -> bool {
    !is_han(c) && !c.is_alphanumeric() && !c.is_whitespace() && !is_control(c)
}

/// The half-width form of a full-width digit, letter or sign; other characters as they are.
pub(crate) fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// The text's beginning, at most `max` characters, with … when something was cut; control characters become spaces.
/// For repeating a person's input inside a sentence.
pub(crate) fn excerpt(text: &str, max: usize) -> String {
    let clean = |c| if is_control(c) { ' ' } else { c };
    let mut cut: String = text.chars().take(max).map(clean).collect();
    if text.chars().nth(max).is_some() {
        cut.push('…');
    }
    cut
}

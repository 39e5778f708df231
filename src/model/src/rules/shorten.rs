//! Offering a shorter text in place of one that is too long.

use super::{FieldType, characters::is_control, length};
use crate::field::Field;

/// The value cut with `…` so that it fits, for fields of free text (`thing`); `None` when it fits already or when
/// cutting would change what it says, as with numbers, names and dates. The platform refuses long values rather than
/// cutting them (47003), so this is an offer to the writer, never done unasked.
#[must_use]
pub fn suggest_shorter(field: &Field, value: &str) -> Option<String> {
    let kind = FieldType::of_key(&field.key);
    let limit = kind.limit().filter(|_| kind == FieldType::Thing)?;
    let clean: String = value.chars().map(|c| if is_control(c) { ' ' } else { c }).collect();
    let clean = clean.trim();
    if length(value) <= limit || clean.is_empty() {
        return None;
    }
    if length(clean) <= limit {
        return Some(clean.to_owned());
    }
    let kept = clean.get(..cut_at(clean, limit.saturating_sub(1)))?.trim_end();
    (!kept.is_empty()).then(|| format!("{kept}…"))
}

/// The last place, in bytes, that is within `max` units and not inside what is seen as one character.
fn cut_at(text: &str, max: usize) -> usize {
    let (mut units, mut place, mut before) = (0, 0, None);
    for (i, c) in text.char_indices() {
        if units > max {
            break;
        }
        if !before.is_some_and(|b| sticks(b, c)) {
            place = i;
        }
        units += c.len_utf16();
        before = Some(c);
    }
    place
}

/// Whether a character belongs to the one before it: joiners, variation selectors, skin tones, accents, flag halves.
fn sticks(before: char, c: char) -> bool {
    let flag = |c| matches!(c, '\u{1F1E6}'..='\u{1F1FF}');
    before == '\u{200D}'
        || matches!(c, '\u{200D}' | '\u{300}'..='\u{36F}' | '\u{20D0}'..='\u{20FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}')
        || (flag(before) && flag(c))
}

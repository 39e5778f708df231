//! Pasted lists of openids.

use super::platform::is_openid;
use std::collections::HashSet;

/// How much of a piece that is no openid is kept for showing.
const SHOWN: usize = 40;

/// What a pasted list holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenidList {
    /// Every openid once, in the order of first appearance.
    pub openids: Vec<String>,
    /// How many were dropped because they stood there before.
    pub duplicates: usize,
    /// Line number (from 1) and text (cut at 40 characters) of each piece that is no openid.
    pub bad: Vec<(usize, String)>,
}

/// Splits at line ends, white space, commas, semicolons and 、, half or full width. A byte order mark, quotation marks
/// and a heading `openid` in the first line, as files have them, are passed over.
#[must_use]
pub fn openid_list(text: &str) -> OpenidList {
    let mut list = OpenidList::default();
    let mut seen = HashSet::new();
    for (i, row) in text.split('\n').enumerate() {
        for piece in row.split(is_separator) {
            let piece = piece.trim_matches(['"', '\'', '“', '”', '\u{FEFF}', '\u{200B}']);
            if piece.is_empty() || (i == 0 && piece.eq_ignore_ascii_case("openid")) {
                continue;
            }
            if !is_openid(piece) {
                list.bad.push((i + 1, piece.chars().take(SHOWN).collect()));
            } else if seen.insert(piece) {
                list.openids.push(piece.to_owned());
            } else {
                list.duplicates += 1;
            }
        }
    }
    list
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | ';' | '，' | '；' | '、')
}

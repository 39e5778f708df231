//! Text on its way to the database.

use std::borrow::Cow;

/// PostgreSQL refuses the character NUL in text and SQLite stops reading at it; in both it becomes U+FFFD, so that bad
/// input is stored visibly or simply not found, and never an error of the driver.
pub(crate) fn text(s: &str) -> Cow<'_, str> {
    if s.contains('\0') { Cow::Owned(s.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(s) }
}

/// How names and remarks are compared: without regard to case.
pub(crate) fn folded(s: &str) -> String {
    text(s).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_becomes_visible_and_other_text_stays() {
        assert_eq!(text("a\0b"), "a\u{fffd}b");
        assert_eq!(text("雁书"), "雁书");
        assert_eq!(folded("ÉCOLE"), "école");
    }
}

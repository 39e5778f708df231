//! Where a list goes on. Opaque, so that what stands in it may change.

use super::refusal::Refusal;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use model::{
    Problem,
    page::{At, Page},
};

/// Which list a cursor belongs to: one of another list is refused, not misread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Notices.
    Notices,
    /// Deliveries.
    Deliveries,
    /// Subscribers.
    Subscribers,
}

impl List {
    fn letter(self) -> char {
        match self {
            Self::Notices => 'n',
            Self::Deliveries => 'd',
            Self::Subscribers => 's',
        }
    }

    /// The page that a cursor asks for.
    pub fn at(self, cursor: Option<&str>) -> Result<At, Refusal> {
        let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else { return Ok(At::Start) };
        self.read(cursor).map(At::After).ok_or_else(|| {
            let problem = Problem::of(
                "cursor",
                "bad_cursor",
                "请原样使用上一页的 next。",
                "Use the next of the page before as it is.",
            );
            Refusal::invalid(problem.into())
        })
    }

    fn read(self, cursor: &str) -> Option<i64> {
        let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
        text.strip_prefix(self.letter())?.parse().ok()
    }

    /// The cursor of the page after this one.
    pub fn next<T>(self, page: &Page<T>) -> Option<String> {
        page.after.map(|key| BASE64_URL_SAFE_NO_PAD.encode(format!("{}{key}", self.letter())))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_on_in_its_own_list_only() {
        let page = Page { rows: vec![1], before: None, after: Some(77) };
        let cursor = List::Notices.next(&page).unwrap();
        assert_eq!(List::Notices.at(Some(&cursor)).unwrap(), At::After(77));
        assert_eq!(List::Notices.at(None).unwrap(), At::Start);
        for bad in [cursor.as_str(), "x", "%%%", "bjEyYQ"] {
            assert!(List::Deliveries.at(Some(bad)).is_err(), "{bad}");
        }
    }
}

//! Pages by key.

use model::page::{At, Page};

/// One list as two statements: rows of rising and of falling key. `$1` is the key, `$2` the number of rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keyed {
    pub up: &'static str,
    pub down: &'static str,
}

/// The list's own order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// By rising key.
    Rising,
    /// By falling key: newest first.
    Falling,
}

/// Makes a [`Keyed`] of a statement that ends in its WHERE clause, and the name of the key.
macro_rules! keyed {
    ($select:expr, $key:literal) => {
        $crate::page::Keyed {
            up: concat!($select, " AND ", $key, " > $1 ORDER BY ", $key, " LIMIT $2"),
            down: concat!($select, " AND ", $key, " < $1 ORDER BY ", $key, " DESC LIMIT $2"),
        }
    };
}
pub(crate) use keyed;

/// What to read for a page: in which direction, from which key, how many rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    at: At,
    size: i64,
    order: Order,
}

impl Reading {
    pub(crate) fn new(at: At, size: i64, order: Order) -> Self {
        Self { at, size: size.max(1), order }
    }

    /// Whether rows are read by rising key.
    pub(crate) fn rising(self) -> bool {
        matches!(self.at, At::Before(_)) != (self.order == Order::Rising)
    }

    /// The statement of this direction.
    pub(crate) fn sql(self, keyed: Keyed) -> &'static str {
        if self.rising() { keyed.up } else { keyed.down }
    }

    /// Rows are read beyond this key.
    pub(crate) fn key(self) -> i64 {
        match self.at {
            At::After(key) | At::Before(key) => key,
            At::Start if self.rising() => i64::MIN,
            At::Start => i64::MAX,
        }
    }

    /// Where it begins, for reading more rows at a time.
    pub(crate) fn beginning(self) -> At {
        self.at
    }

    /// One row more than is shown tells whether there is another page.
    pub(crate) fn limit(self) -> i64 {
        self.size.saturating_add(1)
    }

    /// The page, from rows as they were read.
    pub(crate) fn page<T>(self, mut rows: Vec<T>, key: impl Fn(&T) -> i64) -> Page<T> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let backwards = matches!(self.at, At::Before(_));
        if backwards {
            rows.reverse();
        }
        let before = if backwards { more } else { self.at != At::Start };
        let after = backwards || more;
        let (first, last) = (rows.first().map(&key), rows.last().map(&key));
        Page { before: first.filter(|_| before), after: last.filter(|_| after), rows }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_page_has_no_neighbours_and_a_full_one_has() {
        let start = Reading::new(At::Start, 2, Order::Falling);
        assert_eq!((start.rising(), start.key(), start.limit()), (false, i64::MAX, 3));
        let page = start.page(vec![9, 8, 7], |k| *k);
        assert_eq!((page.rows, page.before, page.after), (vec![9, 8], None, Some(8)));
        let page = start.page(vec![9, 8], |k| *k);
        assert_eq!((page.before, page.after), (None, None));
    }

    #[test]
    fn going_back_reads_the_other_way_and_shows_the_lists_order() {
        let back = Reading::new(At::Before(7), 2, Order::Falling);
        assert!(back.rising());
        let page = back.page(vec![8, 9], |k| *k);
        assert_eq!((page.rows, page.before, page.after), (vec![9, 8], None, Some(8)));
        let back = Reading::new(At::Before(3), 2, Order::Rising);
        assert!(!back.rising());
    }
}

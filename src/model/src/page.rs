//! Pages by key: no page counts or skips over a big table.

use serde::{Deserialize, Serialize};

/// Which page of a list: rows before or after a key, or the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// The first page.
    #[default]
    Start,
    /// Rows that follow this key in the list's order.
    After(i64),
    /// Rows that come before this key in the list's order.
    Before(i64),
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub rows: Vec<T>,
    /// `At::Before` of this key is the page before; `None` on the first page.
    pub before: Option<i64>,
    /// `At::After` of this key is the page after; `None` on the last page.
    pub after: Option<i64>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), before: None, after: None }
    }
}

//! What the two dialects say differently.

use crate::database::Kind;

/// The numbers from `from` to before `to`, as `i`.
pub fn series(kind: Kind, from: i64, to: i64) -> String {
    match kind {
        Kind::Sqlite => format!(
            "(WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {to}) SELECT i FROM n) n"
        ),
        Kind::Postgres => format!("generate_series(CAST({from} AS BIGINT), CAST({to} AS BIGINT) - 1) AS n(i)"),
    }
}

/// The openid of a number, as `platform::openid` makes it.
pub fn openid(kind: Kind, i: &str) -> String {
    match kind {
        Kind::Sqlite => format!("printf('oBench%022d', {i})"),
        Kind::Postgres => format!("'oBench' || lpad(CAST({i} AS TEXT), 22, '0')"),
    }
}

/// A remark of a number.
pub fn remark(i: &str) -> String {
    format!("'村民 ' || CAST({i} AS TEXT)")
}

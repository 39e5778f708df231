//! What PostgreSQL's statements must not forget.

use super::portable::hot::STATEMENTS;

#[test]
fn what_several_processes_pick_from_leaves_out_what_others_hold() {
    for name in ["expired leases", "withdrawing", "pushes that are due"] {
        let sql = STATEMENTS.iter().find(|(n, _)| *n == name).map(|(_, sql)| *sql);
        assert!(sql.is_some_and(|sql| sql.ends_with(" SKIP LOCKED")), "{name}: {sql:?}");
    }
}

#[test]
fn hints_for_sqlite_are_left_out() {
    assert!(STATEMENTS.iter().all(|(_, sql)| !sql.contains("INDEXED BY") && !sql.contains("json_each")));
}

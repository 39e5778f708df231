//! Thousands of interleavings of claims, calls, results, crashes and recoveries, on both databases.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic and say why it was skipped")]

use drill::{Server, schedules};

/// The next seeds; fixed, so that a test that fails fails again.
const FIRST: u64 = 1_000;

fn run(server: Option<&Server>, count: u64) {
    let outcome = schedules::run(server, FIRST, count, 2).unwrap();
    let failures: Vec<_> = outcome.failures.iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(outcome.schedules >= count);
    eprintln!("{} schedules, {} steps in {:?}: {:?}", outcome.schedules, outcome.steps, outcome.took, outcome.taken);
}

#[test]
fn no_schedule_on_sqlite_loses_doubles_or_misplaces_anybody() {
    run(None, 400);
}

#[test]
fn no_schedule_on_postgres_loses_doubles_or_misplaces_anybody() {
    let Ok(url) = std::env::var("YANSHU_TEST_DATABASE_URL") else {
        assert!(std::env::var("CI").is_err(), "run the tests by `cargo xtask test`: it starts a PostgreSQL server");
        return eprintln!("skipped: YANSHU_TEST_DATABASE_URL is not set");
    };
    run(Some(&Server { url, control: None }), 80);
}

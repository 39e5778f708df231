//! kill -9 at random moments: `cargo xtask drill` in small.

use crate::{
    both,
    support::{Which, database, executable},
};
use drill::{Server, Temper, kill};

both! {
    async fn killed_workers_lose_nobody_double_nobody_and_leave_few_unknown(which) {
        let server = (which == Which::Postgres).then(|| Server { url: database::server(), control: None });
        let temper = Temper::default();
        let program = executable();
        let plan = kill::Plan { program, server, processes: 2, kills: 6, people: 400, notices: 3, temper, seed: 4 };
        let row = kill::run(&plan).await.unwrap();
        assert!(row.breaches().is_empty(), "{row}");
        let verdict = row.verdict.unwrap();
        assert_eq!(verdict.sent + verdict.unknown, 1_200, "{verdict:?}");
        assert!(verdict.unknown > 0, "nobody was hit: {verdict:?}");
    }
}

//! The bench in miniature, so that it cannot rot: every part of it runs on a few hundred rows, and what it makes must be
//! what the engine would have made.

use crate::support::{Which, database, executable};
use bench::{
    options::Options,
    pages::{self, Size},
    world::World,
};
use clap::Parser;
use tempfile::TempDir;

/// Every figure that a run must tell, whatever it measures.
const ALWAYS: [&str; 9] = [
    "sends.bare",
    "sends.sqlite",
    "latency.one256",
    "enqueue.sqlite",
    "memory.sqlite.idle",
    "disk.sqlite",
    "start.sqlite",
    "pages.sqlite.errors.p95",
    "pages.sqlite.search.p99",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tiny_run_of_the_bench_tells_every_figure() {
    let executable = executable();
    let words = [
        "bench",
        "--yanshu",
        executable.to_str().unwrap(),
        "--sends=300",
        "--rounds=1",
        "--seconds=1",
        "--latency-ms=500",
        "--subscribers=400",
        "--deliveries=4000",
        "--requests=2",
    ];
    let mut options = Options::parse_from(words);
    options.postgres = database::has_postgres().then(|| std::env::var("YANSHU_TEST_DATABASE_URL").unwrap());
    let report = bench::run(&options).await.unwrap();
    let value = |key: &str| report.figures.iter().find(|figure| figure.key == key).map(|figure| figure.value);
    for key in ALWAYS {
        assert!(value(key).is_some_and(|value| value > 0.0), "{key}: {:?}", value(key));
    }
    if options.postgres.is_some() {
        for key in ["sends.postgres", "latency.two", "enqueue.postgres", "disk.postgres", "pages.postgres.overview.p95"]
        {
            assert!(value(key).is_some_and(|value| value > 0.0), "{key}: {:?}", value(key));
        }
    }
    let page = report.page(None);
    assert!(page.contains("| engine on SQLite, 512 in flight |") && page.contains("≥ 0.40"), "{page}");
}

async fn made_history_is_as_the_engine_writes_it(which: Which) {
    let dir = TempDir::new().unwrap();
    let database = match which {
        Which::Sqlite => bench::database::Database::sqlite(dir.path(), "history"),
        Which::Postgres => {
            let server = std::env::var("YANSHU_TEST_DATABASE_URL").unwrap();
            bench::database::Database::postgres(&server, "history").await.unwrap()
        }
    };
    let world = World::furnish(database, "wxbe0000000000000a", None).await.unwrap();
    let made = pages::fill(&world, Size { subscribers: 400, deliveries: 6_000, requests: 1 }).await.unwrap();
    assert!((5_500..=6_500).contains(&made.deliveries), "{made:?}");
    world.check_books().await.unwrap();
    world.remove().await.unwrap();
}

#[tokio::test]
async fn made_history_keeps_the_books_on_sqlite() {
    made_history_is_as_the_engine_writes_it(Which::Sqlite).await;
}

#[tokio::test]
async fn made_history_keeps_the_books_on_postgres() {
    if database::has_postgres() {
        made_history_is_as_the_engine_writes_it(Which::Postgres).await;
    }
}

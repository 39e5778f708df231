//! Databases for tests, made and thrown away.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    env,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};
use store::{Durability, OpenOptions, Store};
use tempfile::TempDir;

/// An open database of a test.
#[derive(Clone, Debug)]
pub struct TestDb {
    pub store: Arc<dyn Store>,
    pub url: String,
}

/// As the program opens it, but a power cut may take the last commits of a test.
pub fn options() -> OpenOptions {
    OpenOptions { durability: Durability::ProcessEnd, ..OpenOptions::default() }
}

/// A path for an SQLite file in a folder that goes with the value.
pub fn sqlite_url(folder: &TempDir) -> String {
    format!("sqlite://{}", folder.path().join("test.db").display())
}

pub async fn on_sqlite<F: Future<Output = ()> + Send + 'static>(case: impl FnOnce(TestDb) -> F) {
    let folder = TempDir::new().unwrap();
    let url = sqlite_url(&folder);
    let db = TestDb { store: store::open(&url, options()).await.unwrap(), url };
    let outcome = tokio::spawn(case(db.clone())).await;
    finish(&db, outcome).await;
}

pub async fn on_postgres<F: Future<Output = ()> + Send + 'static>(case: impl FnOnce(TestDb) -> F) {
    let Some(server) = server() else { return };
    let (url, name) = create_database(&server).await;
    let db = TestDb { store: store::open(&url, options()).await.unwrap(), url };
    let outcome = tokio::spawn(case(db.clone())).await;
    let books = tokio::spawn(async move { finish(&db, outcome).await }).await;
    drop_database(&server, &name).await;
    if let Err(panic) = books {
        std::panic::resume_unwind(panic.into_panic());
    }
}

/// The books are checked after every case, then everything is closed.
async fn finish(db: &TestDb, outcome: Result<(), tokio::task::JoinError>) {
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic.into_panic());
    }
    assert_eq!(db.store.check_books().await.unwrap(), Vec::<String>::new(), "the books");
    db.store.close().await;
}

/// The PostgreSQL server of the tests; `None`: skipped.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub fn server() -> Option<String> {
    let server = env::var("YANSHU_TEST_DATABASE_URL").ok().filter(|url| !url.is_empty());
    if server.is_none() {
        assert!(env::var("CI").is_err(), "with CI set, YANSHU_TEST_DATABASE_URL must name a PostgreSQL server");
        eprintln!("skipped: YANSHU_TEST_DATABASE_URL names no PostgreSQL server");
    }
    server
}

/// A new database on the server: its URL and its name.
pub async fn create_database(server: &str) -> (String, String) {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let start = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
    let name = format!("yanshu_{start}_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let mut admin = PgConnection::connect(server).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut admin).await.unwrap();
    admin.close().await.unwrap();
    let mut url = url::Url::parse(server).unwrap();
    url.set_path(&name);
    (url.into(), name)
}

pub async fn drop_database(server: &str, name: &str) {
    let mut admin = PgConnection::connect(server).await.unwrap();
    let sql = AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"));
    sqlx::raw_sql(sql).execute(&mut admin).await.unwrap();
}

/// Makes two tests of each case: `sqlite::…` and `postgres::…`.
macro_rules! cases {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    crate::harness::on_sqlite(super::$name).await;
                }
            )+
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    crate::harness::on_postgres(super::$name).await;
                }
            )+
        }
    };
}

/// Runs a statement past the store.
pub async fn execute(db: &TestDb, sql: &'static str) {
    if db.store.dialect() == "sqlite" {
        let mut conn = sqlx::SqliteConnection::connect(&db.url).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
    } else {
        let mut conn = PgConnection::connect(&db.url).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
    }
}

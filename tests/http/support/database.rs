//! A database of its own for every test.

use sqlx::{Connection, Executor};
use tempfile::TempDir;

/// The server that the test command starts.
const SERVER: &str = "YANSHU_TEST_DATABASE_URL";

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Sqlite,
    Postgres,
}

/// One test's database.
pub struct Database {
    pub url: String,
    drop: Option<(String, String)>,
}

/// Whether there is a server. `CI=true` without one is a failure: nothing may be skipped there.
pub fn has_postgres() -> bool {
    let there = std::env::var(SERVER).is_ok();
    assert!(there || std::env::var("CI").is_err(), "{SERVER} is not set: run the tests by `cargo xtask test`");
    if !there {
        eprintln!("skipped: {SERVER} is not set; `cargo xtask test` starts a server");
    }
    there
}

/// Its URL.
pub fn server() -> String {
    std::env::var(SERVER).expect("checked by has_postgres")
}

impl Database {
    pub async fn create(which: Which, dir: &TempDir) -> Self {
        match which {
            Which::Sqlite => Self { url: format!("sqlite://{}", dir.path().join("yanshu.db").display()), drop: None },
            Which::Postgres => {
                let server = server();
                let name = format!("yanshu_{}", uuid::Uuid::new_v4().simple());
                let mut connection = sqlx::PgConnection::connect(&server).await.unwrap();
                connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
                let mut url = url::Url::parse(&server).unwrap();
                url.set_path(&name);
                Self { url: url.to_string(), drop: Some((server, name)) }
            }
        }
    }

    pub async fn drop_it(&self) {
        if let Some((server, name)) = &self.drop {
            let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
            connection
                .execute(sqlx::AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")))
                .await
                .unwrap();
        }
    }
}

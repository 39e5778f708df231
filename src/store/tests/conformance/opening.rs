//! Opening databases.

use crate::{
    harness::{self, TestDb, options, sqlite_url},
    world::{NOW, World},
};
use store::{OpenOptions, StoreError};
use tempfile::TempDir;

cases!(an_open_database_answers, a_second_process_sees_the_same, a_closed_store_fails_without_panic);

async fn an_open_database_answers(db: TestDb) {
    db.store.ping().await.unwrap();
    let text = format!("{:?}", db.store);
    assert!(text.contains(db.store.dialect()) && !text.contains("://"), "{text}");
}

async fn a_second_process_sees_the_same(db: TestDb) {
    let w = World::new(&db).await;
    let other = store::open(&db.url, options()).await.unwrap();
    let id = w.willing("a").await;
    assert_eq!(other.subscriber(id).await.unwrap(), w.store.subscriber(id).await.unwrap());
    other.close().await;
}

async fn a_closed_store_fails_without_panic(db: TestDb) {
    let other = store::open(&db.url, options()).await.unwrap();
    other.close().await;
    assert!(other.ping().await.is_err());
    assert!(other.users().await.is_err());
}

/// Four at once on a database that is not there yet.
async fn open_four(url: &str) {
    let openers: Vec<_> = (0..4)
        .map(|_| {
            let url = url.to_owned();
            tokio::spawn(async move { store::open(&url, options()).await })
        })
        .collect();
    for opener in openers {
        let store = opener.await.unwrap().unwrap();
        store.ping().await.unwrap();
        assert!(store.no_user_yet().await.unwrap());
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_processes_migrate_one_sqlite_file() {
    for _ in 0..5 {
        let folder = TempDir::new().unwrap();
        open_four(&sqlite_url(&folder)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_processes_migrate_one_postgres_database() {
    let Some(server) = harness::server() else { return };
    let (url, name) = harness::create_database(&server).await;
    open_four(&url).await;
    harness::drop_database(&server, &name).await;
}

#[tokio::test]
async fn a_missing_folder_is_made_and_the_file_is_private() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a/b/y.db");
    let store = store::open(&format!("sqlite://{}", path.display()), OpenOptions::default()).await.unwrap();
    store.ping().await.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    store.close().await;
}

#[tokio::test]
async fn bad_urls_are_refused_without_their_password() {
    for url in ["", "mysql://root:hunter2@h/db", "sqlite://", "sqlite::memory:", "sqlite://a.db?nonsense=1"] {
        let error = store::open(url, options()).await.unwrap_err();
        assert!(matches!(error, StoreError::Url(_)), "{url}: {error:?}");
        assert!(!format!("{error:?} {error}").contains("hunter2"));
    }
    for url in ["postgres://u:hunter2@h:notaport/db", "postgres://u:hunter2@127.0.0.1:1/db"] {
        let quick = OpenOptions { acquire_timeout: std::time::Duration::from_millis(300), ..options() };
        let error = store::open(url, quick).await.unwrap_err();
        assert!(!format!("{error:?} {error}").contains("hunter2"), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_a_passing_trouble() {
    let quick = OpenOptions { acquire_timeout: std::time::Duration::from_millis(300), ..options() };
    let error = store::open("postgres://u@127.0.0.1:1/db", quick).await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
}

#[tokio::test]
async fn a_read_only_sqlite_file_is_a_clear_error() {
    let folder = TempDir::new().unwrap();
    let url = sqlite_url(&folder);
    store::open(&url, options()).await.unwrap().close().await;
    let error = store::open(&format!("{url}?mode=ro"), options()).await.unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly(_)) && !error.is_transient(), "{error:?}");

    // By its permissions; root may write to it all the same.
    let path = folder.path().join("test.db");
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    if std::fs::OpenOptions::new().write(true).open(&path).is_err() {
        let error = store::open(&url, options()).await.unwrap_err();
        assert!(matches!(error, StoreError::ReadOnly(_)), "{error:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_an_error() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("test.db"), "this is not a database".repeat(100)).unwrap();
    let error = store::open(&sqlite_url(&folder), options()).await.unwrap_err();
    assert!(!error.is_transient(), "{error:?}");
}

#[tokio::test]
async fn a_row_that_means_nothing_names_its_column() {
    let folder = TempDir::new().unwrap();
    let url = sqlite_url(&folder);
    let db = TestDb { store: store::open(&url, options()).await.unwrap(), url };
    let w = World::new(&db).await;
    harness::execute(&db, "UPDATE mini_programs SET program_state = 'nonsense'").await;
    let error = w.store.mini_program(w.mini_program).await.unwrap_err();
    assert_eq!(error.to_string(), "mini_programs.program_state holds \"nonsense\", which means nothing");
    w.store.touch_sign_in(model::ids::UserId(1), NOW).await.unwrap();
    db.store.close().await;
}

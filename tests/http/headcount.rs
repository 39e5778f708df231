//! How many subscribers there are.

use crate::support::{TestApp, Which, openid};

/// Subscribers `from` to `to`, as if they had come in long ago.
async fn crowd(app: &TestApp, from: i64, to: i64) {
    let pool = sqlx::SqlitePool::connect(&app.database.url).await.unwrap();
    sqlx::query(
        "WITH RECURSIVE n(i) AS (SELECT $1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)
         INSERT INTO subscribers (mini_program_id, openid, remark, remark_key, created_at)
         SELECT 1, 'crowd' || i, '', '', 0 FROM n",
    )
    .bind(from)
    .bind(to)
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_is_counted_once_however_many_there_are() {
    let app = TestApp::start(Which::Sqlite).await;
    let (program, template) = app.furnish().await;
    let count = async || app.services.count_subscribers(program).await.unwrap();
    assert_eq!(count().await, 0);
    crowd(&app, 1, 25_000).await;
    for _ in 0..2 {
        assert_eq!(count().await, 25_000);
    }
    crowd(&app, 25_001, 37_000).await;
    app.add_subscriber(program, &openid(0), template, 1).await;
    for _ in 0..2 {
        assert_eq!(count().await, 37_001);
    }
    let other = app.add_mini_program("wxffffffffffffffff", "另一个").await;
    assert_eq!(app.services.count_subscribers(other).await.unwrap(), 0);
    app.finish().await;
}

//! Access tokens.

use crate::{
    harness::TestDb,
    world::{NOW, settings},
};
use model::ids::MiniProgramId;

cases!(
    a_token_is_stored_under_its_lease,
    whoever_looked_before_a_token_was_stored_fetches_none,
    a_lost_lease_stores_nothing,
    a_failure_gives_the_lease_back,
    a_token_is_dropped_only_if_it_is_the_one,
);

async fn program(db: &TestDb) -> MiniProgramId {
    db.store.add_mini_program(&settings("wx1"), "sealed", NOW).await.unwrap()
}

async fn a_token_is_stored_under_its_lease(db: TestDb) {
    let id = program(&db).await;
    let s = db.store;
    assert_eq!(s.token(id).await.unwrap(), None);
    assert!(!s.lease_token_refresh(MiniProgramId(99), 1, None, NOW, NOW + 10).await.unwrap());
    assert!(s.lease_token_refresh(id, 1, None, NOW, NOW + 10).await.unwrap());
    assert!(!s.lease_token_refresh(id, 2, None, NOW, NOW + 10).await.unwrap());
    assert_eq!(s.token(id).await.unwrap().unwrap().sealed, None);
    assert_eq!(s.store_token(id, 2, "x", NOW + 5, NOW).await.unwrap(), None);
    assert_eq!(s.store_token(id, 1, "token", NOW + 7200, NOW + 3).await.unwrap(), Some(1));
    let row = s.token(id).await.unwrap().unwrap();
    assert_eq!((row.sealed.as_deref(), row.version), (Some("token"), 1));
    assert_eq!((row.expires_at, row.obtained_at, row.retry_at), (NOW + 7200, NOW + 3, 0));
    // The lease is given back.
    assert!(s.lease_token_refresh(id, 3, None, NOW, NOW + 10).await.unwrap());
    assert_eq!(s.store_token(id, 3, "next", NOW + 7200, NOW + 3).await.unwrap(), Some(2));
}

async fn whoever_looked_before_a_token_was_stored_fetches_none(db: TestDb) {
    let id = program(&db).await;
    let s = db.store;
    assert!(s.lease_token_refresh(id, 1, Some(0), NOW, NOW + 10).await.unwrap());
    assert_eq!(s.store_token(id, 1, "token", NOW + 7200, NOW).await.unwrap(), Some(1));
    assert!(!s.lease_token_refresh(id, 2, Some(0), NOW, NOW + 10).await.unwrap());
    assert!(s.lease_token_refresh(id, 2, Some(1), NOW, NOW + 10).await.unwrap());
}

async fn a_lost_lease_stores_nothing(db: TestDb) {
    let id = program(&db).await;
    let s = db.store;
    assert!(s.lease_token_refresh(id, 1, None, NOW, NOW + 10).await.unwrap());
    assert!(!s.lease_token_refresh(id, 2, None, NOW + 9, NOW + 30).await.unwrap());
    assert!(s.lease_token_refresh(id, 2, None, NOW + 10, NOW + 30).await.unwrap());
    assert_eq!(s.store_token(id, 1, "old", NOW + 5, NOW).await.unwrap(), None);
    s.fail_token(id, 1, -1, "old", NOW + 99).await.unwrap();
    assert_eq!(s.token(id).await.unwrap().unwrap().last_errcode, None);
    assert_eq!(s.store_token(id, 2, "new", NOW + 5, NOW).await.unwrap(), Some(1));
}

async fn a_failure_gives_the_lease_back(db: TestDb) {
    let id = program(&db).await;
    let s = db.store;
    assert!(s.lease_token_refresh(id, 1, None, NOW, NOW + 10).await.unwrap());
    s.fail_token(id, 1, 40125, "invalid appsecret", NOW + 30).await.unwrap();
    let row = s.token(id).await.unwrap().unwrap();
    assert_eq!((row.last_errcode, row.last_errmsg.as_deref()), (Some(40125), Some("invalid appsecret")));
    assert_eq!((row.sealed, row.retry_at), (None, NOW + 30));
    assert!(s.lease_token_refresh(id, 2, None, NOW + 1, NOW + 10).await.unwrap());
    s.store_token(id, 2, "token", NOW + 5, NOW).await.unwrap().unwrap();
    let row = s.token(id).await.unwrap().unwrap();
    assert_eq!((row.last_errcode, row.last_errmsg, row.retry_at), (None, None, 0));
}

async fn a_token_is_dropped_only_if_it_is_the_one(db: TestDb) {
    let id = program(&db).await;
    let s = db.store;
    for (lease, token) in [(1, "first"), (2, "second")] {
        assert!(s.lease_token_refresh(id, lease, None, NOW, NOW + 10).await.unwrap());
        s.store_token(id, lease, token, NOW + 5, NOW).await.unwrap().unwrap();
    }
    assert!(!s.drop_token(id, 1, "a").await.unwrap());
    assert_eq!(s.token(id).await.unwrap().unwrap().sealed.as_deref(), Some("second"));
    assert!(s.drop_token(id, 2, "b").await.unwrap());
    assert!(!s.drop_token(id, 2, "b").await.unwrap());
    assert_eq!(s.token(id).await.unwrap().unwrap().sealed, None);
}

//! Mini programs.

use crate::{
    harness::TestDb,
    world::{NOW, settings},
};
use model::{ids::MiniProgramId, mini_program::MiniProgramSettings};
use store::StoreError;

cases!(
    a_mini_program_is_found_by_id_and_appid,
    an_appid_is_taken_once,
    a_new_secret_drops_the_token_and_the_pause,
    other_changes_keep_token_and_pause,
    a_pause_is_set_and_lifted,
    a_pause_is_only_made_longer,
);

async fn a_mini_program_is_found_by_id_and_appid(db: TestDb) {
    let s = db.store;
    let id = s.add_mini_program(&settings("wx1"), "sealed", NOW).await.unwrap();
    let found = s.mini_program(id).await.unwrap().unwrap();
    assert_eq!((found.id, &found.settings, found.created_at), (id, &settings("wx1"), NOW));
    assert_eq!((found.paused_until, found.pause_errcode), (None, None));
    assert_eq!(s.mini_program_by_appid("wx1").await.unwrap(), Some(found.clone()));
    assert_eq!(s.mini_program_by_appid("WX1").await.unwrap(), None);
    assert_eq!(s.mini_program(MiniProgramId(99)).await.unwrap(), None);
    assert_eq!(s.sealed_secret(id).await.unwrap().as_deref(), Some("sealed"));
    assert_eq!(s.sealed_secret(MiniProgramId(99)).await.unwrap(), None);
    let second = s.add_mini_program(&settings("wx2"), "sealed", NOW).await.unwrap();
    let ids: Vec<_> = s.mini_programs().await.unwrap().into_iter().map(|m| m.id).collect();
    assert_eq!(ids, [id, second]);
}

async fn an_appid_is_taken_once(db: TestDb) {
    let s = db.store;
    let id = s.add_mini_program(&settings("wx1"), "sealed", NOW).await.unwrap();
    s.add_mini_program(&settings("wx2"), "sealed", NOW).await.unwrap();
    let again = s.add_mini_program(&settings("wx2"), "sealed", NOW).await;
    assert!(matches!(again, Err(StoreError::NotUnique("appid"))), "{again:?}");
    let changed = s.change_mini_program(id, &settings("wx2"), None).await;
    assert!(matches!(changed, Err(StoreError::NotUnique("appid"))), "{changed:?}");
    assert_eq!(s.mini_program(id).await.unwrap().unwrap().settings.appid, "wx1");
    assert!(!s.change_mini_program(MiniProgramId(99), &settings("wx9"), None).await.unwrap());
}

/// A mini program with a token, paused.
async fn with_token_and_pause(db: &TestDb) -> MiniProgramId {
    let s = &db.store;
    let id = s.add_mini_program(&settings("wx1"), "sealed", NOW).await.unwrap();
    assert!(s.lease_token_refresh(id, 1, None, NOW, NOW + 10).await.unwrap());
    s.store_token(id, 1, "token", NOW + 7_200_000, NOW).await.unwrap().unwrap();
    s.pause_mini_program(id, NOW + 1000, 45009, NOW).await.unwrap();
    id
}

async fn a_new_secret_drops_the_token_and_the_pause(db: TestDb) {
    let id = with_token_and_pause(&db).await;
    let s = db.store;
    // A refresh under way with the old secret must not store its token.
    assert!(s.lease_token_refresh(id, 2, None, NOW, NOW + 10).await.unwrap());
    assert!(s.change_mini_program(id, &settings("wx1"), Some("other")).await.unwrap());
    assert_eq!(s.sealed_secret(id).await.unwrap().as_deref(), Some("other"));
    assert_eq!(s.token(id).await.unwrap().unwrap().sealed, None);
    assert_eq!(s.store_token(id, 2, "stale", NOW + 1, NOW).await.unwrap(), None);
    let program = s.mini_program(id).await.unwrap().unwrap();
    assert_eq!((program.paused_until, program.pause_errcode), (None, None));

    s.pause_mini_program(id, NOW + 1000, 45009, NOW).await.unwrap();
    assert!(s.change_mini_program(id, &settings("wx9"), None).await.unwrap());
    assert_eq!(s.mini_program(id).await.unwrap().unwrap().paused_until, None);
}

async fn other_changes_keep_token_and_pause(db: TestDb) {
    let id = with_token_and_pause(&db).await;
    let s = db.store;
    let renamed = MiniProgramSettings { name: "other".to_owned(), require_login_token: false, ..settings("wx1") };
    assert!(s.change_mini_program(id, &renamed, None).await.unwrap());
    let program = s.mini_program(id).await.unwrap().unwrap();
    assert_eq!((&program.settings, program.paused_until), (&renamed, Some(NOW + 1000)));
    assert_eq!(s.token(id).await.unwrap().unwrap().sealed.as_deref(), Some("token"));
    assert_eq!(s.sealed_secret(id).await.unwrap().as_deref(), Some("sealed"));
}

async fn a_pause_is_only_made_longer(db: TestDb) {
    let s = db.store;
    let id = s.add_mini_program(&settings("wx1"), "sealed", NOW).await.unwrap();
    let (minute, night) = (NOW + 60_000, NOW + 8 * 3_600_000);
    let pause = async |until, errcode, now| s.pause_mini_program(id, until, errcode, now).await.unwrap();
    let rests = async || {
        let program = s.mini_program(id).await.unwrap().unwrap();
        (program.paused_until, program.pause_errcode)
    };
    assert!(pause(minute, 45011, NOW).await);
    assert!(pause(night, 45009, NOW + 1).await, "longer");
    assert!(!pause(minute + 2, 45011, NOW + 2).await, "an answer to a call from before");
    assert!(!pause(night + 59_000, 45009, NOW + 3).await, "the same rest, told by another call");
    assert_eq!(rests().await, (Some(night), Some(45009)));
    assert!(pause(night + 60_001, 45009, NOW + 4).await);
    // Over, or of a clock that has gone back: the next one counts, however short it is.
    assert!(pause(night + 90_000, 45011, night + 70_000).await);
    assert!(pause(minute - 9 * 86_400_000, 45011, NOW - 9 * 86_400_000).await);
    assert_eq!(rests().await, (Some(minute - 9 * 86_400_000), Some(45011)));
}

async fn a_pause_is_set_and_lifted(db: TestDb) {
    let id = with_token_and_pause(&db).await;
    let s = db.store;
    let program = s.mini_program(id).await.unwrap().unwrap();
    assert_eq!((program.paused_until, program.pause_errcode), (Some(NOW + 1000), Some(45009)));
    s.unpause_mini_program(id).await.unwrap();
    let program = s.mini_program(id).await.unwrap().unwrap();
    assert_eq!((program.paused_until, program.pause_errcode), (None, None));
}

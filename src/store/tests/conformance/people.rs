//! Users, sessions, failed sign-ins.

use crate::{harness::TestDb, world::NOW};
use model::{access::Role, ids::UserId};
use store::StoreError;

cases!(
    the_first_administrator_is_made_once,
    a_name_is_taken_whatever_its_case,
    the_last_administrator_stays,
    a_new_password_ends_the_sessions,
    hostile_names_are_only_names,
    sessions_live_until_they_expire,
    failed_sign_ins_are_counted_by_key_and_time,
);

async fn the_first_administrator_is_made_once(db: TestDb) {
    let s = db.store;
    assert!(s.no_user_yet().await.unwrap());
    let id = s.add_first_administrator("Ann", "hash", NOW).await.unwrap().unwrap();
    assert!(!s.no_user_yet().await.unwrap());
    assert_eq!(s.add_first_administrator("Bob", "hash", NOW).await.unwrap(), None);
    let user = s.user(id).await.unwrap().unwrap();
    assert_eq!((user.name.as_str(), user.role, user.created_at), ("Ann", Role::Administrator, NOW));
    assert_eq!((user.session_epoch, user.last_sign_in_at), (0, None));
    s.touch_sign_in(id, NOW + 5).await.unwrap();
    assert_eq!(s.user(id).await.unwrap().unwrap().last_sign_in_at, Some(NOW + 5));
}

async fn a_name_is_taken_whatever_its_case(db: TestDb) {
    let s = db.store;
    let id = s.add_user("Élodie", "hash", Role::Operator, NOW).await.unwrap();
    let again = s.add_user("éLODIE", "hash", Role::Operator, NOW).await;
    assert!(matches!(again, Err(StoreError::NotUnique("name"))), "{again:?}");
    let (user, hash) = s.user_for_sign_in("ÉLODIE").await.unwrap().unwrap();
    assert_eq!((user.id, user.name.as_str(), hash.as_str()), (id, "Élodie", "hash"));
    assert_eq!(s.user_for_sign_in("Elodie").await.unwrap(), None);
    s.add_user("bob", "hash", Role::Operator, NOW).await.unwrap();
    s.add_user("Ann", "hash", Role::Operator, NOW).await.unwrap();
    let names: Vec<_> = s.users().await.unwrap().into_iter().map(|user| user.name).collect();
    assert_eq!(names, ["Ann", "bob", "Élodie"]);
}

async fn the_last_administrator_stays(db: TestDb) {
    let s = db.store;
    let ann = s.add_first_administrator("ann", "hash", NOW).await.unwrap().unwrap();
    let bob = s.add_user("bob", "hash", Role::Operator, NOW).await.unwrap();
    assert!(!s.remove_user(ann).await.unwrap());
    assert!(!s.change_role(ann, Role::Operator).await.unwrap());
    assert!(s.change_role(ann, Role::Administrator).await.unwrap());
    assert!(s.change_role(bob, Role::Administrator).await.unwrap());
    assert!(s.change_role(ann, Role::Operator).await.unwrap());
    assert!(s.remove_user(ann).await.unwrap());
    assert!(!s.remove_user(bob).await.unwrap());
    assert!(!s.remove_user(UserId(999)).await.unwrap());
    assert!(!s.change_role(UserId(999), Role::Operator).await.unwrap());
}

async fn a_new_password_ends_the_sessions(db: TestDb) {
    let s = db.store;
    let id = s.add_user("ann", "old", Role::Operator, NOW).await.unwrap();
    assert!(s.set_password(id, "new").await.unwrap());
    let (user, hash) = s.user_for_sign_in("ann").await.unwrap().unwrap();
    assert_eq!((user.session_epoch, hash.as_str()), (1, "new"));
    assert!(!s.set_password(UserId(999), "new").await.unwrap());
}

async fn hostile_names_are_only_names(db: TestDb) {
    let s = db.store;
    for name in ["'; DROP TABLE users; --", "<script>alert(1)</script>", "100%_\\", "a\0b", "雁\u{1F426}"] {
        let id = s.add_user(name, "hash", Role::Operator, NOW).await.unwrap();
        let (user, _) = s.user_for_sign_in(name).await.unwrap().unwrap();
        assert_eq!((user.id, user.name), (id, name.replace('\0', "\u{fffd}")));
    }
    assert_eq!(s.users().await.unwrap().len(), 5);
}

async fn sessions_live_until_they_expire(db: TestDb) {
    let s = db.store;
    assert!(s.create_session("a", "{}", NOW + 10).await.unwrap());
    assert!(!s.create_session("a", "other", NOW + 10).await.unwrap());
    assert_eq!(s.load_session("a", NOW).await.unwrap(), Some(("{}".to_owned(), NOW + 10)));
    assert_eq!(s.load_session("a", NOW + 10).await.unwrap(), None);
    s.save_session("a", "new", NOW + 20).await.unwrap();
    s.save_session("b", "b", NOW + 5).await.unwrap();
    assert_eq!(s.load_session("a", NOW + 15).await.unwrap(), Some(("new".to_owned(), NOW + 20)));
    s.delete_expired_sessions(NOW + 5).await.unwrap();
    assert_eq!(s.load_session("b", NOW).await.unwrap(), None);
    s.delete_session("a").await.unwrap();
    assert_eq!(s.load_session("a", NOW).await.unwrap(), None);
    assert_eq!(s.load_session("a\0", NOW).await.unwrap(), None);
}

async fn failed_sign_ins_are_counted_by_key_and_time(db: TestDb) {
    let s = db.store;
    for at in [NOW, NOW + 1, NOW + 2] {
        s.note_failed_sign_in("name:ann", at).await.unwrap();
        s.note_failed_sign_in("address:::1", at).await.unwrap();
    }
    assert_eq!(s.failed_sign_ins("name:ann", NOW + 1).await.unwrap(), 2);
    assert_eq!(s.failed_sign_ins("name:bob", NOW).await.unwrap(), 0);
    // A success forgets the name, and what is old of everybody.
    s.forget_failed_sign_ins("name:ann", NOW + 1).await.unwrap();
    assert_eq!(s.failed_sign_ins("name:ann", NOW).await.unwrap(), 0);
    assert_eq!(s.failed_sign_ins("address:::1", NOW).await.unwrap(), 2);
}

//! Uses, snapshots and the sync of templates.

use crate::{
    harness::TestDb,
    world::{NOW, World, openids, template},
};
use model::{
    ids::MiniProgramId,
    platform::Use,
    template::{TemplateKind, TemplateSettings},
};
use store::{Snapshot, SyncChange};

cases!(
    uses_are_counted_by_period,
    an_answer_is_kept_in_place_of_the_one_before,
    a_sync_is_applied_whole_and_keeps_what_is_ours,
    a_template_registered_meanwhile_is_changed,
    a_template_is_marked_as_gone,
    the_login_key_is_moved_on,
    the_platform_is_forced_only_so_often,
);

async fn uses_are_counted_by_period(db: TestDb) {
    let w = World::new(&db).await;
    let other = World::with_appid(db.store.clone(), "wx2").await;
    let count = async |w: &World, what, period: &str| w.store.count_use(w.mini_program, what, period).await.unwrap();
    assert_eq!(count(&w, Use::Forced, "2026-11-21").await, 1);
    assert_eq!(count(&w, Use::Forced, "2026-11-21").await, 2);
    assert_eq!(count(&w, Use::Forced, "2026-11-22").await, 1);
    assert_eq!(count(&w, Use::Sync, "2026-11-21").await, 1);
    assert_eq!(count(&other, Use::Forced, "2026-11-21").await, 1);
    assert_eq!(w.store.uses(w.mini_program, "2026-11-21").await.unwrap(), [(Use::Forced, 2), (Use::Sync, 1)]);
    assert_eq!(w.store.uses(w.mini_program, "2026-11").await.unwrap(), []);
}

async fn an_answer_is_kept_in_place_of_the_one_before(db: TestDb) {
    let w = World::new(&db).await;
    let other = World::with_appid(db.store.clone(), "wx2").await;
    for (key, body, now) in [("", "{\"a\":1}", NOW), ("", "{\"a\":2}", NOW + 1), ("616", "[]", NOW + 2)] {
        w.store.save_snapshot(w.mini_program, "templates", key, body, now).await.unwrap();
    }
    let read = async |w: &World, what, key| w.store.snapshot(w.mini_program, what, key).await.unwrap();
    assert_eq!(read(&w, "templates", "").await, Some(Snapshot { at: NOW + 1, body: "{\"a\":2}".to_owned() }));
    assert_eq!(read(&w, "templates", "616").await, Some(Snapshot { at: NOW + 2, body: "[]".to_owned() }));
    assert_eq!(read(&w, "quota", "").await, None);
    assert_eq!(read(&other, "templates", "").await, None);
}

fn theirs(pri_tmpl_id: &str, title: &str, kind: TemplateKind) -> TemplateSettings {
    TemplateSettings { title: title.to_owned(), ..template(pri_tmpl_id, kind) }
}

async fn a_sync_is_applied_whole_and_keeps_what_is_ours(db: TestDb) {
    let w = World::new(&db).await;
    let other = World::with_appid(db.store.clone(), "wx2").await;
    let ours = TemplateSettings { validity_days: Some(30), ..template("one", TemplateKind::OneTime) };
    assert!(w.store.change_template(w.one, &ours).await.unwrap());
    let id = w.willing("a").await;
    w.willing("a").await;
    w.send(openids(&["a"])).await;
    w.store.mark_template_gone(w.one, Some(NOW)).await.unwrap();
    let change = SyncChange {
        add: vec![theirs("new", "新", TemplateKind::LongTerm)],
        change: vec![
            (w.one, theirs("one", "改", TemplateKind::LongTerm)),
            (other.one, theirs("one", "not theirs to say", TemplateKind::LongTerm)),
        ],
        gone: vec![w.long, other.long],
        seen: vec![w.one],
    };
    w.store.apply_sync(w.mini_program, &change, NOW + 5).await.unwrap();
    let one = w.store.template(w.one).await.unwrap().unwrap();
    assert_eq!((one.settings.title.as_str(), one.settings.validity_days), ("改", Some(30)));
    assert_eq!((one.gone_at, one.synced_at), (None, Some(NOW + 5)));
    // The grants fit the new kind.
    assert_eq!((one.settings.kind, w.one(id).await), (TemplateKind::LongTerm, (1, 0)));
    let long = w.store.template(w.long).await.unwrap().unwrap();
    assert_eq!((long.gone_at, long.synced_at), (Some(NOW + 5), None));
    let new = w.store.template_by_pri_tmpl_id(w.mini_program, "new").await.unwrap().unwrap();
    assert_eq!((new.settings.title.as_str(), new.created_at, new.synced_at), ("新", NOW + 5, Some(NOW + 5)));
    for id in [other.one, other.long] {
        let foreign = other.store.template(id).await.unwrap().unwrap();
        assert_eq!((foreign.gone_at, foreign.synced_at), (None, None));
        assert!(foreign.settings.title.starts_with("标题"));
    }
    // Missed again: the first time is kept. Found again: it is back.
    let gone = SyncChange { gone: vec![w.long], ..SyncChange::default() };
    w.store.apply_sync(w.mini_program, &gone, NOW + 9).await.unwrap();
    assert_eq!(w.store.template(w.long).await.unwrap().unwrap().gone_at, Some(NOW + 5));
    let back = SyncChange { seen: vec![w.long], ..SyncChange::default() };
    w.store.apply_sync(w.mini_program, &back, NOW + 9).await.unwrap();
    let long = w.store.template(w.long).await.unwrap().unwrap();
    assert_eq!((long.gone_at, long.synced_at), (None, Some(NOW + 9)));
}

async fn a_template_registered_meanwhile_is_changed(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.willing("a").await;
    w.willing("a").await;
    let ours = TemplateSettings { validity_days: Some(7), ..template("one", TemplateKind::OneTime) };
    w.store.change_template(w.one, &ours).await.unwrap();
    let change = SyncChange { add: vec![theirs("one", "微信的", TemplateKind::LongTerm)], ..SyncChange::default() };
    w.store.apply_sync(w.mini_program, &change, NOW + 5).await.unwrap();
    let one = w.store.template(w.one).await.unwrap().unwrap();
    assert_eq!((one.settings.title.as_str(), one.settings.validity_days), ("微信的", Some(7)));
    assert_eq!((one.synced_at, w.one(id).await.0), (Some(NOW + 5), 1));
    assert_eq!(w.store.templates(w.mini_program).await.unwrap().len(), 2);
}

async fn a_template_is_marked_as_gone(db: TestDb) {
    let w = World::new(&db).await;
    assert!(w.store.mark_template_gone(w.one, Some(NOW)).await.unwrap());
    assert_eq!(w.store.template(w.one).await.unwrap().unwrap().gone_at, Some(NOW));
    assert!(w.store.mark_template_gone(w.one, None).await.unwrap());
    assert_eq!(w.store.template(w.one).await.unwrap().unwrap().gone_at, None);
    assert!(!w.store.mark_template_gone(model::ids::TemplateId(99), None).await.unwrap());
}

async fn the_login_key_is_moved_on(db: TestDb) {
    let w = World::new(&db).await;
    assert_eq!(w.store.rotate_login_key(w.mini_program, 1).await.unwrap(), Some(1));
    assert_eq!(w.store.rotate_login_key(w.mini_program, 2).await.unwrap(), Some(3));
    assert_eq!(w.store.mini_program(w.mini_program).await.unwrap().unwrap().login_epoch, 3);
    assert_eq!(w.store.rotate_login_key(MiniProgramId(99), 1).await.unwrap(), None);
}

async fn the_platform_is_forced_only_so_often(db: TestDb) {
    let w = World::new(&db).await;
    let force = async |lease, now| w.store.note_forced(w.mini_program, lease, 30_000, now).await.unwrap();
    assert!(!force(1, NOW).await);
    assert!(w.store.lease_token_refresh(w.mini_program, 1, None, NOW, NOW + 99_999).await.unwrap());
    assert!(!force(2, NOW).await);
    assert!(force(1, NOW).await);
    assert!(!force(1, NOW + 29_999).await);
    assert!(force(1, NOW + 30_000).await);
    assert_eq!(w.store.token(w.mini_program).await.unwrap().unwrap().forced_at, NOW + 30_000);
}

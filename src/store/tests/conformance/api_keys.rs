//! Keys of the business API, and requests that are named so that they are done once.

use crate::{
    harness::TestDb,
    world::{HOUR, NOW, World, openids},
};
use model::{
    api::{ApiKey, KeyStanding, Scope},
    ids::{ApiKeyId, MiniProgramId, NoticeId},
    notice::{Content, NoticeState},
};
use store::{Begun, Enqueued, Named, NewApiKey, NewDraft, StoreError};

cases!(
    a_key_is_stored_shown_and_revoked_once,
    the_last_use_is_noted_once_a_minute,
    a_request_is_done_once_and_its_answer_kept,
    whoever_takes_over_goes_on_from_the_draft,
    a_name_with_another_body_is_told_apart,
    a_refused_request_frees_its_name,
    of_many_who_repeat_a_request_one_does_it,
    a_lost_lease_makes_no_draft,
    what_is_a_day_old_is_forgotten,
    a_forecast_stores_nothing,
    drafts_of_orders_are_found_when_they_are_old,
);

const LEASE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 3_600_000;

fn new_key(mini_program: MiniProgramId, public_id: &str) -> NewApiKey<'_> {
    NewApiKey {
        mini_program,
        name: "挂号系统",
        public_id,
        digest: "d1",
        scopes: &[Scope::Send, Scope::Read],
        expires_at: Some(NOW + 1000),
        created_by: "ann",
    }
}

async fn key(w: &World) -> ApiKeyId {
    w.store.add_api_key(new_key(w.mini_program, "0123456789abcdef"), NOW).await.unwrap()
}

fn named(key: ApiKeyId, lease: i64) -> Named<'static> {
    Named { key, name: "order-1", lease }
}

async fn begin(w: &World, request: Named<'_>, digest: &str, now: i64) -> Begun {
    w.store.begin_named(request, digest, now - DAY_MS, now, now + LEASE_MS).await.unwrap()
}

fn ours(draft: Option<NoticeId>, since: i64) -> Begun {
    Begun::Ours { draft, since }
}

async fn draft(w: &World, request: Option<Named<'_>>) -> Option<NoticeId> {
    let (audience, content) = (openids(&["a"]), Content::default());
    let draft = NewDraft {
        mini_program: w.mini_program,
        template: w.one,
        audience: &audience,
        duplicates: 2,
        content: &content,
        created_by: "API: 挂号系统",
        urgent: false,
    };
    w.store.add_ordered_draft(draft, request, NOW).await.unwrap()
}

async fn a_key_is_stored_shown_and_revoked_once(db: TestDb) {
    let w = World::new(&db).await;
    let id = key(&w).await;
    let twice = w.store.add_api_key(new_key(w.mini_program, "0123456789abcdef"), NOW).await;
    assert!(matches!(twice, Err(StoreError::NotUnique("public_id"))));
    let (stored, digest) = w.store.api_key_by_public_id("0123456789abcdef").await.unwrap().unwrap();
    assert_eq!((stored.id, stored.name.as_str(), digest.as_str()), (id, "挂号系统", "d1"));
    assert_eq!((stored.scopes.clone(), stored.created_by.as_str()), (vec![Scope::Send, Scope::Read], "ann"));
    assert_eq!((stored.standing(NOW + 999), stored.standing(NOW + 1000)), (KeyStanding::Good, KeyStanding::Expired));
    assert_eq!(w.store.api_key_by_public_id("0123456789abcdee").await.unwrap(), None);
    let other = World::with_appid(db.store.clone(), "wx2").await;
    assert!(!w.store.revoke_api_key(other.mini_program, id, "bob", NOW).await.unwrap(), "not theirs");
    assert!(w.store.revoke_api_key(w.mini_program, id, "bob", NOW + 5).await.unwrap());
    assert!(!w.store.revoke_api_key(w.mini_program, id, "eve", NOW + 6).await.unwrap());
    let [stored]: [ApiKey; 1] = w.store.api_keys(w.mini_program).await.unwrap().try_into().unwrap();
    assert_eq!((stored.revoked_at, stored.revoked_by.as_deref()), (Some(NOW + 5), Some("bob")));
    assert_eq!(stored.standing(NOW), KeyStanding::Revoked);
    assert_eq!(w.store.api_keys(other.mini_program).await.unwrap(), []);
}

async fn the_last_use_is_noted_once_a_minute(db: TestDb) {
    let w = World::new(&db).await;
    let id = key(&w).await;
    let mut seen = Vec::new();
    for at in [0, 59_999, 60_000, 61_000] {
        w.store.touch_api_key(id, 60_000, NOW + at).await.unwrap();
        seen.push(w.store.api_keys(w.mini_program).await.unwrap()[0].last_used_at.unwrap() - NOW);
    }
    assert_eq!(seen, [0, 0, 60_000, 60_000]);
}

async fn a_request_is_done_once_and_its_answer_kept(db: TestDb) {
    let w = World::new(&db).await;
    let key = key(&w).await;
    assert_eq!(begin(&w, named(key, 1), "d", NOW).await, ours(None, NOW));
    assert_eq!(begin(&w, named(key, 2), "d", NOW + 1).await, Begun::Busy);
    assert!(!w.store.end_named(named(key, 2), 202, "not mine").await.unwrap());
    assert!(w.store.end_named(named(key, 1), 202, "{\"id\":1}").await.unwrap());
    assert!(!w.store.end_named(named(key, 1), 202, "again").await.unwrap());
    let answered = Begun::Answered(202, "{\"id\":1}".to_owned());
    assert_eq!(begin(&w, named(key, 3), "d", NOW + 2).await, answered);
    // The same name of another key is another request.
    let theirs = w.store.add_api_key(new_key(w.mini_program, "fedcba9876543210"), NOW).await.unwrap();
    assert_eq!(begin(&w, named(theirs, 4), "d", NOW).await, ours(None, NOW));
}

async fn whoever_takes_over_goes_on_from_the_draft(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("a").await;
    let key = key(&w).await;
    begin(&w, named(key, 1), "d", NOW).await;
    let id = draft(&w, Some(named(key, 1))).await.unwrap();
    assert_eq!(w.notice(id).await.duplicates, 2);
    // The process ends here. Another one waits for the lease to end and finds the draft.
    assert_eq!(begin(&w, named(key, 2), "d", NOW + LEASE_MS - 1).await, Begun::Busy);
    assert_eq!(begin(&w, named(key, 2), "d", NOW + LEASE_MS).await, ours(Some(id), NOW));
    assert!(matches!(w.store.enqueue_notice(id, 9, HOUR, NOW).await.unwrap(), Enqueued::Done(_)));
    // This one ends too, after sending. The next one learns that it was done.
    w.store.release_named(named(key, 2)).await.unwrap();
    assert_eq!(begin(&w, named(key, 3), "d", NOW + LEASE_MS + 1).await, ours(Some(id), NOW));
    assert_eq!(w.notice(id).await.state, NoticeState::Running);
    assert_eq!(w.store.enqueue_notice(id, 9, HOUR, NOW).await.unwrap(), Enqueued::Already);
}

async fn a_name_with_another_body_is_told_apart(db: TestDb) {
    let w = World::new(&db).await;
    let key = key(&w).await;
    begin(&w, named(key, 1), "d", NOW).await;
    assert_eq!(begin(&w, named(key, 2), "other", NOW + 1).await, Begun::Different, "while it is being done");
    w.store.end_named(named(key, 1), 202, "{}").await.unwrap();
    assert_eq!(begin(&w, named(key, 2), "other", NOW + 1).await, Begun::Different, "and afterwards");
}

async fn a_refused_request_frees_its_name(db: TestDb) {
    let w = World::new(&db).await;
    let key = key(&w).await;
    begin(&w, named(key, 1), "wrong", NOW).await;
    w.store.drop_named(named(key, 9)).await.unwrap();
    assert_eq!(begin(&w, named(key, 2), "wrong", NOW).await, Begun::Busy, "another lease drops nothing");
    w.store.drop_named(named(key, 1)).await.unwrap();
    assert_eq!(begin(&w, named(key, 2), "mended", NOW).await, ours(None, NOW));
    w.store.end_named(named(key, 2), 202, "{}").await.unwrap();
    w.store.drop_named(named(key, 2)).await.unwrap();
    assert_eq!(begin(&w, named(key, 3), "mended", NOW).await, Begun::Answered(202, "{}".to_owned()));
}

async fn of_many_who_repeat_a_request_one_does_it(db: TestDb) {
    let w = World::new(&db).await;
    let key = key(&w).await;
    let mut all = tokio::task::JoinSet::new();
    for lease in 1..=24 {
        let w = w.clone();
        all.spawn(async move {
            let begun = begin(&w, named(key, lease), "d", NOW).await;
            if begun == ours(None, NOW) {
                draft(&w, Some(named(key, lease))).await.unwrap();
                assert!(w.store.end_named(named(key, lease), 202, "{}").await.unwrap());
            }
            begun
        });
    }
    let begun = all.join_all().await;
    assert_eq!(begun.iter().filter(|b| **b == ours(None, NOW)).count(), 1, "{begun:?}");
    let others = [Begun::Busy, Begun::Answered(202, "{}".to_owned()), ours(None, NOW)];
    assert!(begun.iter().all(|b| others.contains(b)), "{begun:?}");
    let page = w.store.notices(w.mini_program, None, None, model::page::At::Start, 50).await.unwrap();
    assert_eq!(page.rows.len(), 1);
}

async fn a_lost_lease_makes_no_draft(db: TestDb) {
    let w = World::new(&db).await;
    let key = key(&w).await;
    begin(&w, named(key, 1), "d", NOW).await;
    assert_eq!(begin(&w, named(key, 2), "d", NOW + LEASE_MS).await, ours(None, NOW));
    assert_eq!(draft(&w, Some(named(key, 1))).await, None);
    let page = w.store.notices(w.mini_program, None, None, model::page::At::Start, 50).await.unwrap();
    assert_eq!(page.rows, []);
    assert!(draft(&w, Some(named(key, 2))).await.is_some());
    assert!(draft(&w, None).await.is_some(), "without a name there is nothing to lose");
}

async fn what_is_a_day_old_is_forgotten(db: TestDb) {
    let w = World::new(&db).await;
    let key = key(&w).await;
    begin(&w, named(key, 1), "d", NOW).await;
    w.store.end_named(named(key, 1), 202, "{}").await.unwrap();
    assert_eq!(begin(&w, named(key, 2), "other", NOW + DAY_MS - 1).await, Begun::Different);
    assert_eq!(begin(&w, named(key, 2), "other", NOW + DAY_MS).await, ours(None, NOW + DAY_MS));
    assert_eq!(w.store.prune_named(NOW, 10).await.unwrap(), 0);
    assert_eq!(w.store.prune_named(NOW + DAY_MS, 10).await.unwrap(), 1);
}

async fn a_forecast_stores_nothing(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("a").await;
    let (audience, content) = (openids(&["a", "new"]), Content::default());
    let draft = NewDraft {
        mini_program: w.mini_program,
        template: w.one,
        audience: &audience,
        duplicates: 1,
        content: &content,
        created_by: "x",
        urgent: false,
    };
    let preflight = w.store.preflight_of(draft, NOW).await.unwrap();
    assert_eq!((preflight.will_send, preflight.unknown, preflight.duplicates), (1, 1, 1));
    let page = w.store.notices(w.mini_program, None, None, model::page::At::Start, 50).await.unwrap();
    assert_eq!((page.rows, w.store.count_subscribers(w.mini_program).await.unwrap()), (vec![], 1));
}

async fn drafts_of_orders_are_found_when_they_are_old(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("a").await;
    let left = draft(&w, None).await.unwrap();
    let sent = draft(&w, None).await.unwrap();
    w.draft(w.one, &openids(&["a"])).await;
    assert!(matches!(w.store.enqueue_notice(sent, 9, HOUR, NOW).await.unwrap(), Enqueued::Done(_)));
    assert_eq!(w.store.broken_orders(NOW - 1, 9).await.unwrap(), []);
    assert_eq!(w.store.broken_orders(NOW, 9).await.unwrap(), [left], "neither what was sent nor what people make");
}

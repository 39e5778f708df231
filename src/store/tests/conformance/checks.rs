//! Checks of drafts: what they find counts as long as nothing has changed.

use crate::{
    harness::TestDb,
    world::{NOW, World, openids},
};
use model::{
    Problem,
    ids::NoticeId,
    notice::{Audience, Content},
    recipient::{Check, Recipient},
    subscriber::PersonTraits,
};

cases!(
    problems_can_be_written_and_taken_back,
    a_check_is_kept_for_a_while,
    whatever_changes_a_draft_ends_its_check,
    a_check_begins_for_what_the_draft_says_now,
);

fn check(key: &str) -> Check {
    Check { key: key.to_owned(), at: NOW, ..Check::default() }
}

fn content(text: &str) -> Content {
    Content { values: [("thing1".to_owned(), text.to_owned())].into(), ..Content::default() }
}

fn problem() -> Problem {
    Problem::whole("no_value", "没有", "it's missing")
}

async fn add(w: &World, id: NoticeId, openid: &str, problem: Option<Problem>) {
    let row = Recipient { problem, ..Recipient::of(openid) };
    w.store.add_recipients(id, &[row], None).await.unwrap().expect("a draft");
}

/// A draft with a list of one and a check of it under way.
async fn checked(w: &World) -> NoticeId {
    let id = w.draft(w.one, &Audience::Nobody).await;
    add(w, id, "a", None).await;
    assert!(begin(w, id, "k").await);
    id
}

async fn begin(w: &World, id: NoticeId, key: &str) -> bool {
    let notice = w.notice(id).await;
    w.store.begin_check(id, &notice.content, &notice.audience, &check(key)).await.unwrap()
}

async fn judge(w: &World, id: NoticeId, key: &str) -> bool {
    w.store.judge_recipients(id, key, &[("a".to_owned(), Some(problem()))]).await.unwrap()
}

async fn problems_can_be_written_and_taken_back(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.draft(w.one, &Audience::Nobody).await;
    add(&w, id, "a", None).await;
    add(&w, id, "b", Some(Problem::of("thing1", "too_long", "太长", "Too long"))).await;
    add(&w, id, "c", None).await;
    assert!(begin(&w, id, "k").await);
    let judged = [("a".to_owned(), Some(problem())), ("b".to_owned(), None), ("gone".to_owned(), None)];
    assert!(w.store.judge_recipients(id, "k", &judged).await.unwrap());
    let bad = w.store.recipients(id, true, "", 10).await.unwrap();
    assert_eq!(bad, [Recipient { problem: Some(problem()), ..Recipient::of("a") }]);
}

async fn a_check_is_kept_for_a_while(db: TestDb) {
    let w = World::new(&db).await;
    let id = checked(&w).await;
    let done = Check { invalid: 2, is_done: true, ..check("k") };
    assert!(!w.store.check_of(id).await.unwrap().unwrap().holds("k", NOW), "it is under way");
    assert!(w.store.end_check(id, &done).await.unwrap());
    let kept = w.store.check_of(id).await.unwrap().unwrap();
    assert_eq!(kept, done);
    assert!(kept.holds("k", NOW + 1) && !kept.holds("other", NOW + 1) && !kept.holds("k", NOW + Check::LASTS_MS));
    assert!(!w.store.end_check(id, &check("other")).await.unwrap(), "another one has begun since");
    assert!(!judge(&w, NoticeId(99), "k").await && !begin_of_nothing(&w).await);
}

async fn begin_of_nothing(w: &World) -> bool {
    w.store.begin_check(NoticeId(99), &Content::default(), &Audience::Nobody, &check("k")).await.unwrap()
}

async fn whatever_changes_a_draft_ends_its_check(db: TestDb) {
    let w = World::new(&db).await;
    let person = w.willing("a").await;
    for change in 0..6 {
        let id = checked(&w).await;
        assert!(judge(&w, id, "k").await, "{change}");
        match change {
            0 => assert!(w.store.change_content(id, &content("x")).await.unwrap()),
            1 => add(&w, id, "b", None).await,
            2 => assert_eq!(w.store.clear_recipients(id, 9, None).await.unwrap(), 1),
            3 => assert!(w.store.change_audience(id, &openids(&["a"]), 0).await.unwrap()),
            4 => assert!(w.store.change_traits(person, &PersonTraits::default()).await.unwrap()),
            _ => assert!(begin(&w, id, "other").await),
        }
        assert!(!judge(&w, id, "k").await, "{change}");
        assert!(!w.store.end_check(id, &check("k")).await.unwrap(), "{change}");
    }
}

async fn a_check_begins_for_what_the_draft_says_now(db: TestDb) {
    let w = World::new(&db).await;
    let id = checked(&w).await;
    let before = w.notice(id).await;
    assert!(w.store.change_content(id, &content("x")).await.unwrap());
    let begin = async |content: &Content, audience: &Audience| {
        w.store.begin_check(id, content, audience, &check("k")).await.unwrap()
    };
    assert!(!begin(&before.content, &before.audience).await);
    assert!(!begin(&content("x"), &Audience::Nobody).await);
    assert!(begin(&content("x"), &before.audience).await);
}

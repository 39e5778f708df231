//! Drafts and lists of notices.

use crate::{
    harness::TestDb,
    world::{NOW, World, openids},
};
use model::{
    ids::{NoticeId, SubscriberId},
    mini_program::{MessageLang, ProgramState},
    notice::{Audience, Content, NoticeState},
    page::At,
};

cases!(
    a_draft_keeps_what_was_written,
    only_a_draft_can_be_changed_or_deleted,
    lists_are_filtered_by_state_and_template_and_have_pages,
);

async fn a_draft_keeps_what_was_written(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.draft(w.one, &Audience::Nobody).await;
    let content = Content {
        values: [("thing1".to_owned(), "</script>'; --\u{1F600}\0".to_owned())].into(),
        page: "pages/a?b=1&c=%20".to_owned(),
        program_state: ProgramState::Developer,
        message_lang: MessageLang::EnUs,
    };
    assert!(w.store.change_content(id, &content).await.unwrap());
    for audience in [
        openids(&["o\"1", "o'2"]),
        Audience::Chosen(vec![SubscriberId(1), SubscriberId(i64::MAX)]),
        Audience::EverybodyWithGrant,
    ] {
        assert!(w.store.change_audience(id, &audience, 3).await.unwrap());
        assert_eq!(w.notice(id).await.audience, audience);
    }
    let notice = w.notice(id).await;
    assert_eq!((notice.id, notice.mini_program, notice.template), (id, w.mini_program, w.one));
    assert_eq!((notice.template_title.as_str(), notice.state), ("标题 one", NoticeState::Draft));
    assert_eq!((&notice.content, notice.duplicates, notice.created_by.as_str()), (&content, 3, "ann"));
    assert_eq!((notice.created_at, notice.confirmed_at, notice.finished_at), (NOW, None, None));
    assert_eq!((notice.stop_errcode, notice.counts.total()), (None, 0));
    assert_eq!(w.store.notice(NoticeId(99)).await.unwrap(), None);
}

async fn only_a_draft_can_be_changed_or_deleted(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("a").await;
    let running = w.send(openids(&["a"])).await;
    for id in [running, NoticeId(99)] {
        assert!(!w.store.change_audience(id, &Audience::Nobody, 0).await.unwrap());
        assert!(!w.store.change_content(id, &Content::default()).await.unwrap());
        assert!(!w.store.delete_draft(id).await.unwrap());
        assert_eq!(w.store.preflight(id, crate::world::NOW).await.unwrap(), None);
    }
    assert_eq!(w.notice(running).await.audience, Audience::Nobody);
    let draft = w.draft(w.one, &Audience::Nobody).await;
    assert!(w.store.delete_draft(draft).await.unwrap());
    assert!(!w.store.delete_draft(draft).await.unwrap());
    // Its number is not given to another notice.
    assert!(w.draft(w.one, &Audience::Nobody).await > draft);
}

async fn lists_are_filtered_by_state_and_template_and_have_pages(db: TestDb) {
    let w = World::new(&db).await;
    World::with_appid(db.store.clone(), "wx2").await.draft(w.one, &Audience::Nobody).await;
    w.willing("a").await;
    let running = w.send(openids(&["a", "b"])).await;
    let mut drafts = Vec::new();
    for i in 0..5 {
        drafts.push(w.draft(if i % 2 == 0 { w.one } else { w.long }, &openids(&["a"])).await);
    }
    let list = async |state, template, at| {
        let page = w.store.notices(w.mini_program, state, template, at, 3).await.unwrap();
        (page.rows.iter().map(|n| n.id).collect::<Vec<_>>(), page.before, page.after)
    };
    let (first, none, after) = list(None, None, At::Start).await;
    assert_eq!((first, none), (vec![drafts[4], drafts[3], drafts[2]], None));
    let (second, before, none) = list(None, None, At::After(after.unwrap())).await;
    assert_eq!((second, none), (vec![drafts[1], drafts[0], running], None));
    assert_eq!(list(None, None, At::Before(before.unwrap())).await.0[0], drafts[4]);
    assert_eq!(list(Some(NoticeState::Running), None, At::Start).await.0, [running]);
    assert_eq!(list(None, Some(w.long), At::Start).await.0, [drafts[3], drafts[1]]);
    assert_eq!(list(Some(NoticeState::Draft), Some(w.one), At::Start).await.0, [drafts[4], drafts[2], drafts[0]]);
    let page = w.store.notices(w.mini_program, Some(NoticeState::Running), None, At::Start, 1).await.unwrap();
    assert_eq!(page.rows, [w.notice(running).await]);
    let page = w.store.notices(w.mini_program, None, None, At::Start, 1).await.unwrap();
    assert_eq!(page.rows[0].audience, Audience::Nobody);
}

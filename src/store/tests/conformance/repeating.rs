//! Notices that are ordered again and again.

use crate::{
    control::order_draft,
    harness::TestDb,
    world::{NOW, World},
};
use model::{
    Problem,
    control::{Deed, Repeat},
    ids::RecurrenceId,
    notice::{Audience, NoticeState},
    webhook::EventKind,
};
use store::{NewRecurrence, Occurrence, Wait};

cases!(
    a_draft_becomes_one_repetition_however_often_it_is_pressed,
    an_occurrence_is_made_once,
    what_was_missed_is_made_up_for_once_until_somebody_decides,
    a_time_that_could_not_be_sent_is_told_of_until_it_is_seen_to,
);

/// A time that has come, with the next one a tenth of a second later.
fn time(id: RecurrenceId, at: i64, is_missed: bool) -> Occurrence {
    Occurrence { id, due_at: at, at, next_at: at + 100, is_missed }
}

/// A repetition that begins in a tenth of a second.
async fn repeated(w: &World, audience: &Audience) -> (NewRecurrence, RecurrenceId) {
    let draft = w.draft(w.one, audience).await;
    let repeat = Repeat::Day { minute: 540 };
    let new = NewRecurrence { draft, repeat, next_at: NOW + 100, created_by: "ann".to_owned() };
    let id = w.store.add_recurrence(&new, NOW).await.unwrap().expect("a repetition");
    (new, id)
}

async fn a_draft_becomes_one_repetition_however_often_it_is_pressed(db: TestDb) {
    let w = World::new(&db).await;
    let draft = w.draft(w.one, &Audience::EverybodyWithGrant).await;
    let repeat = Repeat::Day { minute: 540 };
    let new = NewRecurrence { draft, repeat, next_at: NOW + 100, created_by: "ann".to_owned() };
    let presses = (0..8).map(|_| {
        let (store, new) = (w.store.clone(), new.clone());
        tokio::spawn(async move { store.add_recurrence(&new, NOW).await.unwrap() })
    });
    let mut made = Vec::new();
    for press in presses.collect::<Vec<_>>() {
        made.extend(press.await.unwrap());
    }
    assert_eq!(made.len(), 1);
    let all = w.store.recurrences(w.mini_program).await.unwrap();
    assert_eq!(all.iter().map(|one| one.id).collect::<Vec<_>>(), made);
    assert!(w.store.notice(draft).await.unwrap().is_none(), "the draft is gone");
}

async fn an_occurrence_is_made_once(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("a").await;
    let (new, id) = repeated(&w, &Audience::EverybodyWithGrant).await;
    assert_eq!(w.store.recurrences_due(NOW + 99).await.unwrap(), []);
    let due = w.store.recurrences_due(NOW + 100).await.unwrap();
    assert_eq!((due.len(), due[0].id, due[0].repeat), (1, id, new.repeat));
    let tries = (0..8).map(|_| {
        let store = w.store.clone();
        tokio::spawn(async move { store.occur(&time(id, NOW + 100, false), NOW + 100).await.unwrap() })
    });
    let mut made = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        made.extend(one.await.unwrap());
    }
    assert_eq!(made.len(), 1);
    assert_eq!(w.store.occurrences().await.unwrap(), [(made[0], NOW + 100)]);
    let draft = w.notice(made[0]).await;
    assert_eq!(
        (draft.state, draft.recurrence, draft.audience),
        (NoticeState::Draft, Some(id), Audience::EverybodyWithGrant)
    );
    order_draft(&w, made[0], Wait::Nothing).await;
    assert_eq!(w.store.occurrences().await.unwrap(), []);
    assert!(w.store.end_recurrence(id).await.unwrap());
    assert!(!w.store.end_recurrence(id).await.unwrap());
    assert_eq!(w.store.recurrences_due(NOW + 999).await.unwrap(), []);
    assert_eq!(w.store.recurrences(w.mini_program).await.unwrap()[0].next_at, None);
}

async fn what_was_missed_is_made_up_for_once_until_somebody_decides(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(2).await;
    let (_, id) = repeated(&w, &Audience::EverybodyWithGrant).await;
    let several = Occurrence { id, due_at: NOW + 100, at: NOW + 300, next_at: NOW + 400, is_missed: true };
    let first = w.store.occur(&several, NOW + 350).await.unwrap().expect("a notice");
    assert_eq!(w.store.occurrences().await.unwrap(), [(first, NOW + 300)]);
    assert_eq!(w.store.occur(&time(id, NOW + 400, true), NOW + 450).await.unwrap(), None, "its draft is there still");
    order_draft(&w, first, Wait::Decision { due_at: NOW + 300 }).await;
    assert_eq!(w.store.occur(&time(id, NOW + 500, true), NOW + 550).await.unwrap(), None);
    assert_eq!(w.store.recurrences(w.mini_program).await.unwrap()[0].next_at, Some(NOW + 600), "it moves on");
    // One that comes in time is made all the same.
    let in_time = w.store.occur(&time(id, NOW + 600, false), NOW + 600).await.unwrap().expect("a notice");
    assert!(w.store.delete_draft(in_time).await.unwrap());
    assert!(w.store.undo_notice(first, Deed::Undone, "ann", NOW + 650).await.unwrap());
    assert!(w.store.occur(&time(id, NOW + 700, true), NOW + 750).await.unwrap().is_some(), "somebody has decided");
}

async fn a_time_that_could_not_be_sent_is_told_of_until_it_is_seen_to(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(2).await;
    w.store
        .add_endpoint(w.mini_program, "https://x.example/", "sealed", EventKind::Attention.bit(), "ann", NOW)
        .await
        .unwrap();
    let (_, id) = repeated(&w, &Audience::EverybodyWithGrant).await;
    let trouble = async || w.store.recurrences(w.mini_program).await.unwrap()[0].trouble.clone();
    let nobody = Problem::of("audience", "nobody", "没有人", "nobody's");
    let left = async |at: i64| {
        let draft = w.store.occur(&time(id, at, false), at).await.unwrap().expect("a notice");
        w.store.leave_occurrence(draft, &nobody, at + 1).await.unwrap();
        w.store.leave_occurrence(draft, &nobody, at + 2).await.unwrap();
        draft
    };
    let first = left(NOW + 100).await;
    let told = trouble().await.expect("trouble");
    assert_eq!((told.at, told.notice, &told.problem), (NOW + 100, first, &nobody));
    assert_eq!(w.store.occurrences().await.unwrap(), [], "it is not tried for ever");
    let log = w.store.notice_log(first).await.unwrap();
    assert_eq!(log.iter().map(|line| (line.deed, line.at)).collect::<Vec<_>>(), [(Deed::LeftAsDraft, NOW + 101)]);
    let events = w.store.webhook_events(9).await.unwrap();
    assert_eq!(events.iter().map(|e| (e.kind, e.notice)).collect::<Vec<_>>(), [(EventKind::Attention, Some(first))]);
    // Thrown away: seen to.
    assert!(w.store.delete_draft(first).await.unwrap());
    assert_eq!(trouble().await, None);
    let second = left(NOW + 200).await;
    assert_eq!(trouble().await.map(|told| told.notice), Some(second));
    // The next time goes out.
    let third = w.store.occur(&time(id, NOW + 300, false), NOW + 300).await.unwrap().expect("a notice");
    order_draft(&w, third, Wait::Nothing).await;
    assert_eq!(trouble().await, None);
    assert_eq!(w.notice(second).await.state, NoticeState::Draft);
}

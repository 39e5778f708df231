//! Pushes: taken in once, worked off once, counted, listed, thrown away.

use crate::{
    harness::{TestDb, execute},
    pushes::{SECOND, called_back, setup},
    world::{NOW, World},
};
use model::{
    callback::{CallbackCount, CallbackTally, EventBody},
    grant::Answer,
    ids::MiniProgramId,
    mini_program::CallbackMode,
    page::At,
};
use store::{CallbackSetup, NewEvent, WorkedOff};

cases!(
    a_callback_is_set_up_and_taken_away,
    a_push_is_stored_once,
    pushes_are_counted_with_their_lag,
    what_else_happens_is_counted,
    the_latest_pushes_are_listed_in_pages,
    a_poisoned_push_blocks_nobody_and_is_given_up_after_an_hour,
    a_push_that_breaks_the_batch_is_put_off_alone,
    the_next_push_says_when_it_is_due,
    unknown_pushes_people_and_templates_change_nothing,
    old_pushes_taps_and_report_ids_are_thrown_away_in_steps,
);

const DONE: fn(u64) -> WorkedOff = |done| WorkedOff { done, put_off: 0 };

async fn a_callback_is_set_up_and_taken_away(db: TestDb) {
    let w = World::new(&db).await;
    let s = &w.store;
    assert_eq!(s.callback(w.mini_program).await.unwrap(), None);
    assert!(!s.set_callback(MiniProgramId(99), Some(&setup())).await.unwrap());
    for setup in
        [setup(), CallbackSetup { mode: CallbackMode::Plain, sealed_token: "other".to_owned(), sealed_key: None }]
    {
        assert!(s.set_callback(w.mini_program, Some(&setup)).await.unwrap());
        assert_eq!(s.callback(w.mini_program).await.unwrap().as_ref(), Some(&setup));
        assert_eq!(s.mini_program(w.mini_program).await.unwrap().unwrap().callback_mode, Some(setup.mode));
    }
    assert!(s.set_callback(w.mini_program, None).await.unwrap());
    assert_eq!(s.callback(w.mini_program).await.unwrap(), None);
    assert_eq!(s.mini_program(w.mini_program).await.unwrap().unwrap().callback_mode, None);
}

async fn a_push_is_stored_once(db: TestDb) {
    let w = called_back(&db).await;
    let other = World::with_appid(db.store.clone(), "wx2").await;
    let a = w.popup("a", w.one, Answer::Accept, NOW - SECOND);
    let b = w.popup("b", w.one, Answer::Accept, NOW - SECOND);
    let batch = [b.clone(), a.clone(), b.clone(), NewEvent { mini_program: other.mini_program, ..a.clone() }];
    assert_eq!(w.store.store_events(&batch).await.unwrap(), [true, true, false, true]);
    assert_eq!(w.store.store_events(&[a.clone(), b.clone()]).await.unwrap(), [false, false]);
    assert_eq!(w.store.store_events(&[]).await.unwrap(), Vec::<bool>::new());
    assert_eq!(w.work_off(NOW).await, DONE(3));
    assert_eq!(w.work_off(NOW).await, DONE(0));
    // Known after it was worked off, too.
    assert_eq!(w.pushed(&[a, b], NOW).await, DONE(0));
    assert_eq!((w.balance("a", w.one).await, w.balance("b", w.one).await), (1, 1));
    assert_eq!((w.tally(CallbackCount::Popup).await, w.tally(CallbackCount::Duplicate).await), (2, 5));
}

async fn pushes_are_counted_with_their_lag(db: TestDb) {
    let w = called_back(&db).await;
    let early = NewEvent { received_at: NOW + 5, ..w.change("a", w.one, NOW - 2 * SECOND) };
    let late = NewEvent { received_at: NOW + 3 * SECOND, ..w.change("a", w.one, NOW - SECOND) };
    w.store.store_events(&[late, early]).await.unwrap();
    w.store.store_events(&[w.other("debug_demo"), w.sent_event("a", None, 0, NOW + SECOND)]).await.unwrap();
    let tally = |what, n, last_at, last_lag_ms| CallbackTally { what, n, last_at, last_lag_ms };
    let tallies = w.store.callback_tallies(w.mini_program).await.unwrap();
    assert_eq!(
        tallies,
        [
            tally(CallbackCount::Change, 2, NOW + 3 * SECOND, Some(4 * SECOND)),
            tally(CallbackCount::Other, 1, NOW, None),
            // The platform's clock runs ahead.
            tally(CallbackCount::Sent, 1, NOW, Some(0)),
        ]
    );
}

async fn what_else_happens_is_counted(db: TestDb) {
    let w = called_back(&db).await;
    for (n, now) in [(1, NOW), (4, NOW + 7), (1, NOW + 3)] {
        w.store.count_callback(w.mini_program, CallbackCount::BadSignature, n, now).await.unwrap();
    }
    let tallies = w.store.callback_tallies(w.mini_program).await.unwrap();
    let expected = CallbackTally { what: CallbackCount::BadSignature, n: 6, last_at: NOW + 7, last_lag_ms: None };
    assert_eq!(tallies, [expected]);
}

async fn the_latest_pushes_are_listed_in_pages(db: TestDb) {
    let w = called_back(&db).await;
    for name in ["first", "second", "third"] {
        w.store.store_events(&[w.other(name)]).await.unwrap();
    }
    let page = async |at| w.store.events(w.mini_program, at, 2).await.unwrap();
    let names = |page: &model::page::Page<model::callback::StoredEvent>| -> Vec<_> {
        page.rows.iter().map(|e| e.event.body.clone()).collect()
    };
    let other = |name: &str| EventBody::Other(name.to_owned());
    let first = page(At::Start).await;
    assert_eq!(names(&first), [other("third"), other("second")]);
    assert_eq!((first.rows[0].done_at, first.rows[0].received_at), (None, NOW));
    let second = page(At::After(first.after.unwrap())).await;
    assert_eq!((names(&second), second.after), (vec![other("first")], None));
    w.work_off(NOW + 9).await;
    assert_eq!(page(At::Before(second.before.unwrap())).await.rows[1].done_at, Some(NOW + 9));
}

async fn a_poisoned_push_blocks_nobody_and_is_given_up_after_an_hour(db: TestDb) {
    let w = called_back(&db).await;
    w.store.store_events(&[w.other("poison")]).await.unwrap();
    execute(&db, "UPDATE events SET body = 'poison'").await;
    let put_off = WorkedOff { done: 1, put_off: 1 };
    assert_eq!(w.pushed(&[w.popup("a", w.one, Answer::Accept, NOW)], NOW).await, put_off);
    assert_eq!(w.balance("a", w.one).await, 1);
    // Listed all the same.
    assert_eq!(w.events().await, [Some(false), None]);
    let mut tries = 0;
    while w.events().await[1].is_none() {
        let due_at = w.store.next_event_at().await.unwrap().unwrap();
        assert_eq!(w.work_off(due_at - 1).await, DONE(0));
        w.work_off(due_at).await;
        tries += 1;
    }
    assert_eq!((tries, w.events().await), (14, vec![Some(false), Some(true)]));
    assert_eq!(w.store.next_event_at().await.unwrap(), None);
}

async fn a_push_that_breaks_the_batch_is_put_off_alone(db: TestDb) {
    let w = called_back(&db).await;
    let other = World::with_appid(db.store.clone(), "wx2").await;
    // A mini program that cannot be read: its answers fail when they are applied, not before.
    execute(&db, "UPDATE mini_programs SET grant_source = 'nonsense' WHERE appid = 'wx2'").await;
    let events = [
        w.popup("a", w.one, Answer::Accept, NOW),
        other.popup("a", other.one, Answer::Accept, NOW),
        w.popup("b", w.one, Answer::Accept, NOW),
    ];
    assert_eq!(w.pushed(&events, NOW).await, WorkedOff { done: 2, put_off: 1 });
    assert_eq!((w.balance("a", w.one).await, w.balance("b", w.one).await), (1, 1));
    // Nothing of it was done.
    assert_eq!(other.store.subscriber_by_openid(other.mini_program, "a").await.unwrap(), None);
    assert_eq!(w.store.next_event_at().await.unwrap(), Some(NOW + 2 * SECOND));
    execute(&db, "UPDATE mini_programs SET grant_source = 'both' WHERE appid = 'wx2'").await;
    assert_eq!(w.work_off(NOW + 2 * SECOND).await, DONE(1));
    assert_eq!(other.balance("a", other.one).await, 1);
}

async fn the_next_push_says_when_it_is_due(db: TestDb) {
    let w = called_back(&db).await;
    assert_eq!(w.store.next_event_at().await.unwrap(), None);
    let later = NewEvent { received_at: NOW + 7, ..w.other("later") };
    w.store.store_events(&[later, w.other("now")]).await.unwrap();
    assert_eq!(w.store.next_event_at().await.unwrap(), Some(NOW));
    assert_eq!(w.work_off(NOW + 6).await, DONE(1));
    assert_eq!(w.store.next_event_at().await.unwrap(), Some(NOW + 7));
    // No more than asked for.
    w.store.store_events(&[w.other("x"), w.other("y"), w.other("z")]).await.unwrap();
    assert_eq!(w.store.work_off_events(2, NOW + 9).await.unwrap(), DONE(2));
    assert_eq!(w.store.work_off_events(2, NOW + 9).await.unwrap(), DONE(2));
    assert_eq!(w.store.next_event_at().await.unwrap(), None);
}

async fn unknown_pushes_people_and_templates_change_nothing(db: TestDb) {
    let w = called_back(&db).await;
    let mut foreign = w.popup("stranger", w.one, Answer::Accept, NOW);
    if let EventBody::Popup(items) = &mut foreign.event.body {
        items[0].pri_tmpl_id = "theirs".to_owned();
        items.extend(w.popup("", w.one, Answer::Accept, 0).event.body.answers());
    }
    let events =
        [foreign, w.sent_event("nobody", None, 0, NOW), w.popup("", w.one, Answer::Accept, NOW), w.other("debug_demo")];
    assert_eq!(w.pushed(&events, NOW).await, WorkedOff { done: 3, put_off: 1 });
    assert_eq!(w.store.count_subscribers(w.mini_program).await.unwrap(), 1);
    // The template that is ours counts.
    assert_eq!(w.lines("stranger").await.len(), 1);
}

trait Answers {
    fn answers(self) -> Vec<model::callback::AnswerItem>;
}

impl Answers for EventBody {
    fn answers(self) -> Vec<model::callback::AnswerItem> {
        if let Self::Popup(items) | Self::Change(items) = self { items } else { Vec::new() }
    }
}

async fn old_pushes_taps_and_report_ids_are_thrown_away_in_steps(db: TestDb) {
    let w = called_back(&db).await;
    for i in 0..3 {
        let (openid, id) = (format!("o{i}"), format!("id{i}"));
        w.report_as(&openid, w.one, Answer::Accept, Some(&id), NOW + i).await;
    }
    let stay = NewEvent { received_at: NOW + 10, ..w.other("stays") };
    w.pushed(&[w.other("a"), w.other("b"), stay, w.sent_event("o0", None, 0, NOW)], NOW + 10).await;
    // Two of the three pushes that are done, two taps, two report ids; the one that waits stays however old it is.
    assert_eq!(w.store.prune_events(NOW + 2, 10).await.unwrap(), 6);
    assert_eq!(w.store.prune_events(NOW + 2, 10).await.unwrap(), 0);
    assert_eq!(w.events().await.len(), 2);
    assert!(!w.report_as("o0", w.one, Answer::Accept, Some("id0"), NOW + 20).await.repeated);
    assert!(w.report_as("o2", w.one, Answer::Accept, Some("id2"), NOW + 20).await.repeated);
    let steps = async || w.store.prune_events(NOW + 99, 1).await.unwrap();
    assert_eq!((steps().await, steps().await, steps().await), (3, 2, 0));
}

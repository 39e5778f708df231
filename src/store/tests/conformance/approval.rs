//! The yes of a second person.

use crate::{
    control::{order, order_draft},
    harness::TestDb,
    world::{HOUR, NOW, World, openids, sent},
};
use model::{
    control::{Deed, SendRules},
    ids::NoticeId,
    notice::{Audience, NoticeState},
    statistics::HourCounts,
};
use store::{Enqueued, LetGo, Order, Period, Wait};

cases!(
    whether_it_needs_a_yes_is_judged_by_what_is_queued,
    a_missed_notice_is_no_way_around_the_yes,
    what_was_approved_before_it_was_missed_goes_on,
    a_yes_to_what_was_changed_since_counts_for_nothing,
    what_begins_later_than_it_was_ordered_for_is_counted_where_it_begins,
    of_a_long_history_the_newest_is_shown,
);

const NEXT_HOUR: i64 = HOUR + 3_600_000;

async fn above(w: &World, n: i64) {
    let rules = SendRules { approve_above: Some(n), ..SendRules::default() };
    w.store.set_send_rules(w.mini_program, &rules).await.unwrap();
}

async fn state(w: &World, id: NoticeId) -> NoticeState {
    w.notice(id).await.state
}

async fn whether_it_needs_a_yes_is_judged_by_what_is_queued(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(8).await;
    above(&w, 1).await;
    let audience = openids(&["o00000", "o00001", "stranger"]);
    let undo = Wait::Time { due_at: NOW + 10_000, planned: false };
    let many = order(&w, &audience, undo).await;
    let waiting = w.notice(many).await;
    assert_eq!((waiting.state, waiting.planned), (NoticeState::Approval, false));
    assert_eq!(w.store.notice_log(many).await.unwrap()[0].deed, Deed::AskedApproval);
    assert!(w.store.undo_notice(many, Deed::Undone, "ann", NOW).await.unwrap());
    assert_eq!(w.notice(many).await.audience, audience);
    let at = Wait::Time { due_at: NOW + 60_000, planned: true };
    let later = w.notice(order(&w, &openids(&["o00002", "o00003"]), at).await).await;
    assert_eq!((later.state, later.planned, later.due_at), (NoticeState::Approval, true, Some(NOW + 60_000)));
    let few = order(&w, &openids(&["o00004", "stranger"]), Wait::Nothing).await;
    assert_eq!(state(&w, few).await, NoticeState::Running);
    // Whoever will be skipped for want of a message is queued too, and is no message.
    let id = w.draft(w.one, &openids(&["o00005", "o00006"])).await;
    let order = Order {
        id,
        shown: 2,
        hour_at: HOUR,
        now: NOW,
        wait: Wait::Nothing,
        by: "ann".to_owned(),
        forecast: None,
        left_out: 1,
    };
    assert!(matches!(w.store.order_notice(&order).await.unwrap(), Enqueued::Done(_)));
    assert_eq!(state(&w, id).await, NoticeState::Running);
}

async fn a_missed_notice_is_no_way_around_the_yes(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(5).await;
    above(&w, 1).await;
    let missed = Wait::Decision { due_at: NOW - 9_000_000 };
    let now = order(&w, &openids(&["o00000", "o00001"]), missed).await;
    let later = order(&w, &openids(&["o00002", "o00003"]), missed).await;
    let small = order(&w, &openids(&["o00004"]), missed).await;
    let resume = async |id| w.store.resume_notice(id, (0, 0), HOUR, "ann", NOW).await.unwrap();
    assert_eq!(resume(now).await, Some(LetGo::AsksApproval));
    assert_eq!(state(&w, now).await, NoticeState::Approval);
    let time = w.store.reschedule_notice(later, NOW + 60_000, HOUR, "ann", NOW).await.unwrap();
    assert_eq!((time, state(&w, later).await), (Some(LetGo::AsksApproval), NoticeState::Approval));
    assert_eq!(w.store.start_due(1, NOW + 60_000).await.unwrap().begun, 0);
    assert_eq!(resume(small).await, Some(LetGo::Goes));
    let asked = w.store.notice_log(now).await.unwrap().pop().unwrap();
    assert_eq!((asked.deed, asked.by.as_str()), (Deed::AskedApproval, "ann"));
    for id in [now, later] {
        assert!(w.store.approve_notice(id, NOW, HOUR, "bob", NOW + 5).await.unwrap());
    }
    assert_eq!(w.notice(later).await.due_at, Some(NOW + 60_000), "it keeps the new time");
    assert_eq!(w.store.start_due(1, NOW + 5).await.unwrap().begun, 1);
    assert_eq!(state(&w, now).await, NoticeState::Running);
}

async fn what_was_approved_before_it_was_missed_goes_on(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(2).await;
    above(&w, 1).await;
    let at = Wait::Time { due_at: NOW + 10, planned: true };
    let id = order(&w, &Audience::EverybodyWithGrant, at).await;
    assert!(w.store.approve_notice(id, NOW, HOUR, "bob", NOW).await.unwrap());
    assert_eq!(w.store.start_due(1, NOW + 99).await.unwrap().missed, 1);
    assert_eq!(w.store.resume_notice(id, (0, 0), HOUR, "ann", NOW + 99).await.unwrap(), Some(LetGo::Goes));
    // A yes from before it was taken back is none.
    let claimed = w.claim_at(1, 9, NOW + 99).await;
    w.record(&[sent(&claimed[0], 1), sent(&claimed[1], 1)]).await;
    w.many_willing(2).await;
    let again = order(&w, &Audience::EverybodyWithGrant, at).await;
    assert!(w.store.approve_notice(again, NOW, HOUR, "bob", NOW).await.unwrap());
    assert!(w.store.undo_notice(again, Deed::Undone, "ann", NOW).await.unwrap());
    order_draft(&w, again, Wait::Decision { due_at: NOW }).await;
    let done = w.store.resume_notice(again, (0, 0), HOUR, "ann", NOW).await.unwrap();
    assert_eq!(done, Some(LetGo::AsksApproval));
}

async fn a_yes_to_what_was_changed_since_counts_for_nothing(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(2).await;
    let ask = Wait::Approval { planned: None };
    let id = order(&w, &openids(&["o00000"]), ask).await;
    let seen = w.notice(id).await.confirmed_at.unwrap();
    assert!(w.store.undo_notice(id, Deed::Undone, "ann", NOW + 1).await.unwrap());
    assert!(w.store.change_audience(id, &Audience::EverybodyWithGrant, 0).await.unwrap());
    let (by, forecast) = ("ann".to_owned(), None);
    let order = Order { id, shown: 9, hour_at: HOUR, now: NOW + 2, wait: ask, by, forecast, left_out: 0 };
    w.store.order_notice(&order).await.unwrap();
    assert!(!w.store.approve_notice(id, seen, HOUR, "bob", NOW + 3).await.unwrap());
    assert_eq!(state(&w, id).await, NoticeState::Approval);
    assert!(w.store.approve_notice(id, NOW + 2, HOUR, "bob", NOW + 3).await.unwrap());
}

async fn what_begins_later_than_it_was_ordered_for_is_counted_where_it_begins(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(2).await;
    let everything = Period { mini_program: w.mini_program, template: None, from: 0, to: i64::MAX };
    let hours = async || {
        let hours = w.store.counts_by_hour(everything).await.unwrap();
        let some = |hour: &HourCounts| hour.counts.total() > 0;
        hours.into_iter().filter(some).map(|hour| (hour.hour_at, hour.counts.total())).collect::<Vec<_>>()
    };
    let missed = order(&w, &openids(&["o00000"]), Wait::Decision { due_at: NOW }).await;
    let asks = order(&w, &openids(&["o00001"]), Wait::Approval { planned: None }).await;
    assert_eq!(hours().await, [(HOUR, 2)]);
    w.store.resume_notice(missed, (0, 0), NEXT_HOUR, "ann", NOW + 3_600_000).await.unwrap();
    assert_eq!(hours().await, [(HOUR, 1), (NEXT_HOUR, 1)]);
    assert!(w.store.approve_notice(asks, NOW, NEXT_HOUR, "bob", NOW + 3_600_000).await.unwrap());
    assert_eq!(hours().await, [(NEXT_HOUR, 2)]);
    let planned = Wait::Approval { planned: Some(NOW + 60_000) };
    w.many_willing(1).await;
    let planned = order(&w, &openids(&["o00000"]), planned).await;
    assert!(w.store.approve_notice(planned, NOW, NEXT_HOUR, "bob", NOW).await.unwrap());
    assert_eq!(hours().await, [(HOUR, 1), (NEXT_HOUR, 2)], "its own time is its hour");
}

async fn of_a_long_history_the_newest_is_shown(db: TestDb) {
    let w = World::new(&db).await;
    let id = w.draft(w.one, &Audience::EverybodyWithGrant).await;
    for i in 0..205 {
        w.store.log_notice(id, Deed::Paused, "ann", &i.to_string(), NOW + i).await.unwrap();
    }
    let log = w.store.notice_log(id).await.unwrap();
    let ends = (log.len(), log[0].note.as_str(), log[199].note.as_str());
    assert_eq!(ends, (200, "5", "204"));
}

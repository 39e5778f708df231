//! Notices that wait, are taken back, paused and let go on.

use crate::{
    harness::TestDb,
    world::{HOUR, NOW, World, openids, sent},
};
use model::{
    control::{Deed, Forecast},
    delivery::{DeliveryState, own_code},
    ids::NoticeId,
    notice::{Audience, NoticeState, StateCounts},
};
use store::{Enqueued, LetGo, Order, Started, Wait};

const GRACE: i64 = 3_600_000;
const UNDO: Wait = Wait::Time { due_at: NOW + 10_000, planned: false };

cases!(
    a_notice_that_waits_to_begin_can_be_taken_back_whole,
    a_notice_begins_once_at_its_time_however_many_look,
    a_time_that_was_missed_asks_and_does_not_fire,
    a_clock_that_went_back_does_not_hold_up_what_was_to_go_at_once,
    another_time_counts_under_another_hour,
    a_second_person_lets_it_go,
    a_paused_notice_waits_and_the_others_go_on,
    a_notice_that_fell_behind_does_not_push_the_others_aside,
    a_notice_paused_while_its_last_calls_are_under_way_finishes,
    what_waits_can_be_cancelled,
    undoing_and_beginning_at_once_is_one_or_the_other,
);

pub async fn order(w: &World, audience: &Audience, wait: Wait) -> NoticeId {
    let id = w.draft(w.one, audience).await;
    let done = order_draft(w, id, wait).await;
    assert!(matches!(done, Enqueued::Done(_)), "{done:?}");
    id
}

pub async fn order_draft(w: &World, id: NoticeId, wait: Wait) -> Enqueued {
    let forecast = Some(Forecast::new(5, 0, 0, 600, false));
    let order =
        Order { id, shown: i64::MAX, hour_at: HOUR, now: NOW, wait, by: "ann".to_owned(), forecast, left_out: 0 };
    w.store.order_notice(&order).await.unwrap()
}

async fn state(w: &World, id: NoticeId) -> NoticeState {
    w.notice(id).await.state
}

async fn a_notice_that_waits_to_begin_can_be_taken_back_whole(db: TestDb) {
    let w = World::new(&db).await;
    let ids = w.many_willing(2).await;
    let audience = openids(&["o00000", "o00001", "stranger"]);
    let notice = order(&w, &audience, UNDO).await;
    let waiting = w.notice(notice).await;
    assert_eq!((waiting.state, waiting.due_at, waiting.planned), (NoticeState::Scheduled, Some(NOW + 10_000), false));
    assert_eq!((waiting.counts.of(DeliveryState::Pending), waiting.counts.of(DeliveryState::Skipped)), (2, 1));
    assert_eq!(w.one(ids[0]).await, (1, 1), "the grant is reserved");
    assert_eq!(w.claim(1, 9).await, []);
    assert_eq!(w.store.pending_mini_programs(NOW).await.unwrap(), []);
    assert_eq!(w.store.queue_depth(w.mini_program).await.unwrap(), 0);
    assert!(w.store.undo_notice(notice, Deed::Undone, "ann", NOW + 5).await.unwrap());
    let draft = w.notice(notice).await;
    assert_eq!((draft.state, draft.audience, draft.counts), (NoticeState::Draft, audience, StateCounts::default()));
    assert_eq!((draft.confirmed_at, draft.due_at), (None, None));
    assert_eq!(w.one(ids[0]).await, (1, 0), "the grant is free again");
    assert!(!w.store.undo_notice(notice, Deed::Undone, "ann", NOW + 6).await.unwrap());
    // It can be confirmed again, for good.
    assert!(matches!(order_draft(&w, notice, Wait::Nothing).await, Enqueued::Done(_)));
    assert_eq!(w.claim(1, 9).await.len(), 2);
    let deeds: Vec<_> = w.store.notice_log(notice).await.unwrap().into_iter().map(|l| (l.deed, l.by)).collect();
    let ann = |deed| (deed, "ann".to_owned());
    assert_eq!(deeds, [ann(Deed::Confirmed), ann(Deed::Undone), ann(Deed::Confirmed)]);
    assert_eq!(w.store.forecast(notice).await.unwrap().map(|f| f.seconds), Some(1));
}

async fn a_notice_begins_once_at_its_time_however_many_look(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(3).await;
    let notice = order(&w, &Audience::EverybodyWithGrant, UNDO).await;
    assert_eq!(w.store.start_due(GRACE, NOW + 9_999).await.unwrap(), Started::default());
    let looks = (0..8).map(|_| {
        let store = w.store.clone();
        tokio::spawn(async move { store.start_due(GRACE, NOW + 10_000).await.unwrap().begun })
    });
    let mut begun = 0;
    for look in looks.collect::<Vec<_>>() {
        begun += look.await.unwrap();
    }
    assert_eq!(begun, 1);
    let running = w.notice(notice).await;
    assert_eq!((running.state, running.audience), (NoticeState::Running, Audience::Nobody));
    assert_eq!(w.claim_at(1, 9, NOW + 10_000).await.len(), 3);
    assert!(!w.store.undo_notice(notice, Deed::Undone, "ann", NOW + 10_001).await.unwrap());
    assert_eq!(w.store.reschedule_notice(notice, NOW + 99_999, HOUR, "ann", NOW + 10_001).await.unwrap(), None);
}

async fn a_time_that_was_missed_asks_and_does_not_fire(db: TestDb) {
    let w = World::new(&db).await;
    let ids = w.many_willing(1).await;
    let plan = Wait::Time { due_at: NOW + 60_000, planned: true };
    let notice = order(&w, &Audience::EverybodyWithGrant, plan).await;
    let late = NOW + 60_000 + GRACE + 1;
    assert_eq!(w.store.start_due(GRACE, late).await.unwrap(), Started { begun: 0, missed: 1 });
    assert_eq!(w.store.start_due(GRACE, late + 1).await.unwrap(), Started::default());
    assert_eq!(state(&w, notice).await, NoticeState::Missed);
    assert_eq!(w.claim_at(1, 9, late).await, []);
    assert_eq!(w.one(ids[0]).await, (1, 1), "the grant stays reserved until somebody decides");
    assert_eq!(w.store.resume_notice(notice, (0, 0), HOUR, "bob", late + 2).await.unwrap(), Some(LetGo::Goes));
    assert_eq!(w.claim_at(1, 9, late + 2).await.len(), 1);
    let last = w.store.notice_log(notice).await.unwrap().pop().unwrap();
    assert_eq!((last.deed, last.by.as_str()), (Deed::SentLate, "bob"));
}

async fn a_clock_that_went_back_does_not_hold_up_what_was_to_go_at_once(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(2).await;
    let at_once = order(&w, &openids(&["o00000"]), UNDO).await;
    let plan = Wait::Time { due_at: NOW + 10_000, planned: true };
    let planned = order(&w, &openids(&["o00001"]), plan).await;
    assert_eq!(w.store.start_due(GRACE, NOW - 86_400_000).await.unwrap().begun, 1);
    assert_eq!((state(&w, at_once).await, state(&w, planned).await), (NoticeState::Running, NoticeState::Scheduled));
}

async fn another_time_counts_under_another_hour(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(2).await;
    let plan = Wait::Time { due_at: NOW + 60_000, planned: true };
    let notice = order(&w, &openids(&["o00000", "o00001", "stranger"]), plan).await;
    let (due_at, hour) = (NOW + 7_200_000, HOUR + 7_200_000);
    assert_eq!(w.store.reschedule_notice(notice, due_at, hour, "ann", NOW + 1).await.unwrap(), Some(LetGo::Goes));
    assert_eq!(w.store.start_due(GRACE, NOW + 60_000).await.unwrap(), Started::default());
    assert_eq!(w.notice(notice).await.due_at, Some(due_at));
    // The books, which are looked at after each case, say whether the counters moved.
    assert_eq!(w.store.start_due(GRACE, due_at).await.unwrap().begun, 1);
    let claimed = w.claim_at(1, 9, due_at).await;
    assert_eq!(w.record_at(&[sent(&claimed[0], 1)], due_at + 9).await, 1);
}

async fn a_second_person_lets_it_go(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(3).await;
    let ask = Wait::Approval { planned: None };
    let notice = order(&w, &openids(&["o00000"]), ask).await;
    assert_eq!(state(&w, notice).await, NoticeState::Approval);
    assert_eq!(w.store.start_due(GRACE, NOW + GRACE * 9).await.unwrap(), Started::default());
    assert_eq!(w.store.resume_notice(notice, (0, 0), HOUR, "ann", NOW).await.unwrap(), None);
    assert!(w.store.approve_notice(notice, NOW, HOUR, "bob", NOW + 100).await.unwrap());
    assert!(!w.store.approve_notice(notice, NOW, HOUR, "bob", NOW + 100).await.unwrap());
    assert_eq!(w.store.start_due(GRACE, NOW + 100).await.unwrap().begun, 1);
    assert_eq!(w.claim_at(1, 9, NOW + 100).await.len(), 1);
    // One with a time of its own keeps it.
    let later = order(&w, &openids(&["o00001"]), Wait::Approval { planned: Some(NOW + 5_000) }).await;
    assert!(w.store.approve_notice(later, NOW, HOUR, "bob", NOW + 100).await.unwrap());
    assert_eq!(w.notice(later).await.due_at, Some(NOW + 5_000));
    let declined = order(&w, &openids(&["o00002"]), ask).await;
    assert!(w.store.undo_notice(declined, Deed::Declined, "bob", NOW + 1).await.unwrap());
    assert_eq!(state(&w, declined).await, NoticeState::Draft);
}

async fn a_paused_notice_waits_and_the_others_go_on(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(600).await;
    let names = |from: usize, to: usize| Audience::Openids((from..to).map(|i| format!("o{i:05}")).collect());
    let (big, small) = (w.send(names(0, 500)).await, w.send(names(500, 600)).await);
    let first = w.claim(1, 64).await;
    assert!(first.iter().any(|row| row.id.notice == big));
    assert!(w.store.pause_notice(big, None, "ann", NOW).await.unwrap());
    assert!(!w.store.pause_notice(big, None, "ann", NOW).await.unwrap());
    assert_eq!(state(&w, big).await, NoticeState::Paused);
    let mut lease = 1;
    let mut others = 0;
    loop {
        lease += 1;
        let claimed = w.claim(lease, 40).await;
        if claimed.is_empty() {
            break;
        }
        assert!(claimed.iter().all(|row| row.id.notice == small), "nothing of the paused one");
        others += claimed.len();
    }
    assert_eq!(others + first.iter().filter(|row| row.id.notice == small).count(), 100);
    // What was under way ends all the same, and waits if it is to be tried again.
    let mine: Vec<_> = first.iter().filter(|row| row.id.notice == big).collect();
    w.record(&[sent(mine[0], 1)]).await;
    assert_eq!(w.count(big, DeliveryState::Sent).await, 1);
    assert!(w.store.resume_notice(big, (1, 0), HOUR, "ann", NOW + 20).await.unwrap().is_some());
    assert_eq!(w.store.judged_from(big).await.unwrap(), Some((w.mini_program, 1, 0)));
    let again = w.claim_at(99, 1_000, NOW + 20).await;
    assert_eq!(again.len(), 500 - mine.len());
    let deeds: Vec<_> = w.store.notice_log(big).await.unwrap().into_iter().map(|line| line.deed).collect();
    assert_eq!(deeds, [Deed::Paused, Deed::Resumed]);
}

async fn a_notice_that_fell_behind_does_not_push_the_others_aside(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(900).await;
    let names = |from: usize, to: usize| Audience::Openids((from..to).map(|i| format!("o{i:05}")).collect());
    let (held, other) = (w.send(names(0, 400)).await, w.send(names(400, 900)).await);
    w.store.pause_notice(held, None, "ann", NOW).await.unwrap();
    // The other one goes on for many rounds meanwhile.
    for lease in 1..=3 {
        assert_eq!(w.claim(lease, 100).await.len(), 100);
    }
    w.store.resume_notice(held, (0, 0), HOUR, "ann", NOW).await.unwrap();
    let claimed = w.claim(4, 100).await;
    let of_held = claimed.iter().filter(|row| row.id.notice == held).count();
    assert_eq!((claimed.len(), of_held), (100, 50), "they take turns");
    assert!(claimed.iter().any(|row| row.id.notice == other));
}

async fn a_notice_paused_while_its_last_calls_are_under_way_finishes(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("a").await;
    let notice = w.send(openids(&["a"])).await;
    let claimed = w.claim(1, 9).await;
    assert!(w.store.pause_notice(notice, Some(40003), "", NOW).await.unwrap());
    assert_eq!(w.notice(notice).await.hold_errcode, Some(40003));
    w.record(&[sent(&claimed[0], 1)]).await;
    assert_eq!(state(&w, notice).await, NoticeState::Finished);
    assert_eq!(w.store.resume_notice(notice, (0, 0), HOUR, "ann", NOW).await.unwrap(), None);
}

async fn what_waits_can_be_cancelled(db: TestDb) {
    let w = World::new(&db).await;
    let ids = w.many_willing(3).await;
    for (i, wait) in [UNDO, Wait::Approval { planned: None }, Wait::Decision { due_at: NOW }].into_iter().enumerate() {
        let notice = order(&w, &Audience::Openids(vec![format!("o{i:05}")]), wait).await;
        assert!(w.store.end_notice(notice, NoticeState::Cancelled, None, NOW).await.unwrap());
        assert_eq!(w.store.withdraw_pending(notice, own_code::CANCELLED, 9, NOW).await.unwrap(), 1);
        let ended = w.notice(notice).await;
        assert_eq!((ended.state, ended.audience), (NoticeState::Cancelled, Audience::Nobody));
        assert_eq!(w.one(ids[i]).await, (1, 0));
    }
    assert_eq!(w.store.start_due(GRACE, NOW + GRACE).await.unwrap(), Started::default());
}

async fn undoing_and_beginning_at_once_is_one_or_the_other(db: TestDb) {
    let w = World::new(&db).await;
    let ids = w.many_willing(20).await;
    for i in 0..20 {
        let notice = order(&w, &Audience::Openids(vec![format!("o{i:05}")]), UNDO).await;
        let (undo, begin) = (w.store.clone(), w.store.clone());
        let undo = tokio::spawn(async move { undo.undo_notice(notice, Deed::Undone, "ann", NOW + 10_000).await });
        let begin = tokio::spawn(async move { begin.start_due(GRACE, NOW + 10_000).await });
        let (undone, begun) = (undo.await.unwrap().unwrap(), begin.await.unwrap().unwrap().begun);
        assert_eq!(i64::from(undone) + i64::try_from(begun).unwrap(), 1);
        let claimed = w.claim_at(i + 1, 9, NOW + 10_000).await;
        assert_eq!(claimed.len(), usize::from(!undone));
        let expected = if undone { (NoticeState::Draft, (1, 0)) } else { (NoticeState::Running, (1, 1)) };
        assert_eq!((state(&w, notice).await, w.one(ids[usize::try_from(i).unwrap()]).await), expected);
    }
}

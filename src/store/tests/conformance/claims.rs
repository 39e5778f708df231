//! Leasing what is due.

use crate::{
    harness::TestDb,
    world::{NOW, World, openids, result, sent},
};
use model::{delivery::DeliveryState, grant::Answer, ids::MiniProgramId, notice::NoticeState};
use store::{Claim, Outcome};

cases!(
    a_claim_leases_what_is_due,
    what_waited_comes_first_but_leaves_room,
    a_small_notice_overtakes_a_big_one,
    nobody_has_two_calls_under_way,
    a_claim_tells_whether_a_grant_still_stands_behind,
    a_paused_mini_program_rests,
    ended_notices_are_not_claimed_and_hold_up_nobody,
    somebody_with_thousands_in_front_starves_nobody,
    a_released_claim_is_as_if_never_made,
);

async fn a_claim_leases_what_is_due(db: TestDb) {
    let w = World::new(&db).await;
    for openid in ["a", "b", "c"] {
        w.willing(openid).await;
    }
    w.send(openids(&["c"])).await;
    let waits = w.claim(1, 1).await;
    w.record(&[result(&waits[0], 1, Outcome::Retry { due_at: NOW + 1, errcode: -1 })]).await;
    let first = w.send_of(w.one, openids(&["b"]), NOW - 9).await;
    // Whoever ordered it has a clock that is ahead: it is due all the same.
    let second = w.send_of(w.one, openids(&["a"]), NOW + 5).await;
    let claimed = w.claim(7, 10).await;
    let told: Vec<_> = claimed.iter().map(|c| (c.id.notice, c.openid.as_str(), c.due_at)).collect();
    assert_eq!(told, [(first, "b", NOW - 9), (second, "a", NOW + 5)]);
    assert_eq!((claimed[0].template, claimed[0].attempts, claimed[0].granted), (w.one, 0, true));
    assert_eq!(w.count(first, DeliveryState::Sending).await, 1);
    assert_eq!(w.claim(8, 10).await, []);
    assert_eq!(w.claim_at(8, 0, NOW + 1).await, []);
    assert_eq!(w.claim_at(8, 10, NOW + 1).await.len(), 1);
    let nowhere = Claim { mini_program: MiniProgramId(99), limit: 5, now: NOW, lease: 9, lease_until: NOW };
    assert_eq!(w.store.claim_due(nowhere).await.unwrap(), []);
}

async fn what_waited_comes_first_but_leaves_room(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(10).await;
    let all: Vec<String> = (0..10).map(|i| format!("o{i:05}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let failing = w.send(openids(&all[..6])).await;
    for delivery in w.claim(1, 6).await {
        w.record(&[result(&delivery, 1, Outcome::Retry { due_at: NOW - 3, errcode: -1 })]).await;
    }
    let other = w.send(openids(&all[6..])).await;
    let of = |claimed: &[store::Claimed], notice| claimed.iter().filter(|c| c.id.notice == notice).count();
    let claimed = w.claim(2, 4).await;
    assert_eq!((claimed[0].id.notice, claimed[0].attempts, claimed[0].due_at), (other, 0, NOW));
    assert_eq!((of(&claimed, failing), of(&claimed, other)), (2, 2));
    // Where nothing else is left it has all the room.
    let claimed = w.claim(3, 6).await;
    assert_eq!((of(&claimed, failing), of(&claimed, other)), (4, 2));
}

async fn a_small_notice_overtakes_a_big_one(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(300).await;
    let all: Vec<String> = (0..300).map(|i| format!("o{i:05}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let big = w.send(openids(&all[10..])).await;
    let before = w.claim(1, 100).await;
    assert!(before.iter().all(|c| c.id.notice == big) && before.len() == 100);
    let small = w.send(openids(&all[..10])).await;
    let claimed = w.claim(2, 64).await;
    assert_eq!(claimed.iter().filter(|c| c.id.notice == small).count(), 10);
}

async fn nobody_has_two_calls_under_way(db: TestDb) {
    let w = World::new(&db).await;
    for _ in 0..3 {
        w.willing("a").await;
        w.answer("a", w.long, Answer::Accept).await;
    }
    let first = w.send(openids(&["a"])).await;
    let second = w.send_of(w.long, openids(&["a"]), NOW).await;
    let claimed = w.claim(1, 10).await;
    assert_eq!(claimed.iter().map(|c| c.id.notice).collect::<Vec<_>>(), [first]);
    assert_eq!(w.claim(2, 10).await, []);
    assert_eq!(w.record(&[sent(&claimed[0], 1)]).await, 1);
    let claimed = w.claim(2, 10).await;
    assert_eq!(claimed.iter().map(|c| c.id.notice).collect::<Vec<_>>(), [second]);
}

async fn a_claim_tells_whether_a_grant_still_stands_behind(db: TestDb) {
    let w = World::new(&db).await;
    let a = w.willing("a").await;
    w.willing("b").await;
    w.answer("c", w.long, Answer::Accept).await;
    w.answer("d", w.long, Answer::Accept).await;
    w.send(openids(&["a", "b"])).await;
    w.send_of(w.long, openids(&["c", "d"]), NOW).await;
    w.store.adjust_grant(a, w.one, -1, "", NOW).await.unwrap();
    w.answer("d", w.long, Answer::Reject).await;
    let claimed = w.claim(1, 10).await;
    let told: Vec<_> = claimed.iter().map(|c| (c.openid.as_str(), c.granted)).collect();
    assert_eq!(told, [("a", false), ("b", true), ("c", true), ("d", false)]);
}

async fn a_paused_mini_program_rests(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("a").await;
    w.send(openids(&["a"])).await;
    w.store.pause_mini_program(w.mini_program, NOW + 100, 45009, NOW).await.unwrap();
    assert_eq!(w.claim_at(1, 10, NOW + 99).await, []);
    assert_eq!(w.claim_at(1, 10, NOW + 100).await.len(), 1);
}

async fn ended_notices_are_not_claimed_and_hold_up_nobody(db: TestDb) {
    let w = World::new(&db).await;
    // More than a claim's first windows of them stand in front of the queue.
    let list: Vec<String> = (0..300).map(|i| format!("x{i}")).collect();
    for openid in &list {
        w.answer(openid, w.long, Answer::Accept).await;
    }
    for state in [NoticeState::Stopped, NoticeState::Cancelled] {
        let id = w.send_of(w.long, model::notice::Audience::Openids(list.clone()), NOW - 9).await;
        assert!(w.store.end_notice(id, state, Some(1), NOW).await.unwrap());
    }
    w.willing("a").await;
    w.send(openids(&["a"])).await;
    let claimed = w.claim(1, 4).await;
    assert_eq!(claimed.iter().map(|c| c.openid.as_str()).collect::<Vec<_>>(), ["a"]);
}

async fn somebody_with_thousands_in_front_starves_nobody(db: TestDb) {
    let w = World::new(&db).await;
    w.answer("busy", w.long, Answer::Accept).await;
    // Sixteen windows of 64 rows are looked through for a claim of 4.
    for _ in 0..1_100 {
        w.send_of(w.long, openids(&["busy"]), NOW - 9).await;
    }
    w.willing("a").await;
    w.send(openids(&["a"])).await;
    let first = w.claim(1, 4).await;
    assert_eq!(first.iter().map(|c| c.openid.as_str()).collect::<Vec<_>>(), ["busy"]);
    let second = w.claim(2, 4).await;
    assert_eq!(second.iter().map(|c| c.openid.as_str()).collect::<Vec<_>>(), ["a"]);
    // Those who waited were put back a little, and come again.
    w.record(&[sent(&first[0], 1)]).await;
    assert_eq!(w.claim_at(3, 4, NOW + 60_000).await.len(), 1);
}

async fn a_released_claim_is_as_if_never_made(db: TestDb) {
    let w = World::new(&db).await;
    let ids = w.many_willing(3).await;
    let notice = w.send(model::notice::Audience::EverybodyWithGrant).await;
    assert_eq!(w.claim(1, 2).await.len(), 2);
    assert_eq!(w.claim(2, 2).await.len(), 1);
    assert_eq!(w.store.release_claim(1, NOW).await.unwrap(), 2);
    assert_eq!(w.store.release_claim(1, NOW).await.unwrap(), 0);
    assert_eq!((w.count(notice, DeliveryState::Pending).await, w.count(notice, DeliveryState::Sending).await), (2, 1));
    assert_eq!(w.one(ids[0]).await, (1, 1));
    let again = w.claim(3, 9).await;
    assert_eq!((again.len(), again[0].attempts), (2, 0));
    // The old lease is worth nothing.
    assert_eq!(w.record(&[result(&again[0], 1, Outcome::Sent { msgid: None })]).await, 0);
}

//! Whose turn it is where a notice is held back, so that the order of the queue is left.

use crate::{
    control::{order, order_draft},
    harness::TestDb,
    world::{NOW, World, openids, result, sent},
};
use model::{
    grant::Answer,
    ids::NoticeId,
    notice::{Audience, NoticeState},
};
use std::collections::BTreeMap;
use store::{Claimed, Enqueued, Outcome, Wait};

cases!(
    a_small_notice_is_through_beside_big_ones_while_one_is_held_back,
    claims_for_few_serve_every_notice_while_one_is_held_back,
    notices_that_wait_for_another_try_hide_no_later_one,
    a_claim_for_one_serves_what_is_new_and_what_waited,
);

fn names(from: usize, to: usize) -> Audience {
    Audience::Openids((from..to).map(|i| format!("o{i:05}")).collect())
}

fn by_notice(claimed: &[Claimed]) -> BTreeMap<NoticeId, usize> {
    let mut all = BTreeMap::new();
    for one in claimed {
        *all.entry(one.id.notice).or_default() += 1;
    }
    all
}

/// A paused notice in front, and two with many rows and one with five behind it.
async fn two_big_and_a_small_one(w: &World) -> [NoticeId; 3] {
    w.many_willing(205).await;
    let held = order(w, &names(0, 20), Wait::Nothing).await;
    assert!(w.store.pause_notice(held, None, "ann", NOW).await.unwrap());
    [w.send(names(20, 100)).await, w.send(names(100, 200)).await, w.send(names(200, 205)).await]
}

async fn a_small_notice_is_through_beside_big_ones_while_one_is_held_back(db: TestDb) {
    let w = World::new(&db).await;
    let [a, b, c] = two_big_and_a_small_one(&w).await;
    let claimed = by_notice(&w.claim(0, 16).await);
    assert_eq!(claimed, BTreeMap::from([(a, 6), (b, 5), (c, 5)]));
    assert_eq!(by_notice(&w.claim(1, 16).await), BTreeMap::from([(a, 8), (b, 8)]));
}

async fn claims_for_few_serve_every_notice_while_one_is_held_back(db: TestDb) {
    let w = World::new(&db).await;
    let [a, b, c] = two_big_and_a_small_one(&w).await;
    let mut served = BTreeMap::new();
    for lease in 1..=12 {
        for claimed in w.claim(lease, 1).await {
            *served.entry(claimed.id.notice).or_insert(0) += 1;
            w.record(&[sent(&claimed, lease)]).await;
        }
    }
    assert_eq!(served, BTreeMap::from([(a, 4), (b, 4), (c, 4)]));
}

async fn notices_that_wait_for_another_try_hide_no_later_one(db: TestDb) {
    let w = World::new(&db).await;
    // More than are asked one by one stand before it, all running and none with anything to do now.
    for i in 0..70 {
        w.answer(&format!("x{i}"), w.long, Answer::Accept).await;
        w.send_of(w.long, Audience::Openids(vec![format!("x{i}")]), NOW).await;
    }
    let claimed = w.claim(1, 100).await;
    assert_eq!(claimed.len(), 70);
    let later: Vec<_> =
        claimed.iter().map(|one| result(one, 1, Outcome::Retry { due_at: NOW + 300_000, errcode: -1 })).collect();
    w.record(&later).await;
    w.many_willing(101).await;
    let held = order(&w, &names(0, 100), Wait::Nothing).await;
    assert!(w.store.pause_notice(held, None, "ann", NOW).await.unwrap());
    let behind = w.send(openids(&["o00100"])).await;
    assert_eq!(w.store.pending_mini_programs(NOW).await.unwrap(), [(w.mini_program, NOW)]);
    assert_eq!(by_notice(&w.claim(2, 4).await), BTreeMap::from([(behind, 1)]));
    assert!(w.store.end_notice(held, NoticeState::Cancelled, None, NOW).await.unwrap());
}

async fn a_claim_for_one_serves_what_is_new_and_what_waited(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(8).await;
    let failing = w.send(names(0, 4)).await;
    for claimed in w.claim(1, 4).await {
        w.record(&[result(&claimed, 1, Outcome::Retry { due_at: NOW - 1, errcode: -1 })]).await;
    }
    let draft = w.draft(w.one, &names(4, 8)).await;
    assert!(matches!(order_draft(&w, draft, Wait::Nothing).await, Enqueued::Done(_)));
    let mut served = Vec::new();
    for lease in 2..10 {
        served.extend(w.claim(lease, 1).await.into_iter().map(|one| one.id.notice));
    }
    let of = |notice| served[..4].iter().filter(|id| **id == notice).count();
    assert_eq!((of(failing), of(draft), served.len()), (2, 2, 8));
}

//! How fast a mini program may send, over all claimers.

use crate::{
    harness::TestDb,
    world::{NOW, World, openids, sent, settings},
};
use model::mini_program::MiniProgramSettings;
use store::PaceView;

cases!(
    a_limit_of_calls_a_second_holds_for_all_claimers,
    a_limit_of_calls_at_once_counts_what_is_under_way,
    a_busy_platform_is_asked_half_as_often_and_then_more_again,
    trouble_that_comes_together_counts_once,
);

async fn limited(db: &TestDb, send_rate: Option<i64>, send_at_once: Option<i64>) -> World {
    let w = World::new(db).await;
    let limits = MiniProgramSettings { send_rate, send_at_once, ..settings("wx0000000000000001") };
    assert!(w.store.change_mini_program(w.mini_program, &limits, None).await.unwrap());
    w.many_willing(200).await;
    let all: Vec<String> = (0..200).map(|i| format!("o{i:05}")).collect();
    w.send(openids(&all.iter().map(String::as_str).collect::<Vec<_>>())).await;
    w
}

async fn a_limit_of_calls_a_second_holds_for_all_claimers(db: TestDb) {
    let w = limited(&db, Some(10), None).await;
    assert_eq!(w.claim_at(1, 100, NOW).await.len(), 10);
    assert_eq!(w.claim_at(2, 100, NOW).await.len(), 0);
    assert_eq!(w.claim_at(3, 100, NOW + 350).await.len(), 3);
    assert_eq!(w.claim_at(4, 100, NOW + 400).await.len(), 1);
    // Nothing is saved up for longer than a second, and a clock that goes back brings nothing.
    assert_eq!(w.claim_at(5, 100, NOW + 60_000).await.len(), 10);
    assert_eq!(w.claim_at(6, 100, NOW + 50_000).await.len(), 0);
    assert_eq!(w.claim_at(7, 100, NOW + 60_200).await.len(), 2);
    let pace = w.store.pace(w.mini_program, NOW).await.unwrap();
    assert_eq!(pace, PaceView { set: Some(10), slowed: None, at_once: None });
}

async fn a_limit_of_calls_at_once_counts_what_is_under_way(db: TestDb) {
    let w = limited(&db, None, Some(5)).await;
    let claimed = w.claim(1, 100).await;
    assert_eq!(claimed.len(), 5);
    assert_eq!(w.claim(2, 100).await.len(), 0);
    w.record(&[sent(&claimed[0], 1), sent(&claimed[1], 1)]).await;
    assert_eq!(w.claim(3, 100).await.len(), 2);
}

async fn a_busy_platform_is_asked_half_as_often_and_then_more_again(db: TestDb) {
    let w = limited(&db, None, None).await;
    let slowed = async |now| w.store.pace(w.mini_program, now).await.unwrap().slowed;
    assert_eq!(slowed(NOW).await, None);
    assert!(w.store.slow_down(w.mini_program, 40, NOW).await.unwrap());
    assert_eq!(slowed(NOW).await, Some(20));
    assert_eq!(w.claim_at(1, 100, NOW).await.len(), 20);
    assert_eq!(w.claim_at(2, 100, NOW).await.len(), 0);
    assert!(w.store.slow_down(w.mini_program, 40, NOW + 1_000).await.unwrap());
    assert_eq!(w.claim_at(3, 100, NOW + 1_000).await.len(), 10);
    // Ten seconds without trouble: a quarter more. A minute: nothing jumps.
    assert_eq!(w.claim_at(4, 100, NOW + 11_000).await.len(), 12);
    assert_eq!(slowed(NOW + 11_000).await, Some(12));
    // In the end nothing is held back.
    let mut now = NOW + 11_000;
    for lease in 5..60 {
        now += 10_000;
        w.claim_at(lease, 1, now).await;
    }
    assert_eq!(slowed(now).await, None);
    assert_eq!(w.claim_at(99, 200, now).await.len(), 200 - 20 - 10 - 12 - 55);
}

async fn trouble_that_comes_together_counts_once(db: TestDb) {
    let w = limited(&db, None, None).await;
    assert!(w.store.slow_down(w.mini_program, 64, NOW).await.unwrap());
    assert!(!w.store.slow_down(w.mini_program, 64, NOW + 999).await.unwrap());
    for second in 1..20 {
        w.store.slow_down(w.mini_program, 64, NOW + second * 1_000).await.unwrap();
    }
    // No slower than one call a second.
    assert_eq!(w.store.pace(w.mini_program, NOW).await.unwrap().slowed, Some(1));
}

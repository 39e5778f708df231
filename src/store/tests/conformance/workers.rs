//! Processes that send, and what waits for them.

use crate::{
    harness::{self, TestDb},
    world::{NOW, World, openids, result, sent},
};
use model::{
    ids::MiniProgramId,
    notice::NoticeState,
    worker::{Beat, ErrorTally, Pace, Warning, Worker},
};
use store::{Outcome, QueueLoad};

cases!(
    a_process_is_known_by_its_last_beat,
    a_process_that_stops_in_order_is_forgotten_at_once,
    a_silent_process_is_shown_for_a_while_and_then_removed,
    a_warning_of_another_version_hides_nothing_else,
    queues_are_told_by_mini_program_until_they_are_empty,
    waiting_pushes_are_counted_up_to_a_bound,
    the_pool_tells_how_many_connections_are_open,
);

const MINUTE: i64 = 60_000;

fn beat(id: i64) -> Beat {
    Beat {
        id,
        host: "雁-1".to_owned(),
        pid: 42,
        version: "0.1.0".to_owned(),
        started_at: NOW - id,
        draining: false,
        under_way: 7,
        sent: 600,
        failed: 3,
        millirate: 10_050,
        p50_ms: Some(51),
        p95_ms: Some(90),
        paces: vec![Pace { mini_program: MiniProgramId(3), finished: 603 }],
        errors: [(Some(43101), 2), (None, 1)]
            .map(|(errcode, n)| ErrorTally { mini_program: MiniProgramId(3), errcode, n })
            .into(),
        warnings: vec![Warning::NetworkFileSystem { kind: "nfs4".to_owned() }, Warning::NoWorker],
    }
}

async fn a_process_is_known_by_its_last_beat(db: TestDb) {
    let s = db.store;
    assert_eq!(s.workers(NOW).await.unwrap(), []);
    s.beat(&beat(1), NOW).await.unwrap();
    s.beat(&Beat { started_at: NOW - 99, ..beat(2) }, NOW).await.unwrap();
    let later = Beat { draining: true, under_way: 0, p50_ms: None, p95_ms: None, errors: vec![], ..beat(1) };
    s.beat(&later, NOW + 5_000).await.unwrap();
    let expected = [
        Worker { beat: Beat { started_at: NOW - 99, ..beat(2) }, beat_at: NOW },
        Worker { beat: later, beat_at: NOW + 5_000 },
    ];
    assert_eq!(s.workers(NOW + 5_000).await.unwrap(), expected);
}

async fn a_process_that_stops_in_order_is_forgotten_at_once(db: TestDb) {
    let s = db.store;
    s.beat(&beat(1), NOW).await.unwrap();
    s.beat(&beat(2), NOW).await.unwrap();
    s.leave(2).await.unwrap();
    s.leave(3).await.unwrap();
    let left: Vec<i64> = s.workers(NOW).await.unwrap().iter().map(|w| w.beat.id).collect();
    assert_eq!(left, [1]);
}

async fn a_silent_process_is_shown_for_a_while_and_then_removed(db: TestDb) {
    let s = &db.store;
    s.beat(&beat(1), NOW).await.unwrap();
    let seen = s.workers(NOW + 9 * MINUTE).await.unwrap();
    assert!(seen.len() == 1 && !seen[0].is_alive(NOW + 9 * MINUTE) && seen[0].is_alive(NOW + 20_000));
    assert_eq!(s.workers(NOW + 11 * MINUTE).await.unwrap(), []);
    // Hidden only: a clock that is set back shows it again.
    assert_eq!(s.workers(NOW).await.unwrap().len(), 1);
    s.beat(&beat(2), NOW + 61 * MINUTE).await.unwrap();
    let left: Vec<i64> = s.workers(NOW).await.unwrap().iter().map(|w| w.beat.id).collect();
    assert_eq!(left, [2]);
}

async fn a_warning_of_another_version_hides_nothing_else(db: TestDb) {
    db.store.beat(&beat(1), NOW).await.unwrap();
    harness::execute(
        &db,
        "UPDATE workers SET warnings = '[{\"what\":\"of_tomorrow\",\"n\":1},{\"what\":\"no_worker\"}]', errors = '{}'",
    )
    .await;
    let worker = db.store.workers(NOW).await.unwrap().remove(0);
    assert_eq!((worker.beat.warnings, worker.beat.errors), (vec![Warning::NoWorker], vec![]));
}

async fn queues_are_told_by_mini_program_until_they_are_empty(db: TestDb) {
    let w = World::new(&db).await;
    let other = World::with_appid(db.store.clone(), "wx2").await;
    w.many_willing(3).await;
    other.willing("x").await;
    assert_eq!(db.store.queues().await.unwrap(), []);
    w.send_of(w.one, openids(&["o00000", "o00001"]), NOW).await;
    w.send_of(w.one, openids(&["o00002"]), NOW + MINUTE).await;
    let late = other.send_of(other.one, openids(&["x"]), NOW + 2 * MINUTE).await;
    let load = |w: &World, waiting| QueueLoad { mini_program: w.mini_program, waiting };
    assert_eq!(db.store.queues().await.unwrap(), [load(&w, 3), load(&other, 1)]);

    // Leased ones still wait, as do those to be tried again; what was sent does not.
    let claimed = w.claim_at(1, 3, NOW + 3 * MINUTE).await;
    assert_eq!(db.store.queues().await.unwrap()[0], load(&w, 3));
    let later = Outcome::Retry { due_at: NOW + 9 * MINUTE, errcode: -1 };
    let results = [sent(&claimed[0], 1), sent(&claimed[1], 1), result(&claimed[2], 1, later)];
    assert_eq!(w.record(&results).await, 3);
    assert_eq!(db.store.queues().await.unwrap()[0], load(&w, 1));
    let last = w.claim_at(2, 2, NOW + 9 * MINUTE).await;
    assert_eq!(w.record(&[sent(&last[0], 2)]).await, 1);
    assert_eq!(db.store.queues().await.unwrap(), [load(&other, 1)]);
    // What was withdrawn is not ready.
    assert!(db.store.end_notice(late, NoticeState::Cancelled, None, NOW + 9 * MINUTE).await.unwrap());
    assert_eq!(db.store.queues().await.unwrap(), []);
}

async fn waiting_pushes_are_counted_up_to_a_bound(db: TestDb) {
    let w = World::new(&db).await;
    assert_eq!(db.store.waiting_events(10).await.unwrap(), 0);
    db.store.store_events(&[w.other("a"), w.other("b"), w.other("c")]).await.unwrap();
    assert_eq!(db.store.waiting_events(10).await.unwrap(), 3);
    assert_eq!(db.store.waiting_events(2).await.unwrap(), 2);
}

async fn the_pool_tells_how_many_connections_are_open(db: TestDb) {
    db.store.ping().await.unwrap();
    let pool = db.store.pool();
    assert!(pool.open >= 1 && pool.idle <= pool.open && pool.open <= pool.most, "{pool:?}");
}

//! Looking at the queue from outside.

use crate::{
    harness::TestDb,
    world::{NOW, World, openids, result, sent},
};
use model::notice::NoticeState;
use store::Outcome;

cases!(
    mini_programs_with_something_to_send_are_told_with_the_earliest_instant,
    the_depth_of_the_queue_comes_from_running_notices,
);

async fn mini_programs_with_something_to_send_are_told_with_the_earliest_instant(db: TestDb) {
    let w = World::new(&db).await;
    let other = World::with_appid(db.store.clone(), "wx2").await;
    let pending = async || w.store.pending_mini_programs(NOW).await.unwrap();
    assert_eq!(pending().await, []);
    for (world, openid) in [(&w, "a"), (&w, "b"), (&w, "c"), (&other, "a")] {
        world.willing(openid).await;
    }
    // Not due yet counts too.
    w.send(openids(&["a"])).await;
    let waits = w.claim(1, 1).await;
    w.record(&[result(&waits[0], 1, Outcome::Retry { due_at: NOW + 500, errcode: -1 })]).await;
    let ended = w.send_of(w.one, openids(&["b"]), NOW - 5).await;
    other.send_of(other.one, openids(&["a"]), NOW - 1).await;
    assert_eq!(pending().await, [(w.mini_program, NOW - 5), (other.mini_program, NOW - 1)]);
    w.store.end_notice(ended, NoticeState::Cancelled, None, NOW).await.unwrap();
    assert_eq!(pending().await, [(w.mini_program, NOW + 500), (other.mini_program, NOW - 1)]);
    w.store.pause_mini_program(w.mini_program, NOW + 1, 1, NOW).await.unwrap();
    assert_eq!(pending().await, [(other.mini_program, NOW - 1)]);
    w.store.unpause_mini_program(w.mini_program).await.unwrap();
    // What is under way is not pending; what is to be tried again is.
    let claimed = other.claim(1, 9).await;
    assert_eq!(pending().await, [(w.mini_program, NOW + 500)]);
    other.record(&[result(&claimed[0], 1, Outcome::Retry { due_at: NOW + 9, errcode: -1 })]).await;
    assert_eq!(pending().await, [(w.mini_program, NOW + 500), (other.mini_program, NOW + 9)]);
}

async fn the_depth_of_the_queue_comes_from_running_notices(db: TestDb) {
    let w = World::new(&db).await;
    let depth = async || w.store.queue_depth(w.mini_program).await.unwrap();
    assert_eq!(depth().await, 0);
    w.many_willing(4).await;
    w.send(openids(&["o00000", "o00001", "o00002"])).await;
    let other = w.send(openids(&["o00003"])).await;
    assert_eq!(depth().await, 4);
    let claimed = w.claim(1, 2).await;
    assert_eq!(depth().await, 4);
    w.record(&[sent(&claimed[0], 1)]).await;
    assert_eq!(depth().await, 3);
    w.store.end_notice(other, NoticeState::Cancelled, None, NOW).await.unwrap();
    assert_eq!(depth().await, 2);
}

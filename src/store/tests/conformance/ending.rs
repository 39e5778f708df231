//! Stopping and cancelling notices.

use crate::{
    harness::TestDb,
    world::{NOW, World, openids, result, sent},
};
use model::{
    delivery::{DeliveryState, own_code},
    ids::NoticeId,
    notice::{Audience, NoticeState, StateCounts},
    statistics::CodeCounts,
};
use store::Outcome;

cases!(
    a_cancelled_notice_gives_its_grants_back,
    only_a_running_notice_can_be_ended,
    what_comes_back_to_an_ended_notice_is_withdrawn_too,
    a_running_notice_is_not_withdrawn,
);

async fn a_cancelled_notice_gives_its_grants_back(db: TestDb) {
    let w = World::new(&db).await;
    let ids = w.many_willing(5).await;
    let notice = w.send(Audience::EverybodyWithGrant).await;
    let claimed = w.claim(1, 1).await;
    assert!(w.store.end_notice(notice, NoticeState::Cancelled, None, NOW + 1).await.unwrap());
    assert_eq!(w.store.ended_with_pending().await.unwrap(), [notice]);
    let withdraw = async || w.store.withdraw_pending(notice, own_code::CANCELLED, 3, NOW + 2).await.unwrap();
    assert_eq!((withdraw().await, withdraw().await, withdraw().await), (3, 1, 0));
    assert_eq!(w.store.ended_with_pending().await.unwrap(), []);
    assert_eq!(w.one(ids[4]).await, (1, 0));
    // One call is under way: the notice has its end only after it.
    assert_eq!((w.notice(notice).await.state, w.notice(notice).await.finished_at), (NoticeState::Cancelled, None));
    w.record(&[sent(&claimed[0], 1)]).await;
    let ended = w.notice(notice).await;
    assert_eq!((ended.state, ended.finished_at, ended.stop_errcode), (NoticeState::Cancelled, Some(NOW + 10), None));
    assert_eq!(ended.counts, StateCounts([0, 0, 1, 0, 0, 0, 0, 4]));
    let codes = w.store.notice_codes(notice).await.unwrap();
    assert_eq!(codes, [CodeCounts { errcode: own_code::CANCELLED, state: DeliveryState::Cancelled, n: 4 }]);
}

async fn only_a_running_notice_can_be_ended(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("a").await;
    let draft = w.draft(w.one, &openids(&["a"])).await;
    let end = async |id| w.store.end_notice(id, NoticeState::Stopped, Some(40037), NOW).await.unwrap();
    assert!(!end(draft).await);
    assert!(!end(NoticeId(99)).await);
    let running = w.send(openids(&["a"])).await;
    assert!(end(running).await);
    assert!(!end(running).await);
    let stopped = w.notice(running).await;
    assert_eq!((stopped.state, stopped.stop_errcode), (NoticeState::Stopped, Some(40037)));
}

async fn what_comes_back_to_an_ended_notice_is_withdrawn_too(db: TestDb) {
    let w = World::new(&db).await;
    let ids = w.many_willing(2).await;
    let notice = w.send(Audience::EverybodyWithGrant).await;
    let claimed = w.claim(1, 9).await;
    assert!(w.store.end_notice(notice, NoticeState::Stopped, Some(40037), NOW).await.unwrap());
    assert_eq!(w.store.withdraw_pending(notice, 40037, 9, NOW).await.unwrap(), 0);
    assert_eq!(w.store.ended_with_pending().await.unwrap(), []);
    let retry = Outcome::Retry { due_at: NOW + 77, errcode: -1 };
    w.record(&[result(&claimed[0], 1, retry), result(&claimed[1], 1, Outcome::Released { due_at: NOW })]).await;
    assert_eq!(w.claim_at(2, 9, NOW + 99).await, []);
    assert_eq!(w.store.ended_with_pending().await.unwrap(), [notice]);
    let withdraw = async || w.store.withdraw_pending(notice, 40037, 9, NOW + 99).await.unwrap();
    assert_eq!(withdraw().await + withdraw().await, 2);
    assert_eq!((w.one(ids[0]).await, w.one(ids[1]).await), ((1, 0), (1, 0)));
    assert_eq!(w.notice(notice).await.finished_at, Some(NOW + 99));
}

async fn a_running_notice_is_not_withdrawn(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("a").await;
    let notice = w.send(openids(&["a"])).await;
    assert_eq!(w.store.withdraw_pending(notice, 1, 9, NOW).await.unwrap(), 0);
    assert_eq!(w.store.withdraw_pending(NoticeId(99), 1, 9, NOW).await.unwrap(), 0);
    assert_eq!(w.count(notice, DeliveryState::Pending).await, 1);
}

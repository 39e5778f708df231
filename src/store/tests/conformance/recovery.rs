//! Leases that end without a result.

use crate::{
    harness::TestDb,
    world::{NOW, World, openids, result, sent},
};
use model::{
    delivery::{DeliveryState, SkipReason, own_code},
    grant::Answer,
    notice::{Audience, NoticeState},
    page::At,
};
use store::Outcome;

cases!(
    an_expired_lease_makes_the_delivery_unknown_and_spends_the_grant,
    a_late_sent_counts_after_all,
    other_late_results_do_not_count,
    recovery_goes_in_steps,
    a_clock_that_went_back_stalls_nothing,
);

async fn an_expired_lease_makes_the_delivery_unknown_and_spends_the_grant(db: TestDb) {
    let w = World::new(&db).await;
    let a = w.willing("a").await;
    let long = w.answer("b", w.long, Answer::Accept).await;
    let notice = w.send(openids(&["a"])).await;
    let other = w.send_of(w.long, openids(&["b"]), NOW).await;
    assert_eq!(w.claim(1, 10).await.len(), 2);
    assert_eq!(w.store.recover_expired(NOW + 60_000, 10).await.unwrap(), []);
    let mut of = w.store.recover_expired(NOW + 60_001, 10).await.unwrap();
    of.sort_unstable();
    assert_eq!(of, [notice, other]);
    assert_eq!(w.store.recover_expired(NOW + 60_001, 10).await.unwrap(), []);
    let row = w.store.deliveries(notice, &[], None, At::Start, 1).await.unwrap().rows.remove(0);
    assert_eq!((row.state, row.errcode, row.attempts), (DeliveryState::Unknown, own_code::LEASE_EXPIRED, 0));
    assert_eq!((w.one(a).await, w.grant(long, w.long).await.balance), ((0, 0), 1));
    assert_eq!(w.notice(notice).await.state, NoticeState::Finished);
    // Never sent again by a machine.
    assert_eq!(w.claim_at(2, 10, NOW + 99_999).await, []);
}

async fn a_late_sent_counts_after_all(db: TestDb) {
    let w = World::new(&db).await;
    let a = w.willing("a").await;
    w.willing("a").await;
    let notice = w.send(openids(&["a"])).await;
    let claimed = w.claim(1, 10).await;
    w.store.recover_expired(NOW + 60_001, 10).await.unwrap();
    assert_eq!(w.one(a).await, (1, 0));
    assert_eq!(w.record(&[sent(&claimed[0], 2)]).await, 0);
    assert_eq!(w.record(&[sent(&claimed[0], 1)]).await, 1);
    assert_eq!(w.record(&[sent(&claimed[0], 1)]).await, 0);
    let row = w.store.deliveries(notice, &[], None, At::Start, 1).await.unwrap().rows.remove(0);
    assert_eq!((row.state, row.errcode, row.attempts), (DeliveryState::Sent, 0, 1));
    assert_eq!(w.store.attempts(row.id).await.unwrap().len(), 1);
    // The grant was counted as spent when the lease ended.
    assert_eq!(w.one(a).await, (1, 0));
    assert_eq!(w.store.notice_codes(notice).await.unwrap(), []);
    assert_eq!(w.notice(notice).await.state, NoticeState::Finished);
}

async fn other_late_results_do_not_count(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("a").await;
    let notice = w.send(openids(&["a"])).await;
    let claimed = w.claim(1, 10).await;
    w.store.recover_expired(NOW + 60_001, 10).await.unwrap();
    for outcome in [
        Outcome::Skipped(SkipReason::NoGrant),
        Outcome::Retry { due_at: NOW, errcode: -1 },
        Outcome::Released { due_at: NOW },
        Outcome::Unknown { errcode: own_code::NO_ANSWER },
    ] {
        assert_eq!(w.record(&[result(&claimed[0], 1, outcome)]).await, 0);
    }
    assert_eq!(w.store.release_claim(1, NOW).await.unwrap(), 0);
    assert_eq!(w.count(notice, DeliveryState::Unknown).await, 1);
}

async fn recovery_goes_in_steps(db: TestDb) {
    let w = World::new(&db).await;
    w.many_willing(5).await;
    w.send(Audience::EverybodyWithGrant).await;
    assert_eq!(w.claim(1, 10).await.len(), 5);
    let recover = async || w.store.recover_expired(NOW + 60_001, 2).await.unwrap().len();
    assert_eq!((recover().await, recover().await, recover().await, recover().await), (2, 2, 1, 0));
}

async fn a_clock_that_went_back_stalls_nothing(db: TestDb) {
    let w = World::new(&db).await;
    for openid in ["a", "b"] {
        w.willing(openid).await;
    }
    let notice = w.send(openids(&["a", "b"])).await;
    let claimed = w.claim(1, 10).await;
    w.record(&[result(&claimed[0], 1, Outcome::Retry { due_at: NOW + 60_000, errcode: -1 })]).await;
    // Ten days back: the one waits for another try, the other is leased, both as if for ten days.
    let now = NOW - 10 * 86_400_000;
    assert_eq!(w.store.recover_expired(now, 10).await.unwrap().len(), 1);
    assert_eq!(w.count(notice, DeliveryState::Unknown).await, 1);
    let again = w.claim_at(2, 10, now).await;
    assert_eq!(again.iter().map(|c| (c.id, c.attempts)).collect::<Vec<_>>(), [(claimed[0].id, 1)]);
    assert_eq!(w.record_at(&[sent(&again[0], 2)], now).await, 1);
    assert_eq!(w.notice(notice).await.state, NoticeState::Finished);
    // A pause until the end of the day is none when the day is ten days away.
    w.willing("a").await;
    w.send(openids(&["a"])).await;
    w.store.pause_mini_program(w.mini_program, NOW, 45009, NOW - 3_600_000).await.unwrap();
    assert_eq!(w.store.pending_mini_programs(now).await.unwrap().len(), 1);
    assert_eq!(w.claim_at(3, 10, now).await.len(), 1);
    assert_eq!(w.claim_at(4, 10, NOW - 3_600_000).await, []);
}

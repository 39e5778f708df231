//! Confirming a draft.

use crate::{
    harness::TestDb,
    world::{HOUR, NOW, World, openids},
};
use model::{
    delivery::{DeliveryState, SkipReason},
    grant::Answer,
    ids::NoticeId,
    notice::{Audience, NoticeState, StateCounts},
    page::At,
};
use store::Enqueued;

cases!(
    a_confirmed_notice_has_a_delivery_for_everybody,
    a_second_press_does_nothing,
    more_than_was_shown_is_not_sent,
    a_notice_for_nobody_stays_a_draft,
    each_notice_promises_another_grant,
    chosen_people_and_everybody_are_enqueued_too,
    an_openid_twice_in_the_list_gets_one,
);

async fn a_confirmed_notice_has_a_delivery_for_everybody(db: TestDb) {
    let w = World::new(&db).await;
    let a = w.willing("a").await;
    w.answer("no", w.one, Answer::Reject).await;
    let id = w.draft(w.one, &openids(&["new'\"<", "no", "a"])).await;
    let done = w.store.enqueue_notice(id, 1, HOUR, NOW + 1).await.unwrap();
    assert_eq!(done, Enqueued::Done(StateCounts([1, 0, 0, 0, 0, 0, 2, 0])));
    let notice = w.notice(id).await;
    assert_eq!(
        (notice.state, notice.confirmed_at, notice.audience),
        (NoticeState::Running, Some(NOW + 1), Audience::Nobody)
    );
    assert_eq!(notice.counts, StateCounts([1, 0, 0, 0, 0, 0, 2, 0]));
    assert_eq!(w.one(a).await, (1, 1));
    let rows = w.store.deliveries(id, &[], None, At::Start, 10).await.unwrap().rows;
    let told: Vec<_> = rows.iter().map(|r| (r.openid.as_str(), r.state, r.errcode)).collect();
    let skipped = |openid, reason: SkipReason| (openid, DeliveryState::Skipped, reason.number());
    assert_eq!(
        told,
        [("a", DeliveryState::Pending, 0), skipped("no", SkipReason::Refused), skipped("new'\"<", SkipReason::NoGrant)]
    );
    assert_eq!((rows[0].due_at, rows[0].updated_at, rows[0].attempts), (NOW + 1, NOW + 1, 0));
    // The unknown openid has become a subscriber.
    assert!(w.store.subscriber_by_openid(w.mini_program, "new'\"<").await.unwrap().is_some());
}

async fn a_second_press_does_nothing(db: TestDb) {
    let w = World::new(&db).await;
    let a = w.willing("a").await;
    w.willing("a").await;
    let id = w.send(openids(&["a"])).await;
    assert_eq!(w.store.enqueue_notice(id, 9, HOUR, NOW).await.unwrap(), Enqueued::Already);
    assert_eq!(w.one(a).await, (2, 1));
    assert_eq!(w.store.enqueue_notice(NoticeId(99), 9, HOUR, NOW).await.unwrap(), Enqueued::Missing);
}

async fn more_than_was_shown_is_not_sent(db: TestDb) {
    let w = World::new(&db).await;
    let a = w.willing("a").await;
    let id = w.draft(w.one, &openids(&["a", "b"])).await;
    w.willing("b").await;
    let Enqueued::MoreThanShown(now) = w.store.enqueue_notice(id, 1, HOUR, NOW).await.unwrap() else { panic!() };
    assert_eq!(now.will_send, 2);
    assert_eq!((w.notice(id).await.state, w.notice(id).await.audience), (NoticeState::Draft, openids(&["a", "b"])));
    assert_eq!(w.one(a).await, (1, 0));
    assert_eq!(w.store.deliveries(id, &[], None, At::Start, 10).await.unwrap().rows, []);
    assert!(matches!(w.store.enqueue_notice(id, 3, HOUR, NOW).await.unwrap(), Enqueued::Done(_)));
}

async fn a_notice_for_nobody_stays_a_draft(db: TestDb) {
    let w = World::new(&db).await;
    for audience in [Audience::Nobody, openids(&["new"]), Audience::EverybodyWithGrant] {
        let id = w.draft(w.one, &audience).await;
        let Enqueued::Nobody(preflight) = w.store.enqueue_notice(id, 9, HOUR, NOW).await.unwrap() else { panic!() };
        assert_eq!(preflight.will_send, 0);
        assert_eq!(w.notice(id).await.state, NoticeState::Draft);
    }
    assert_eq!(w.store.count_subscribers(w.mini_program).await.unwrap(), 0);
}

async fn each_notice_promises_another_grant(db: TestDb) {
    let w = World::new(&db).await;
    let a = w.willing("a").await;
    w.willing("a").await;
    w.send(openids(&["a"])).await;
    w.send(openids(&["a"])).await;
    assert_eq!(w.one(a).await, (2, 2));
    let third = w.draft(w.one, &openids(&["a"])).await;
    let done = w.store.enqueue_notice(third, 9, HOUR, NOW).await.unwrap();
    assert!(matches!(done, Enqueued::Nobody(p) if p.no_grant == 1));
}

async fn chosen_people_and_everybody_are_enqueued_too(db: TestDb) {
    let w = World::new(&db).await;
    let other = World::with_appid(db.store.clone(), "wx2").await;
    let theirs = other.willing("z").await;
    let ids = w.many_willing(4).await;
    let poor = w.store.add_subscriber(w.mini_program, "poor", "", NOW).await.unwrap();
    let chosen = w.send(Audience::Chosen(vec![ids[0], poor, theirs, ids[0]])).await;
    assert_eq!(w.notice(chosen).await.counts, StateCounts([1, 0, 0, 0, 0, 0, 1, 0]));
    let everybody = w.send(Audience::EverybodyWithGrant).await;
    assert_eq!(w.notice(everybody).await.counts, StateCounts([3, 0, 0, 0, 0, 0, 0, 0]));
    assert_eq!((w.one(ids[0]).await, w.one(ids[3]).await), ((1, 1), (1, 1)));
    assert_eq!(other.one(theirs).await, (1, 0));
}

async fn an_openid_twice_in_the_list_gets_one(db: TestDb) {
    let w = World::new(&db).await;
    w.willing("a").await;
    w.willing("a").await;
    let id = w.send(openids(&["a", "a", "new", "new"])).await;
    assert_eq!(w.notice(id).await.counts, StateCounts([1, 0, 0, 0, 0, 0, 1, 0]));
}

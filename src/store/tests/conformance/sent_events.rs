//! Sent events find their delivery.

use crate::{
    harness::TestDb,
    pushes::{SECOND, called_back},
    world::{NOW, World, openids, result},
};
use model::{
    callback::{CallbackCount, EventBody},
    delivery::{DeliveryState, own_code},
    ids::DeliveryId,
    notice::{NoticeState, StateCounts},
};
use store::{Outcome, WorkedOff};

cases!(
    an_event_confirms_the_delivery_of_its_number,
    without_numbers_events_go_by_person_template_and_order,
    an_event_before_the_answer_is_matched_later,
    an_unknown_outcome_is_resolved,
    an_event_of_nobody_is_given_up_after_an_hour,
    an_event_of_several_items_fits_whole_or_not_at_all,
    counters_follow_the_events,
    an_event_of_an_old_delivery_is_found_at_the_second_look,
);

const DONE: WorkedOff = WorkedOff { done: 1, put_off: 0 };
const PUT_OFF: WorkedOff = WorkedOff { done: 0, put_off: 1 };
const FAILED: i64 = 10_001;

/// A delivery to `openid`, claimed; with a grant behind it.
async fn claimed(w: &World, openid: &str, lease: i64) -> store::Claimed {
    w.willing(openid).await;
    w.send(openids(&[openid])).await;
    w.claim(lease, 9).await.remove(0)
}

async fn sent(w: &World, openid: &str, lease: i64, msgid: Option<i64>) -> DeliveryId {
    let row = claimed(w, openid, lease).await;
    assert_eq!(w.record(&[result(&row, lease, Outcome::Sent { msgid })]).await, 1);
    row.id
}

async fn unknown(w: &World, openid: &str, lease: i64) -> DeliveryId {
    let row = claimed(w, openid, lease).await;
    w.record(&[result(&row, lease, Outcome::Unknown { errcode: own_code::NO_ANSWER })]).await;
    row.id
}

async fn an_event_confirms_the_delivery_of_its_number(db: TestDb) {
    let w = called_back(&db).await;
    let big = 2_097_683_633_284_153_344;
    let (a, b) = (sent(&w, "a", 1, Some(big)).await, sent(&w, "a", 2, Some(big + 1)).await);
    assert_eq!(w.pushed(&[w.sent_event("a", Some(big + 1), FAILED, NOW)], NOW + SECOND).await, DONE);
    assert_eq!((w.state(a).await, w.state(b).await), ((DeliveryState::Sent, 0), (DeliveryState::Failed, FAILED)));
    assert_eq!(w.pushed(&[w.sent_event("a", Some(big), 0, NOW)], NOW + SECOND).await, DONE);
    assert_eq!(w.state(a).await, (DeliveryState::Delivered, 0));
    // Told once more, differently: it stays as it was.
    assert_eq!(w.pushed(&[w.sent_event("a", Some(big), FAILED, NOW)], NOW + SECOND).await, DONE);
    assert_eq!(w.state(a).await, (DeliveryState::Delivered, 0));
    // Whether the grant comes back is not published: it stays spent.
    assert_eq!(w.balance("a", w.one).await, 0);
    assert_eq!(w.events().await, [Some(false); 3]);
}

async fn without_numbers_events_go_by_person_template_and_order(db: TestDb) {
    let w = called_back(&db).await;
    let lost = unknown(&w, "a", 1).await;
    let first = sent(&w, "a", 2, None).await;
    let second = sent(&w, "a", 3, None).await;
    let (numbered, other) = (sent(&w, "a", 4, Some(7)).await, sent(&w, "b", 5, None).await);
    // Two at once, the later one first: each finds its own.
    let events = [w.sent_event("a", None, FAILED, NOW + SECOND), w.sent_event("a", Some(99), 0, NOW)];
    assert_eq!(w.pushed(&events, NOW + SECOND).await, WorkedOff { done: 2, put_off: 0 });
    assert_eq!(w.state(first).await, (DeliveryState::Delivered, 0));
    assert_eq!(w.state(second).await, (DeliveryState::Failed, FAILED));
    assert_eq!(w.state(lost).await.0, DeliveryState::Unknown);
    assert_eq!(w.pushed(&[w.sent_event("a", None, 0, NOW + 2 * SECOND)], NOW + 2 * SECOND).await, DONE);
    assert_eq!(w.state(lost).await, (DeliveryState::Delivered, 0));
    // Nothing of theirs is left to fit.
    assert_eq!(w.pushed(&[w.sent_event("a", None, 0, NOW + 3 * SECOND)], NOW + 3 * SECOND).await, PUT_OFF);
    assert_eq!((w.state(numbered).await.0, w.state(other).await.0), (DeliveryState::Sent, DeliveryState::Sent));
}

async fn an_event_before_the_answer_is_matched_later(db: TestDb) {
    let w = called_back(&db).await;
    let before = unknown(&w, "a", 1).await;
    let row = claimed(&w, "a", 2).await;
    // It could be of the older delivery: while the call is under way nobody knows.
    assert_eq!(w.pushed(&[w.sent_event("a", Some(7), 0, NOW)], NOW).await, PUT_OFF);
    assert_eq!(w.store.next_event_at().await.unwrap(), Some(NOW + 2 * SECOND));
    w.record(&[result(&row, 2, Outcome::Sent { msgid: Some(7) })]).await;
    assert_eq!(w.work_off(NOW + SECOND).await, WorkedOff::default());
    assert_eq!(w.work_off(NOW + 2 * SECOND).await, DONE);
    assert_eq!(w.state(row.id).await, (DeliveryState::Delivered, 0));
    assert_eq!(w.state(before).await.0, DeliveryState::Unknown);
}

async fn an_unknown_outcome_is_resolved(db: TestDb) {
    let w = called_back(&db).await;
    let row = claimed(&w, "a", 1).await;
    w.store.recover_expired(NOW + 60_001, 10).await.unwrap();
    let now = NOW + 61_000;
    assert_eq!(w.pushed(&[w.sent_event("a", Some(7), 0, NOW)], now).await, DONE);
    assert_eq!(w.state(row.id).await, (DeliveryState::Delivered, 0));
    // An answer that comes later still changes nothing, and nothing is spent twice.
    for outcome in [Outcome::Sent { msgid: Some(7) }, Outcome::Failed { errcode: 47003, no_grant: false }] {
        assert_eq!(w.record(&[result(&row, 1, outcome)]).await, 0);
    }
    assert_eq!(w.balance("a", w.one).await, 0);
    assert_eq!(w.notice(row.id.notice).await.state, NoticeState::Finished);
    let lost = unknown(&w, "b", 2).await;
    assert_eq!(w.pushed(&[w.sent_event("b", None, FAILED, NOW)], now).await, DONE);
    assert_eq!(w.state(lost).await, (DeliveryState::Failed, FAILED));
}

async fn an_event_of_nobody_is_given_up_after_an_hour(db: TestDb) {
    let w = called_back(&db).await;
    let mut foreign = w.sent_event("a", Some(1), 0, NOW);
    if let EventBody::Sent(items) = &mut foreign.event.body {
        items[0].pri_tmpl_id = "theirs".to_owned();
    }
    assert_eq!(w.pushed(&[foreign], NOW).await, DONE);
    assert_eq!(w.pushed(&[w.sent_event("a", Some(2), 0, NOW)], NOW).await, PUT_OFF);
    let mut waits = Vec::new();
    let mut now = NOW;
    while let Some(due_at) = w.store.next_event_at().await.unwrap() {
        assert_eq!(w.tally(CallbackCount::Unmatched).await, 1);
        waits.push((due_at - now) / SECOND);
        now = due_at;
        w.work_off(now).await;
    }
    assert_eq!((now, waits.len()), (NOW + 3_600_000, 14));
    assert_eq!(waits[..10], [2, 4, 8, 16, 32, 64, 128, 256, 512, 600]);
    assert_eq!((w.tally(CallbackCount::Unmatched).await, w.events().await), (2, vec![Some(true); 2]));
    // A delivery that is sent afterwards is not taken for it.
    let later = sent(&w, "a", 1, None).await;
    assert_eq!(w.state(later).await.0, DeliveryState::Sent);
}

async fn an_event_of_several_items_fits_whole_or_not_at_all(db: TestDb) {
    let w = called_back(&db).await;
    let first = sent(&w, "a", 1, None).await;
    let row = claimed(&w, "a", 2).await;
    let mut event = w.sent_event("a", None, 0, NOW);
    if let EventBody::Sent(items) = &mut event.event.body {
        items.push(model::callback::SentItem { errcode: FAILED, ..items[0].clone() });
    }
    assert_eq!(w.pushed(&[event], NOW).await, PUT_OFF);
    assert_eq!(w.state(first).await.0, DeliveryState::Sent);
    w.record(&[result(&row, 2, Outcome::Sent { msgid: None })]).await;
    assert_eq!(w.work_off(NOW + 2 * SECOND).await, DONE);
    assert_eq!(w.state(first).await, (DeliveryState::Delivered, 0));
    assert_eq!(w.state(row.id).await, (DeliveryState::Failed, FAILED));
}

async fn counters_follow_the_events(db: TestDb) {
    let w = called_back(&db).await;
    w.many_willing(300).await;
    let notice = w.send(model::notice::Audience::EverybodyWithGrant).await;
    let rows = w.claim(1, 1_000).await;
    let sent: Vec<_> =
        rows.iter().map(|row| result(row, 1, Outcome::Sent { msgid: Some(row.id.subscriber.0) })).collect();
    assert_eq!(w.record(&sent).await, 300);
    let events: Vec<_> = rows
        .iter()
        .map(|row| {
            let id = row.id.subscriber.0;
            w.sent_event(&row.openid, Some(id), if id % 10 == 0 { FAILED } else { 0 }, NOW)
        })
        .collect();
    // More than fit into one transaction.
    assert_eq!(w.pushed(&events, NOW + SECOND).await, WorkedOff { done: 300, put_off: 0 });
    assert_eq!(w.notice(notice).await.counts, StateCounts([0, 0, 0, 270, 30, 0, 0, 0]));
    let codes = w.store.notice_codes(notice).await.unwrap();
    assert_eq!((codes.len(), codes[0].errcode, codes[0].n), (1, FAILED, 30));
}

async fn an_event_of_an_old_delivery_is_found_at_the_second_look(db: TestDb) {
    let w = called_back(&db).await;
    let first = sent(&w, "a", 1, Some(1)).await;
    for msgid in 2..22 {
        sent(&w, "a", 1, Some(msgid)).await;
    }
    assert_eq!(w.pushed(&[w.sent_event("a", Some(1), 0, NOW)], NOW).await, PUT_OFF);
    assert_eq!(w.work_off(NOW + 2 * SECOND).await, DONE);
    assert_eq!(w.state(first).await, (DeliveryState::Delivered, 0));
}

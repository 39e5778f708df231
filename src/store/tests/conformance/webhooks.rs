//! Webhooks: what is written down, packed, leased and given up.

use crate::{
    harness::TestDb,
    world::{HOUR, NOW, World, openids, result, sent},
};
use model::{
    delivery::{DeliveryState, own_code},
    ids::EndpointId,
    notice::NoticeState,
    page::At,
    webhook::{Call, DisabledWhy, EventKind, Message, MessageState},
};
use store::{Fate, NewMessage, Outcome};

cases!(
    without_an_endpoint_nothing_is_written_down,
    every_end_of_a_delivery_is_written_down_once,
    what_nobody_wants_is_not_written_down,
    a_notice_that_is_stopped_and_a_rest_need_attention,
    events_become_messages_once_whoever_packs,
    a_message_is_sent_by_one_at_a_time,
    a_failing_endpoint_is_switched_off_after_a_while,
    a_message_is_sent_again_by_hand,
    old_messages_go_and_so_does_what_belongs_to_a_removed_endpoint,
    whoever_comes_at_one_time_only_so_many_of_an_endpoint_are_leased,
    trouble_with_the_token_is_told_once_for_each_change_of_its_code,
    a_secret_that_was_changed_is_kept_for_a_while,
);

const ALL: i64 = 7;

async fn endpoint(w: &World, wants: i64) -> EndpointId {
    let id = w.store.add_endpoint(w.mini_program, "https://a.example/", "sealed", wants, "ann", NOW).await.unwrap();
    w.store.endpoints_on().await.unwrap();
    id
}

/// Kind, openid, state and code of what is written down.
async fn events(w: &World) -> Vec<(EventKind, Option<String>, Option<DeliveryState>, Option<i64>)> {
    let events = w.store.webhook_events(100).await.unwrap();
    events.into_iter().map(|e| (e.kind, e.openid, e.state, e.errcode)).collect()
}

fn new(endpoint: EndpointId, name: &str) -> NewMessage {
    NewMessage { endpoint, name: name.to_owned(), kind: EventKind::Results, body: "{}".to_owned() }
}

fn call(status: Option<i64>) -> Call {
    let fault = status.is_none().then(|| "timed_out".to_owned());
    Call { number: 0, started_at: NOW, duration_ms: 5, status, fault, answer: Some("a\0b".to_owned()) }
}

async fn messages(w: &World, endpoint: EndpointId) -> Vec<Message> {
    w.store.webhook_messages(endpoint, At::Start, 10).await.unwrap().rows
}

async fn without_an_endpoint_nothing_is_written_down(db: TestDb) {
    let w = World::new(&db).await;
    w.store.endpoints_on().await.unwrap();
    w.willing("a").await;
    w.send(openids(&["a"])).await;
    let claimed = w.claim(1, 9).await;
    w.record(&[sent(&claimed[0], 1)]).await;
    assert_eq!(events(&w).await, []);
}

async fn every_end_of_a_delivery_is_written_down_once(db: TestDb) {
    let w = World::new(&db).await;
    endpoint(&w, ALL).await;
    for openid in ["a", "b", "c", "d", "e"] {
        w.willing(openid).await;
    }
    let id = w.send(openids(&["a", "b", "c", "d", "e", "skipped"])).await;
    let claimed = w.claim(1, 4).await;
    let of = |i: usize, outcome| result(&claimed[i], 1, outcome);
    w.record(&[
        of(0, Outcome::Sent { msgid: None }),
        of(1, Outcome::Failed { errcode: 43101, no_grant: true }),
        of(2, Outcome::Retry { due_at: NOW + 1_000_000, errcode: -1 }),
    ])
    .await;
    // Telling the same result twice changes nothing.
    w.record(&[of(0, Outcome::Sent { msgid: None })]).await;
    w.store.recover_expired(NOW + 61_000, 9).await.unwrap();
    let mut results: Vec<_> =
        events(&w).await.into_iter().map(|(_, openid, state, code)| (openid.unwrap(), state, code)).collect();
    results.sort();
    let is = |openid: &str, state, code| (openid.to_owned(), Some(state), Some(code));
    assert_eq!(
        results,
        [
            is("a", DeliveryState::Sent, 0),
            is("b", DeliveryState::Failed, 43101),
            is("d", DeliveryState::Unknown, own_code::LEASE_EXPIRED),
        ]
    );
    // An answer that comes late is told too.
    w.record_at(&[of(3, Outcome::Sent { msgid: None })], NOW + 62_000).await;
    assert!(w.store.end_notice(id, NoticeState::Cancelled, None, NOW).await.unwrap());
    w.store.withdraw_pending(id, own_code::CANCELLED, 9, NOW).await.unwrap();
    let later: Vec<_> = events(&w).await.into_iter().skip(3).collect();
    let mut kinds: Vec<_> = later.iter().map(|(kind, openid, state, _)| (*kind, openid.as_deref(), *state)).collect();
    kinds.sort();
    assert_eq!(
        kinds,
        [
            (EventKind::Results, Some("c"), Some(DeliveryState::Cancelled)),
            (EventKind::Results, Some("d"), Some(DeliveryState::Sent)),
            (EventKind::Results, Some("e"), Some(DeliveryState::Cancelled)),
            (EventKind::Finished, None, None),
        ]
    );
}

async fn what_nobody_wants_is_not_written_down(db: TestDb) {
    let w = World::new(&db).await;
    let finished_only = endpoint(&w, EventKind::Finished.bit()).await;
    let other = World::with_appid(db.store.clone(), "wx2").await;
    endpoint(&other, ALL).await;
    w.willing("a").await;
    w.willing("a").await;
    let end = async || {
        w.send(openids(&["a"])).await;
        let claimed = w.claim(1, 9).await;
        w.record(&[sent(&claimed[0], 1)]).await;
    };
    end().await;
    assert_eq!(events(&w).await, [(EventKind::Finished, None, None, None)]);
    w.store.switch_endpoint(finished_only, Some(DisabledWhy::Person), NOW).await.unwrap();
    end().await;
    assert_eq!(events(&w).await.len(), 1, "nothing more while it is off");
}

async fn a_notice_that_is_stopped_and_a_rest_need_attention(db: TestDb) {
    let w = World::new(&db).await;
    endpoint(&w, EventKind::Attention.bit()).await;
    w.willing("a").await;
    let id = w.send(openids(&["a"])).await;
    // A person who pauses knows; failures that pause want somebody.
    assert!(w.store.pause_notice(id, None, "ann", NOW).await.unwrap());
    assert!(w.store.resume_notice(id, (0, 0), HOUR, "ann", NOW).await.unwrap().is_some());
    assert!(w.store.pause_notice(id, Some(-1), "", NOW).await.unwrap());
    assert!(w.store.end_notice(id, NoticeState::Stopped, Some(47003), NOW).await.unwrap());
    w.store.withdraw_pending(id, own_code::CANCELLED, 9, NOW).await.unwrap();
    w.store.pause_mini_program(w.mini_program, NOW + 1000, 45009, NOW).await.unwrap();
    w.store.pause_mini_program(w.mini_program, NOW + 1000, 45009, NOW).await.unwrap();
    w.store.unpause_mini_program(w.mini_program).await.unwrap();
    let found: Vec<_> =
        w.store.webhook_events(9).await.unwrap().into_iter().map(|e| (e.kind, e.notice, e.errcode)).collect();
    let attention = |notice, errcode| (EventKind::Attention, notice, Some(errcode));
    assert_eq!(found, [attention(Some(id), -1), attention(Some(id), 47003), attention(None, 45009)]);
}

async fn events_become_messages_once_whoever_packs(db: TestDb) {
    let w = World::new(&db).await;
    let id = endpoint(&w, ALL).await;
    w.many_willing(6).await;
    w.send(model::notice::Audience::EverybodyWithGrant).await;
    let claimed = w.claim(1, 9).await;
    let results: Vec<_> = claimed.iter().map(|c| sent(c, 1)).collect();
    w.record(&results).await;
    let ids: Vec<i64> = w.store.webhook_events(100).await.unwrap().into_iter().map(|e| e.id).collect();
    assert_eq!(ids.len(), 7, "six results and the end of the notice");
    let mut all = tokio::task::JoinSet::new();
    for n in 0..8 {
        let (store, ids) = (w.store.clone(), ids.clone());
        all.spawn(async move { store.pack_webhooks(&ids, &[new(id, &format!("msg_{n}"))], NOW).await.unwrap() });
    }
    let packed = all.join_all().await;
    assert_eq!(packed.iter().filter(|done| **done).count(), 1, "{packed:?}");
    assert_eq!((messages(&w, id).await.len(), events(&w).await.len()), (1, 0));
    assert!(!w.store.pack_webhooks(&ids[..1], &[new(id, "late")], NOW).await.unwrap());
    assert_eq!(messages(&w, id).await.len(), 1);
}

async fn a_message_is_sent_by_one_at_a_time(db: TestDb) {
    let w = World::new(&db).await;
    let id = endpoint(&w, ALL).await;
    let new: Vec<_> = (0..6).map(|n| new(id, &format!("msg_{n}"))).collect();
    w.store.pack_webhooks(&[], &new, NOW).await.unwrap();
    assert_eq!(w.store.claim_webhooks(id, 1, 4, NOW - 1, NOW).await.unwrap(), [], "not due");
    let mut all = tokio::task::JoinSet::new();
    for lease in 1..=8 {
        let store = w.store.clone();
        all.spawn(async move { (lease, store.claim_webhooks(id, lease, 6, NOW, NOW + 100).await.unwrap()) });
    }
    let claimed = all.join_all().await;
    let mut names: Vec<_> = claimed.iter().flat_map(|(_, due)| due.iter().map(|m| m.name.clone())).collect();
    names.sort();
    assert_eq!(names, ["msg_0", "msg_1", "msg_2", "msg_3", "msg_4", "msg_5"]);
    let (lease, due) = claimed.iter().find(|(_, due)| !due.is_empty()).unwrap();
    let first = &due[0];
    assert!(!w.store.end_webhook(first.id, lease + 100, &call(Some(200)), Fate::Taken, 0, NOW).await.unwrap());
    let again = Fate::Again(NOW + 5_000);
    assert!(w.store.end_webhook(first.id, *lease, &call(None), again, 0, NOW).await.unwrap());
    assert!(!w.store.end_webhook(first.id, *lease, &call(None), again, 0, NOW).await.unwrap(), "counted once");
    assert_eq!(w.store.claim_webhooks(id, 20, 9, NOW + 99, NOW + 200).await.unwrap(), []);
    // What is leased no longer may be taken over; what is to be tried later is not due.
    assert_eq!(w.store.claim_webhooks(id, 21, 2, NOW + 100, NOW + 200).await.unwrap().len(), 2, "only so many at once");
    assert_eq!(w.store.claim_webhooks(id, 22, 9, NOW + 100, NOW + 200).await.unwrap().len(), 3);
    let retried = w.store.claim_webhooks(id, 23, 9, NOW + 5_000, NOW + 6_000).await.unwrap();
    let retried = retried.iter().find(|m| m.id == first.id).unwrap();
    assert_eq!(retried.tries, 1);
    w.store.end_webhook(first.id, 23, &call(Some(204)), Fate::Taken, 0, NOW).await.unwrap();
    let message = messages(&w, id).await.into_iter().find(|m| m.id == first.id).unwrap();
    assert_eq!(message.state, MessageState::Taken);
    let calls: Vec<_> = message.calls.iter().map(|c| (c.number, c.status, c.fault.as_deref())).collect();
    assert_eq!(calls, [(1, None, Some("timed_out")), (2, Some(204), None)]);
    assert_eq!(message.calls[0].answer.as_deref(), Some("a\u{fffd}b"));
}

async fn a_failing_endpoint_is_switched_off_after_a_while(db: TestDb) {
    let w = World::new(&db).await;
    let id = endpoint(&w, ALL).await;
    let state = async || w.store.endpoint(id).await.unwrap().unwrap().0;
    let fail = async |now: i64, fate| {
        w.store.pack_webhooks(&[], &[new(id, "m")], now).await.unwrap();
        let due = w.store.claim_webhooks(id, now, 1, now, now + 10).await.unwrap();
        w.store.end_webhook(due[0].id, now, &call(Some(500)), fate, now - 1_000, now).await.unwrap();
    };
    fail(NOW, Fate::GivenUp).await;
    fail(NOW + 999, Fate::GivenUp).await;
    assert_eq!((state().await.failing_since, state().await.disabled), (Some(NOW), None));
    fail(NOW + 999, Fate::Taken).await;
    assert_eq!(state().await.failing_since, None, "one that is taken forgives");
    fail(NOW + 1_500, Fate::GivenUp).await;
    fail(NOW + 2_500, Fate::GivenUp).await;
    assert_eq!(state().await.disabled, Some((NOW + 2_500, DisabledWhy::Failing)));
    assert_eq!(w.store.endpoints_on().await.unwrap(), []);
    w.store.switch_endpoint(id, None, NOW + 3_000).await.unwrap();
    assert_eq!((state().await.failing_since, state().await.disabled), (None, None));
    fail(NOW + 3_000, Fate::Gone).await;
    assert_eq!(state().await.disabled, Some((NOW + 3_000, DisabledWhy::Gone)));
}

async fn a_message_is_sent_again_by_hand(db: TestDb) {
    let w = World::new(&db).await;
    let id = endpoint(&w, ALL).await;
    w.store.pack_webhooks(&[], &[new(id, "m")], NOW).await.unwrap();
    let due = w.store.claim_webhooks(id, 1, 1, NOW, NOW + 10).await.unwrap();
    w.store.end_webhook(due[0].id, 1, &call(Some(500)), Fate::GivenUp, 0, NOW).await.unwrap();
    assert_eq!(w.store.claim_webhooks(id, 2, 1, NOW + 20, NOW + 30).await.unwrap(), []);
    assert!(!w.store.resend_webhook(EndpointId(99), due[0].id, NOW).await.unwrap());
    assert!(w.store.resend_webhook(id, due[0].id, NOW + 20).await.unwrap());
    assert_eq!(w.store.claim_webhooks(id, 2, 1, NOW + 20, NOW + 30).await.unwrap().len(), 1);
}

async fn old_messages_go_and_so_does_what_belongs_to_a_removed_endpoint(db: TestDb) {
    let w = World::new(&db).await;
    let id = endpoint(&w, ALL).await;
    w.store.pack_webhooks(&[], &[new(id, "old")], NOW).await.unwrap();
    let due = w.store.claim_webhooks(id, 1, 1, NOW, NOW + 10).await.unwrap();
    w.store.end_webhook(due[0].id, 1, &call(Some(200)), Fate::Taken, 0, NOW).await.unwrap();
    for (name, at) in [("waiting", NOW), ("young", NOW + 5)] {
        w.store.pack_webhooks(&[], &[new(id, name)], at).await.unwrap();
    }
    let left = async || messages(&w, id).await.into_iter().map(|m| m.name).collect::<Vec<_>>();
    assert_eq!(w.store.prune_webhooks(NOW - 9, NOW + 1, 10).await.unwrap(), 1, "one that was taken goes sooner");
    assert_eq!(left().await, ["young", "waiting"]);
    assert_eq!(w.store.prune_webhooks(NOW + 1, NOW + 1, 10).await.unwrap(), 1);
    assert_eq!(left().await, ["young"]);
    w.willing("a").await;
    w.send(openids(&["a"])).await;
    let claimed = w.claim(1, 9).await;
    w.record(&[sent(&claimed[0], 1)]).await;
    assert_eq!(events(&w).await.len(), 2);
    assert!(w.store.delete_endpoint(id).await.unwrap());
    assert!(!w.store.delete_endpoint(id).await.unwrap());
    assert_eq!(messages(&w, id).await, []);
    w.store.prune_webhooks(NOW, NOW, 10).await.unwrap();
    assert_eq!(events(&w).await, [], "nobody is left to be told");
}

async fn whoever_comes_at_one_time_only_so_many_of_an_endpoint_are_leased(db: TestDb) {
    let w = World::new(&db).await;
    for _ in 0..5 {
        let id = endpoint(&w, ALL).await;
        let new: Vec<_> = (0..40).map(|n| new(id, &format!("msg_{n}"))).collect();
        w.store.pack_webhooks(&[], &new, NOW).await.unwrap();
        let mut all = tokio::task::JoinSet::new();
        for lease in 1..=12 {
            let store = w.store.clone();
            all.spawn(async move { store.claim_webhooks(id, lease, 4, NOW, NOW + 100).await.unwrap().len() });
        }
        assert_eq!(all.join_all().await.iter().sum::<usize>(), 4);
    }
}

async fn trouble_with_the_token_is_told_once_for_each_change_of_its_code(db: TestDb) {
    let w = World::new(&db).await;
    endpoint(&w, EventKind::Attention.bit()).await;
    let fail = async |errcode| {
        assert!(w.store.lease_token_refresh(w.mini_program, 5, None, NOW, NOW + 10).await.unwrap());
        w.store.fail_token(w.mini_program, 5, errcode, "no", NOW).await.unwrap();
    };
    for errcode in [40125, 40125, 40164, -1, own_code::NO_ANSWER, 45011, 40164] {
        fail(errcode).await;
    }
    // It was well again in between.
    assert!(w.store.lease_token_refresh(w.mini_program, 5, None, NOW, NOW + 10).await.unwrap());
    w.store.store_token(w.mini_program, 5, "sealed", NOW + 1000, NOW).await.unwrap();
    fail(40164).await;
    let found = w.store.webhook_events(9).await.unwrap();
    let told: Vec<_> = found.iter().map(|e| (e.notice, e.reason.as_deref(), e.errcode.unwrap())).collect();
    let failing = |errcode| (None, Some("token_failing"), errcode);
    assert_eq!(told, [failing(40125), failing(40164), failing(40164), failing(40164)]);
}

async fn a_secret_that_was_changed_is_kept_for_a_while(db: TestDb) {
    let w = World::new(&db).await;
    let id = endpoint(&w, ALL).await;
    let secrets = async || {
        let secrets = w.store.endpoint(id).await.unwrap().unwrap().1;
        (secrets.current, secrets.old)
    };
    assert_eq!(secrets().await, ("sealed".to_owned(), None));
    assert!(w.store.change_endpoint_secret(id, "second", NOW + 10).await.unwrap());
    assert_eq!(secrets().await, ("second".to_owned(), Some(("sealed".to_owned(), NOW + 10))));
    assert!(w.store.change_endpoint_secret(id, "third", NOW + 20).await.unwrap());
    assert_eq!(secrets().await, ("third".to_owned(), Some(("second".to_owned(), NOW + 20))));
    assert!(!w.store.change_endpoint_secret(EndpointId(99), "x", NOW).await.unwrap());
}

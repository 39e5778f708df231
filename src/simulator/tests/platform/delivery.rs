//! When pushes go out, in which order, and how often.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use simulator::{Callback, Mode};

use crate::harness::{APPID, Platform, code};
use crate::receiver::Receiver;

async fn platform(held: bool, change: impl FnOnce(Callback) -> Callback) -> (Platform, Receiver) {
    let (platform, receiver) = (Platform::start().await, Receiver::start().await);
    platform.simulator.hold_pushes(held);
    platform.simulator.set_callback(APPID, Some(change(receiver.plain()))).unwrap();
    (platform, receiver)
}

fn push(platform: &Platform, names: &[&str]) -> Vec<u64> {
    let push = |name: &&str| platform.simulator.push_event(APPID, name, "somebody").unwrap();
    names.iter().flat_map(push).collect()
}

fn names(receiver: &Receiver) -> Vec<String> {
    receiver.events().iter().map(|event| event["Event"].as_str().unwrap().to_owned()).collect()
}

/// Lets the others work until so much has come.
async fn until_came(receiver: &Receiver, n: usize) {
    let began = Instant::now();
    while receiver.all().len() < n {
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", receiver.all());
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn pushes_leave_by_themselves_in_the_order_of_one_person() {
    let (platform, receiver) = platform(false, |callback| callback).await;
    push(&platform, &["a", "b", "c", "d"]);
    until_came(&receiver, 4).await;
    push(&platform, &["e"]);
    until_came(&receiver, 5).await;
    assert_eq!(names(&receiver), ["a", "b", "c", "d", "e"]);
    assert!(platform.simulator.pending_pushes().is_empty());
}

#[tokio::test]
async fn a_flush_keeps_the_order_behind_a_push_that_is_under_way() {
    let (platform, receiver) = platform(false, |callback| callback).await;
    receiver.answer_late(Duration::from_millis(200));
    push(&platform, &["slow"]);
    until_came(&receiver, 1).await;
    platform.simulator.push_event(APPID, "of another", "other").unwrap();
    push(&platform, &["behind"]);
    assert_eq!(platform.simulator.deliver_pushes().await.len(), 2);
    assert_eq!(names(&receiver), ["slow", "of another", "behind"]);
    let log = platform.simulator.pushes(9, None);
    assert!(log.len() == 3 && log[2].event == "slow" && log.iter().all(|one| one.delivered));
}

#[tokio::test]
async fn a_receiver_that_fails_is_tried_three_times_and_then_given_up() {
    let (platform, receiver) = platform(true, |callback| callback).await;
    push(&platform, &["a"]);
    receiver.answer(500, "success");
    receiver.answer(200, "fail");
    receiver.answer(302, "");
    let last = &platform.simulator.deliver_pushes().await[0];
    assert_eq!((last.attempt, last.status, last.delivered), (3, Some(302), false));
    let log = platform.simulator.pushes(9, Some(APPID));
    let told: Vec<_> = log.iter().map(|one| (one.attempt, one.status, one.body.as_str())).collect();
    assert_eq!(told, [(3, Some(302), ""), (2, Some(200), "fail"), (1, Some(500), "success")]);
    let bodies: HashSet<String> = receiver.all().into_iter().map(|one| one.body).collect();
    assert_eq!(bodies.len(), 1, "the three attempts carry the same event");
    assert!(platform.simulator.deliver_pushes().await.is_empty());
    let counts = &platform.read("/sim/state").await["pushes"];
    assert_eq!((&counts["delivered"], &counts["failed"], &counts["pending"]), (&json!(0), &json!(1), &json!(0)));
}

#[tokio::test]
async fn an_empty_answer_counts_as_success() {
    let (platform, receiver) = platform(true, |callback| callback).await;
    push(&platform, &["a"]);
    receiver.answer(200, "");
    assert!(platform.simulator.deliver_pushes().await[0].delivered);
    assert_eq!(receiver.all().len(), 1);
}

#[tokio::test]
async fn a_receiver_that_takes_longer_than_five_seconds_is_tried_again() {
    let (platform, receiver) = platform(true, |callback| callback).await;
    push(&platform, &["a"]);
    receiver.answer_late(Duration::from_secs(20));
    let began = Instant::now();
    let pushed = &platform.simulator.deliver_pushes().await[0];
    assert!(pushed.delivered && pushed.attempt == 2);
    assert!((5..8).contains(&began.elapsed().as_secs()));
    let first = &platform.simulator.pushes(9, None)[1];
    assert_eq!((first.status, first.body.as_str()), (None, "no answer within 5000 ms"));
}

#[tokio::test]
async fn held_pushes_go_when_in_which_order_and_as_often_as_a_test_says() {
    let (platform, receiver) = platform(true, |callback| callback).await;
    let ids = push(&platform, &["a", "b", "c"]);
    let waiting: Vec<_> = platform.simulator.pending_pushes().into_iter().map(|one| (one.id, one.event)).collect();
    assert_eq!(waiting, [(ids[0], "a".to_owned()), (ids[1], "b".to_owned()), (ids[2], "c".to_owned())]);
    let third = platform.simulator.push(ids[2]).await.unwrap();
    assert!(third.delivered && !third.duplicate && third.attempt == 1);
    platform.pass_secs(3_600);
    platform.simulator.deliver_pushes_in([ids[1], ids[2], ids[0]]).await;
    let again = platform.simulator.push(ids[2]).await.unwrap();
    assert!(again.delivered && again.duplicate && again.attempt == 2);
    assert_eq!(names(&receiver), ["c", "b", "a", "c"]);
    assert!(platform.simulator.pending_pushes().is_empty());
    assert_eq!(platform.simulator.push(99).await.unwrap_err().to_string(), "no push 99");
}

#[tokio::test]
async fn a_push_by_hand_that_fails_stays_until_its_third_attempt() {
    let (platform, receiver) = platform(true, |callback| callback).await;
    let id = push(&platform, &["a"])[0];
    for (attempt, left) in [(1, 1), (2, 1), (3, 0)] {
        receiver.answer(503, "busy");
        let pushed = platform.simulator.push(id).await.unwrap();
        assert_eq!((pushed.attempt, pushed.status, pushed.body.as_str()), (attempt, Some(503), "busy"));
        assert_eq!(platform.simulator.pending_pushes().len(), left);
    }
}

#[tokio::test]
async fn pushes_that_were_held_leave_when_the_hold_ends() {
    let (platform, receiver) = platform(true, |callback| callback).await;
    push(&platform, &["a", "b"]);
    platform.simulator.hold_pushes(false);
    until_came(&receiver, 2).await;
    assert_eq!(names(&receiver), ["a", "b"]);
}

#[tokio::test]
async fn duplicates_are_the_same_event_once_more() {
    let (platform, receiver) =
        platform(true, |callback| Callback { duplicates: 2, mode: Mode::Safe, ..callback }).await;
    platform.grant("somebody", 1);
    platform.send_to("somebody").await;
    let pushed = platform.simulator.deliver_pushes().await;
    assert_eq!(pushed.iter().map(|one| one.duplicate).collect::<Vec<_>>(), [false, true, true]);
    let events = receiver.events();
    assert!(events.len() == 3 && events.iter().all(|event| *event == events[0]));
    let sealed: HashSet<String> = receiver.all().into_iter().map(|one| one.body).collect();
    assert_eq!(sealed.len(), 3, "each is encrypted anew");
}

#[tokio::test]
async fn a_shuffling_callback_changes_the_order_and_loses_nothing() {
    let many: Vec<String> = (0..40).map(|n| format!("event-{n:02}")).collect();
    let named: Vec<&str> = many.iter().map(String::as_str).collect();
    for held in [true, false] {
        let (platform, receiver) = platform(true, |callback| Callback { shuffle: true, ..callback }).await;
        push(&platform, &named);
        platform.simulator.hold_pushes(held);
        if held {
            platform.simulator.deliver_pushes().await;
        }
        until_came(&receiver, 40).await;
        let mut came = names(&receiver);
        assert_ne!(came, many, "one order of 40! is the old one");
        came.sort();
        assert_eq!(came, many);
    }
}

#[tokio::test]
async fn a_delayed_push_waits_but_can_be_hurried() {
    let (platform, receiver) = platform(false, |callback| Callback { delay_ms: 60_000, ..callback }).await;
    push(&platform, &["a"]);
    assert_eq!(platform.simulator.pending_pushes().len(), 1);
    assert!(platform.simulator.deliver_pushes().await[0].delivered);
    assert_eq!(receiver.all().len(), 1);
    let soon = Callback { delay_ms: 60, ..receiver.plain() };
    platform.simulator.set_callback(APPID, Some(soon)).unwrap();
    let began = Instant::now();
    push(&platform, &["b"]);
    until_came(&receiver, 2).await;
    assert!(began.elapsed() >= Duration::from_millis(60));
}

#[tokio::test]
async fn the_event_of_a_send_can_arrive_before_the_answer() {
    let (platform, receiver) = platform(false, |callback| Callback { sent_before_answer: true, ..callback }).await;
    platform.grant("somebody", 2);
    receiver.answer_late(Duration::from_millis(300));
    let began = Instant::now();
    assert_eq!(code(&platform.send_to("somebody").await), 0);
    assert!(began.elapsed() >= Duration::from_millis(300), "the answer waits for the receiver");
    assert_eq!(names(&receiver), ["subscribe_msg_sent_event"]);
    platform.simulator.hold_pushes(true);
    assert_eq!(code(&platform.send_to("somebody").await), 0);
    assert_eq!((receiver.all().len(), platform.simulator.pending_pushes().len()), (1, 1), "held, it only queues");
}

#[tokio::test]
async fn pushes_of_others_go_on_while_one_receiver_hangs() {
    let (platform, receiver) = platform(false, |callback| callback).await;
    receiver.answer_late(Duration::from_secs(4));
    push(&platform, &["slow"]);
    until_came(&receiver, 1).await;
    platform.simulator.push_event(APPID, "quick", "other").unwrap();
    push(&platform, &["behind"]);
    until_came(&receiver, 2).await;
    assert_eq!(names(&receiver), ["slow", "quick"], "the same person's next one waits");
}

#[tokio::test]
async fn a_url_is_verified_with_the_official_formula() {
    let (platform, receiver) = platform(true, |callback| callback).await;
    let verified = platform.simulator.verify_callback(APPID).await.unwrap();
    assert!(verified.ok && verified.status == Some(200));
    let wrong = Callback { token: "other".to_owned(), ..receiver.plain() };
    platform.simulator.set_callback(APPID, Some(wrong)).unwrap();
    let refused = platform.simulator.verify_callback(APPID).await.unwrap();
    assert_eq!((refused.ok, refused.status, refused.body.as_str()), (false, Some(403), "signature"));
    let nowhere = Callback::plain("http://127.0.0.1:1/x?secret=1", "t");
    platform.simulator.set_callback(APPID, Some(nowhere)).unwrap();
    let lost = platform.simulator.verify_callback(APPID).await.unwrap();
    assert!(!lost.ok && lost.status.is_none() && !lost.body.contains("secret"), "{lost:?}");
}

#[tokio::test]
async fn a_key_that_is_none_is_told_and_nothing_leaves() {
    let short = |callback| Callback { mode: Mode::Safe, encoding_key: "short".to_owned(), ..callback };
    let (platform, receiver) = platform(true, short).await;
    push(&platform, &["a"]);
    let pushed = &platform.simulator.deliver_pushes().await[0];
    assert_eq!(pushed.body, "encodingKey is not 43 characters of base64");
    assert!(receiver.all().is_empty());
}

#[tokio::test]
async fn callbacks_and_pushes_are_steered_over_http() {
    let (platform, receiver) = platform(true, |callback| callback).await;
    let path = format!("/sim/callback?appid={APPID}");
    let callback = json!({
        "url": receiver.url, "token": crate::receiver::TOKEN, "encodingKey": crate::receiver::KEY,
        "mode": "safe", "format": "xml", "list": "array", "duplicates": 1,
    });
    let put = platform.put(&path, &callback).await;
    assert_eq!(put.status(), 200);
    let stored = platform.read(&path).await;
    assert_eq!((&stored["mode"], &stored["format"], &stored["failRate"]), (&json!("safe"), &json!("xml"), &json!(0.0)));
    for (wrong, word) in
        [(json!({ "url": "ftp://x" }), "url"), (json!({ "url": "http://x", "mode": "safe" }), "encodingKey")]
    {
        let refused = platform.put(&path, &wrong).await;
        assert_eq!(refused.status(), 422);
        assert!(refused.text().await.unwrap().contains(word));
    }
    assert_eq!(platform.control_json("/sim/callback/verify", &json!({ "appid": APPID })).await["ok"], true);
    let order = json!({ "appid": APPID, "event": "debug_demo", "openid": "somebody" });
    assert_eq!(platform.control_json("/sim/callback/push", &order).await["events"], 2);
    let pending = platform.read("/sim/pushes/pending").await;
    let id = pending[1]["id"].clone();
    let pushed = platform.control_json("/sim/pushes/deliver", &json!({ "ids": [id] })).await;
    assert_eq!((&pushed[0]["status"], &pushed[0]["duplicate"]), (&json!(200), &json!(true)));
    let all = platform.control_json("/sim/pushes/deliver", &json!({ "all": true })).await;
    assert_eq!(all.as_array().map(Vec::len), Some(1));
    let log = platform.read(&format!("/sim/pushes?limit=1&appid={APPID}")).await;
    let fields: Vec<&String> = log[0].as_object().unwrap().keys().collect();
    for name in ["appid", "atMs", "attempt", "body", "duplicate", "durationMs", "event", "status"] {
        assert!(fields.iter().any(|field| *field == name), "{name}");
    }
    let removed = platform.put(&path, &Value::Null).await;
    assert_eq!((removed.status().as_u16(), platform.read(&path).await), (200, Value::Null));
}

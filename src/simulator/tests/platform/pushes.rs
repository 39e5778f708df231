//! The shapes of pushes.

use serde_json::{Value, json};
use simulator::{Callback, Choice, Format, ListShape, Mode, Prompt};

use crate::harness::{APPID, LONG_TERM, OTHER, Platform, TEMPLATE, code};
use crate::receiver::{Receiver, between};

const NOW: i64 = 1_750_000_000;

/// A platform with a receiver, and pushes that leave only when a test says so.
async fn platform(change: impl FnOnce(Callback) -> Callback) -> (Platform, Receiver) {
    let (platform, receiver) = (Platform::start().await, Receiver::start().await);
    platform.simulator.hold_pushes(true);
    platform.simulator.set_callback(APPID, Some(change(receiver.plain()))).unwrap();
    (platform, receiver)
}

fn tap(platform: &Platform, answers: &[(&str, Choice)]) {
    let results = answers.iter().map(|(id, choice)| ((*id).to_owned(), *choice));
    platform.simulator.answer_prompt(&Prompt::new(APPID, "somebody", results)).unwrap();
}

fn prompted(platform: &Platform) {
    tap(platform, &[(TEMPLATE, Choice::Accept), (OTHER, Choice::Reject)]);
}

#[tokio::test]
async fn every_mode_and_format_can_be_opened_and_tells_the_same() {
    for mode in [Mode::Plain, Mode::Compatible, Mode::Safe] {
        for format in [Format::Json, Format::Xml] {
            let (platform, receiver) = platform(|callback| Callback { mode, format, ..callback }).await;
            prompted(&platform);
            let pushed = platform.simulator.deliver_pushes().await;
            assert!(pushed[0].delivered && pushed[0].status == Some(200), "{mode:?} {format:?} {pushed:?}");
            let received = &receiver.all()[0];
            assert_eq!(received.query["of"], "test", "the URL's own query stays");
            assert_eq!(received.query["timestamp"], NOW.to_string());
            assert_eq!(received.is_encrypted(), mode != Mode::Plain);
            assert_eq!(received.body.contains(TEMPLATE), mode != Mode::Safe, "{mode:?} {format:?}");
            assert!(received.field("ToUserName").starts_with("gh_"), "{mode:?} {format:?}");
            let plain = received.plain();
            match format {
                Format::Json => assert_json(&serde_json::from_str(&plain).unwrap()),
                Format::Xml => assert_xml(&plain),
            }
            if mode != Mode::Plain {
                assert_eq!(received.query["openid"], "somebody");
            }
        }
    }
}

fn assert_json(event: &Value) {
    assert_eq!(event["FromUserName"], "somebody");
    assert_eq!((&event["MsgType"], &event["Event"]), (&json!("event"), &json!("subscribe_msg_popup_event")));
    assert_eq!(event["CreateTime"], NOW.to_string());
    let expected = json!([
        { "TemplateId": TEMPLATE, "SubscribeStatusString": "accept", "PopupScene": "0" },
        { "TemplateId": OTHER, "SubscribeStatusString": "reject", "PopupScene": "0" },
    ]);
    assert_eq!(event["List"], expected);
}

fn assert_xml(event: &str) {
    assert_eq!(between(event, "<FromUserName><![CDATA[", "]]>"), "somebody");
    assert_eq!(between(event, "<CreateTime>", "</CreateTime>"), NOW.to_string());
    assert_eq!(between(event, "<Event><![CDATA[", "]]>"), "subscribe_msg_popup_event");
    let lists = between(event, "<SubscribeMsgPopupEvent>", "</SubscribeMsgPopupEvent>");
    let expected = format!(
        "<List><TemplateId><![CDATA[{TEMPLATE}]]></TemplateId><SubscribeStatusString><![CDATA[accept]]>\
         </SubscribeStatusString><PopupScene>0</PopupScene></List><List><TemplateId><![CDATA[{OTHER}]]></TemplateId>\
         <SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString><PopupScene>0</PopupScene></List>"
    );
    assert_eq!(lists, expected);
}

#[tokio::test]
async fn a_list_is_an_object_or_an_array_as_the_callback_says() {
    let shapes = [
        (ListShape::Auto, "object array"),
        (ListShape::Array, "array array"),
        (ListShape::Object, "object object object"),
    ];
    for (list, expected) in shapes {
        let (platform, receiver) = platform(|callback| Callback { list, ..callback }).await;
        tap(&platform, &[(TEMPLATE, Choice::Accept)]);
        prompted(&platform);
        platform.simulator.deliver_pushes().await;
        let kind = |event: &Value| if event["List"].is_array() { "array" } else { "object" };
        let kinds: Vec<_> = receiver.events().iter().map(kind).collect();
        assert_eq!(kinds.join(" "), expected, "{list:?}");
    }
}

#[tokio::test]
async fn numbers_can_be_numbers_and_the_list_can_lie_in_its_wrapper() {
    let (platform, receiver) =
        platform(|callback| Callback { numbers_as_strings: false, wrapper: true, ..callback }).await;
    tap(&platform, &[(TEMPLATE, Choice::Accept)]);
    assert_eq!(code(&platform.send_to("somebody").await), 0);
    platform.simulator.refuse(APPID, "somebody", TEMPLATE).unwrap();
    platform.simulator.deliver_pushes().await;
    let events = receiver.events();
    assert_eq!(events[0]["SubscribeMsgPopupEvent"]["List"]["PopupScene"], 0);
    assert_eq!(events[1]["SubscribeMsgSentEvent"]["List"]["ErrorCode"], 0);
    assert!(events[1]["SubscribeMsgSentEvent"]["List"]["MsgID"].is_i64());
    assert_eq!(events[2]["SubscribeMsgChangeEvent"]["List"]["SubscribeStatusString"], "reject");
    assert_eq!(events[2]["CreateTime"], NOW);
    assert!(events.iter().all(|event| event.get("List").is_none()));
}

#[tokio::test]
async fn a_sent_event_carries_the_msgid_of_the_send_and_success() {
    let (platform, receiver) = platform(|callback| callback).await;
    platform.grant("somebody", 1);
    let msgid = platform.send_to("somebody").await["msgid"].as_i64().unwrap();
    platform.pass_secs(5);
    platform.simulator.deliver_pushes().await;
    let event = &receiver.events()[0];
    let expected =
        json!({ "TemplateId": TEMPLATE, "MsgID": msgid.to_string(), "ErrorCode": "0", "ErrorStatus": "success" });
    assert_eq!((&event["Event"], &event["List"]), (&json!("subscribe_msg_sent_event"), &expected));
    assert_eq!(event["CreateTime"], NOW.to_string(), "when it happened");
    assert_eq!(receiver.all()[0].query["timestamp"], (NOW + 5).to_string(), "when it was pushed");
}

#[tokio::test]
async fn sent_events_fail_at_the_rate_that_is_set() {
    for (fail_rate, failed) in [(1.0, true), (0.0, false)] {
        let (platform, receiver) = platform(|callback| Callback { fail_rate, ..callback }).await;
        platform.grant("somebody", 1);
        platform.send_to("somebody").await;
        platform.simulator.deliver_pushes().await;
        let item = receiver.events()[0]["List"].clone();
        assert_eq!((item["ErrorCode"] != "0", item["ErrorStatus"] != "success"), (failed, failed), "{item}");
    }
}

#[tokio::test]
async fn a_change_event_is_pushed_for_refusals_only() {
    let (platform, receiver) = platform(|callback| callback).await;
    platform.simulator.allow(APPID, "somebody", LONG_TERM).unwrap();
    platform.simulator.set_main_switch(APPID, "somebody", false).unwrap();
    assert!(platform.simulator.pending_pushes().is_empty());
    assert_eq!(platform.simulator.refuse(APPID, "somebody", TEMPLATE).unwrap(), 1);
    platform.simulator.deliver_pushes().await;
    let event = &receiver.events()[0];
    let expected = json!({ "TemplateId": TEMPLATE, "SubscribeStatusString": "reject" });
    assert_eq!((&event["Event"], &event["List"]), (&json!("subscribe_msg_change_event"), &expected));
}

#[tokio::test]
async fn an_event_that_nobody_knows_can_be_pushed() {
    let (platform, receiver) = platform(|callback| Callback { mode: Mode::Safe, ..callback }).await;
    assert_eq!(platform.simulator.push_event(APPID, "debug_demo", "somebody").unwrap().len(), 1);
    platform.simulator.deliver_pushes().await;
    let event = &receiver.events()[0];
    assert_eq!((&event["Event"], &event["debug_str"]), (&json!("debug_demo"), &json!("hello world")));
}

#[tokio::test]
async fn nothing_is_pushed_without_a_callback() {
    let platform = Platform::start().await;
    platform.grant("somebody", 1);
    platform.send_to("somebody").await;
    tap(&platform, &[(TEMPLATE, Choice::Accept)]);
    let unset = Some(Callback::plain("", "x"));
    platform.simulator.set_callback(APPID, unset).unwrap();
    assert_eq!(platform.simulator.refuse(APPID, "somebody", TEMPLATE).unwrap(), 0);
    assert!(platform.simulator.pending_pushes().is_empty() && platform.simulator.pushes(9, None).is_empty());
}

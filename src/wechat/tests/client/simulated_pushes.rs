//! What the simulator pushes, in every shape, is what our callback reads.

use model::callback::{AnswerItem, EventBody, SentItem};
use model::grant::Answer;
use model::mini_program::CallbackMode;
use simulator::{Callback, Choice, Format, ListShape, Mode, Prompt, Simulator};
use tokio::sync::mpsc::UnboundedReceiver;
use url::form_urlencoded;
use wechat::callback::{CallbackKeys, CallbackQuery, CallbackRefusal, Received, receive, verifies};

use crate::raw::{answer, serve};
use crate::simulated::{start, token};
use crate::support::{APPID, TEMPLATE, send};

const TOKEN: &str = "tokenOfTheCallback";
const KEY: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJK012345";

fn keys(mode: CallbackMode) -> CallbackKeys {
    CallbackKeys { appid: APPID.to_owned(), token: TOKEN.into(), encoding_key: Some(KEY.into()), mode }
}

fn query(request: &str) -> CallbackQuery {
    let target = request.split(' ').nth(1).unwrap();
    let mut query = CallbackQuery::default();
    for (name, value) in form_urlencoded::parse(target.split_once('?').unwrap().1.as_bytes()) {
        let field = match &*name {
            "signature" => &mut query.signature,
            "msg_signature" => &mut query.msg_signature,
            "timestamp" => &mut query.timestamp,
            "nonce" => &mut query.nonce,
            "echostr" => &mut query.echostr,
            "encrypt_type" => &mut query.encrypt_type,
            _ => continue,
        };
        *field = value.into_owned();
    }
    query
}

fn take(mode: CallbackMode, request: &str) -> Result<Received, CallbackRefusal> {
    let query = query(request);
    let now = query.timestamp.parse::<i64>().unwrap() * 1000;
    receive(&keys(mode), &query, request.split_once("\r\n\r\n").unwrap().1.as_bytes(), now)
}

/// Pushes what waits.
async fn pushed(simulator: &Simulator, requests: &mut UnboundedReceiver<String>) -> Vec<String> {
    simulator.deliver_pushes().await;
    let mut all = Vec::new();
    while let Ok(request) = requests.try_recv() {
        all.push(request);
    }
    all
}

fn ours(mode: Mode) -> CallbackMode {
    match mode {
        Mode::Plain => CallbackMode::Plain,
        Mode::Compatible => CallbackMode::Compatible,
        Mode::Safe => CallbackMode::Safe,
    }
}

/// Somebody accepts one template and refuses another, gets a message, and refuses the rest in the settings.
async fn told(callback: impl FnOnce(Callback) -> Callback) -> Vec<EventBody> {
    let (simulator, client) = start().await;
    simulator.hold_pushes(true);
    let (base, mut requests) = serve(answer("200 OK", "", "success")).await;
    let other = simulator::Template::one_time("template-two", "下课提醒", "课程:{{thing1.DATA}}");
    simulator.add_template(APPID, other).unwrap();
    let callback = callback(Callback::safe(format!("{base}/wechat?a=1"), TOKEN, KEY));
    let mode = ours(callback.mode);
    simulator.set_callback(APPID, Some(callback)).unwrap();
    let answers = [(TEMPLATE.to_owned(), Choice::Accept), ("template-two".to_owned(), Choice::Reject)];
    simulator.answer_prompt(&Prompt::new(APPID, "somebody", answers)).unwrap();
    let msgid = send(&client, &token(&client).await, "somebody").await.unwrap().msgid;
    simulator.refuse(APPID, "somebody", TEMPLATE).unwrap();
    let requests = pushed(&simulator, &mut requests).await;
    let received: Vec<_> = requests.iter().map(|request| take(mode, request).unwrap()).collect();
    assert!(received.iter().all(|one| one.event.openid == "somebody" && one.event.happened_at > 0), "{received:?}");
    let bodies: Vec<_> = received.into_iter().map(|one| one.event.body).collect();
    assert!(bodies.iter().any(|body| matches!(body, EventBody::Sent(items) if items[0].msgid == msgid)), "{bodies:?}");
    bodies
}

fn item(id: &str, answer: Answer) -> AnswerItem {
    AnswerItem { pri_tmpl_id: id.to_owned(), answer }
}

fn assert_told(bodies: &[EventBody]) {
    let [popup @ .., EventBody::Sent(sent), change] = bodies else { panic!("{bodies:?}") };
    let answers: Vec<_> = popup
        .iter()
        .flat_map(|body| match body {
            EventBody::Popup(items) => items.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(answers, [item(TEMPLATE, Answer::Accept), item("template-two", Answer::Reject)]);
    let SentItem { pri_tmpl_id, errcode, status, .. } = &sent[0];
    assert_eq!((pri_tmpl_id.as_str(), *errcode, status.as_str(), sent.len()), (TEMPLATE, 0, "success", 1));
    assert_eq!(*change, EventBody::Change(vec![item(TEMPLATE, Answer::Reject)]));
}

#[tokio::test]
async fn every_mode_and_format_is_read() {
    for mode in [Mode::Plain, Mode::Compatible, Mode::Safe] {
        for format in [Format::Json, Format::Xml] {
            assert_told(&told(|callback| Callback { mode, format, ..callback }).await);
        }
    }
}

#[tokio::test]
async fn every_shape_of_lists_and_numbers_is_read() {
    for list in [ListShape::Auto, ListShape::Array, ListShape::Object] {
        for (wrapper, numbers_as_strings) in [(false, false), (true, false), (false, true), (true, true)] {
            assert_told(&told(|callback| Callback { list, wrapper, numbers_as_strings, ..callback }).await);
        }
    }
}

#[tokio::test]
async fn repeated_pushes_have_one_digest_in_every_mode() {
    for mode in [Mode::Plain, Mode::Compatible, Mode::Safe] {
        let (simulator, _client) = start().await;
        simulator.hold_pushes(true);
        // Not taken: the push comes three times, and once more as a duplicate, three times.
        let (base, mut requests) = serve(answer("500 Internal Server Error", "", "")).await;
        let callback = Callback { mode, duplicates: 1, ..Callback::safe(base, TOKEN, KEY) };
        simulator.set_callback(APPID, Some(callback)).unwrap();
        simulator.push_event(APPID, "debug_demo", "somebody").unwrap();
        let requests = pushed(&simulator, &mut requests).await;
        assert_eq!(requests.len(), 6);
        let digest = |request: &String| take(ours(mode), request).unwrap().digest;
        let first = digest(&requests[0]);
        assert!(requests.iter().all(|request| digest(request) == first), "{mode:?}");
    }
}

#[tokio::test]
async fn a_mode_that_does_not_fit_is_told() {
    for (theirs, ours, wanted) in [
        (Mode::Plain, CallbackMode::Safe, Some(CallbackRefusal::Plaintext)),
        (Mode::Safe, CallbackMode::Plain, Some(CallbackRefusal::Undecipherable)),
        (Mode::Compatible, CallbackMode::Safe, None),
        (Mode::Compatible, CallbackMode::Plain, None),
        (Mode::Safe, CallbackMode::Compatible, None),
        (Mode::Plain, CallbackMode::Compatible, None),
    ] {
        let (simulator, _client) = start().await;
        simulator.hold_pushes(true);
        let (base, mut requests) = serve(answer("200 OK", "", "success")).await;
        simulator.set_callback(APPID, Some(Callback { mode: theirs, ..Callback::safe(base, TOKEN, KEY) })).unwrap();
        simulator.push_event(APPID, "debug_demo", "somebody").unwrap();
        let requests = pushed(&simulator, &mut requests).await;
        assert_eq!(take(ours, &requests[0]).err(), wanted, "{theirs:?} {ours:?}");
    }
}

#[tokio::test]
async fn the_verification_is_answered() {
    let (simulator, _client) = start().await;
    let (base, mut requests) = serve(answer("200 OK", "", "no echo")).await;
    simulator.set_callback(APPID, Some(Callback::safe(base, TOKEN, KEY))).unwrap();
    let verified = simulator.verify_callback(APPID).await.unwrap();
    let request = requests.recv().await.unwrap();
    assert!(request.starts_with("GET ") && !query(&request).echostr.is_empty(), "{request} {verified:?}");
    assert!(verifies(&keys(CallbackMode::Safe), &query(&request)));
}

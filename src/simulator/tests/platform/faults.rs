use std::time::{Duration, Instant};

use serde_json::json;
use simulator::{Action, Fault, Match};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::{Platform, SEND, code, message, text};

/// What stands on the wire until the connection is closed; a reset counts as a close.
async fn raw_send(platform: &Platform, openid: &str) -> Vec<u8> {
    let (token, body) = (platform.token().await, message(openid).to_string());
    let mut stream = TcpStream::connect(platform.address).await.unwrap();
    let head =
        format!("POST {SEND}?access_token={token} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "the connection is closed");
    answer
}

#[tokio::test]
async fn a_connection_dropped_before_has_no_answer_and_no_effect() {
    let platform = Platform::start().await;
    platform.grant("somebody", 1);
    platform.simulator.script([Fault::new(Match::sends().first(1), Action::DropBefore)]);
    assert_eq!(raw_send(&platform, "somebody").await, b"");
    assert_eq!(platform.simulator.sent_count("somebody"), 0);
    let call = &platform.simulator.calls(1, Some(SEND))[0];
    assert!(!call.read && !call.accepted && !call.answered && call.errcode.is_none());
    assert_eq!(code(&platform.send_to("somebody").await), 0);
}

#[tokio::test]
async fn a_connection_dropped_after_has_no_answer_but_the_send_counts() {
    let platform = Platform::start().await;
    platform.grant("somebody", 1);
    platform.simulator.script([Fault::new(Match::sends().openid("somebody"), Action::DropAfter)]);
    assert_eq!(raw_send(&platform, "somebody").await, b"");
    assert_eq!(platform.simulator.sent_count("somebody"), 1);
    let call = &platform.simulator.calls(1, Some(SEND))[0];
    assert!(call.read && call.accepted && !call.answered && call.errcode == Some(0));
}

#[tokio::test]
async fn a_client_sees_a_dropped_connection_as_an_error_and_not_as_an_answer() {
    let platform = Platform::start().await;
    platform.simulator.script([Fault::new(Match::sends(), Action::DropBefore)]);
    let sent = platform.http.post(platform.url(SEND)).body("{}").send().await;
    assert!(sent.is_err_and(|error| error.is_request() && !error.is_timeout() && !error.is_connect()));
}

#[tokio::test]
async fn the_first_calls_the_nth_call_and_one_person_can_be_picked() {
    let platform = Platform::start().await;
    platform.grant("a", 9);
    platform.grant("b", 9);
    platform.simulator.script([
        Fault::new(Match::sends().openid("a").first(2), Action::errcode(-1)),
        Fault::new(Match::sends().openid("b").nth(2), Action::errcode(45011)),
    ]);
    let mut codes = Vec::new();
    for openid in ["a", "b", "a", "b", "a", "b"] {
        codes.push(code(&platform.send_to(openid).await));
    }
    assert_eq!(codes, [-1, 0, -1, 45011, 0, 0]);
    assert_eq!(platform.simulator.send_summary().accepted, 3);
}

#[tokio::test]
async fn chance_is_repeatable_by_its_seed() {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let platform = Platform::start().await;
        platform.grant("a", 99);
        let matching = Match { probability: Some(0.5), seed, ..Match::sends() };
        platform.simulator.script([Fault::new(matching, Action::errcode(-1))]);
        let mut codes = Vec::new();
        for _ in 0..24 {
            codes.push(code(&platform.send_to("a").await));
        }
        assert!(codes.contains(&0) && codes.contains(&-1));
        runs.push(codes);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test]
async fn faults_can_be_scripted_and_ended_over_http() {
    let platform = Platform::start().await;
    platform.grant("a", 9);
    let script = json!([
        { "match": { "path": SEND }, "action": { "kind": "delay", "ms": 80 } },
        { "match": { "path": SEND, "nth": 1 }, "action": { "kind": "errcode", "errcode": 45009, "errmsg": "enough" } },
        { "match": { "path": SEND, "nth": 1 }, "action": { "kind": "html" } },
        { "match": { "path": SEND, "nth": 1 }, "action": { "kind": "status", "status": 429, "retryAfterSecs": 3 } },
        { "match": { "path": SEND, "nth": 1 }, "action": { "kind": "empty" } },
        { "match": { "path": SEND, "nth": 1 }, "action": { "kind": "truncated", "accept": true } },
        { "match": { "path": SEND, "nth": 1 }, "action": { "kind": "body", "body": "{\"errcode\":\"0\"}" } },
    ]);
    platform.control("/sim/faults", &script).await;
    let token = platform.token().await;
    let call = async || {
        let url = platform.url(&format!("{SEND}?access_token={token}"));
        platform.http.post(url).body(message("a").to_string()).send().await.unwrap()
    };
    let began = Instant::now();
    assert!(call().await.text().await.unwrap().contains("\"enough rid: "));
    assert!(began.elapsed() >= Duration::from_millis(80));
    let html = call().await;
    assert_eq!((html.status().as_u16(), &html.headers()["content-type"]), (502, &"text/html".parse().unwrap()));
    let busy = call().await;
    assert_eq!((busy.status().as_u16(), &busy.headers()["retry-after"]), (429, &"3".parse().unwrap()));
    assert_eq!(call().await.text().await.unwrap(), "");
    assert_eq!(platform.simulator.sent_count("a"), 0);
    assert_eq!(call().await.text().await.unwrap(), r#"{"errcode":0,"errmsg":"ok","#);
    assert_eq!(platform.simulator.sent_count("a"), 1);
    assert_eq!(call().await.text().await.unwrap(), r#"{"errcode":"0"}"#);
    let mut calls = platform.simulator.calls(6, Some(SEND));
    calls.reverse();
    // An error code is an answer, whoever made it up; all the others leave the caller in doubt.
    assert_eq!(calls.iter().map(|call| call.spoilt).collect::<Vec<_>>(), [false, true, true, true, true, true]);
    assert!(calls.iter().all(|call| call.answered));
    platform.http.delete(platform.url("/sim/faults")).send().await.unwrap();
    assert_eq!(text(&platform.send_to("a").await), "ok");
}

#[tokio::test]
async fn a_hanging_call_ends_with_its_client_and_frees_the_person() {
    let platform = Platform::start().await;
    platform.grant("a", 2);
    platform.simulator.script([Fault::new(Match::sends().first(1), Action::Hang { accept: true })]);
    let token = platform.token().await;
    let url = platform.url(&format!("{SEND}?access_token={token}"));
    let body = message("a").to_string();
    let hung = platform.http.post(url).body(body).timeout(Duration::from_millis(200)).send().await;
    assert!(hung.is_err_and(|error| error.is_timeout()));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(code(&platform.send_as(&token, &message("a")).await), 0);
    assert_eq!(platform.simulator.sent_count("a"), 2);
    assert!(!platform.simulator.calls(2, Some(SEND))[1].answered);
}

#[tokio::test]
async fn a_stopping_server_lets_hanging_calls_go() {
    let platform = Platform::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(platform.simulator.clone().serve(listener, async move { drop(stopped.await) }));
    platform.simulator.script([Fault::new(Match::sends(), Action::Hang { accept: false })]);
    let call = tokio::spawn(platform.http.post(format!("http://{address}{SEND}")).body("{}").send());
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.send(()).unwrap();
    assert!(tokio::time::timeout(Duration::from_secs(4), call).await.unwrap().unwrap().is_err());
    tokio::time::timeout(Duration::from_secs(4), server).await.unwrap().unwrap().unwrap();
}

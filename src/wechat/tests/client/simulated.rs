use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::value::RawValue;
use simulator::{Account, Action, Fault, Match, Simulator, Template};
use tokio::net::TcpListener;
use wechat::{CallError, Client, Data, PlatformError, SendRequest, UnknownCause};

use crate::support::{APPID, SECRET, TEMPLATE, client, credentials, send, send_values, values};

pub async fn start() -> (Simulator, Client) {
    let simulator = Simulator::new();
    simulator.add_account(Account::new(APPID, SECRET));
    let content = "课程:{{thing1.DATA}}\n时间:{{time2.DATA}}";
    simulator.add_template(APPID, Template::one_time(TEMPLATE, "上课提醒", content)).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(simulator.clone().serve(listener, std::future::pending()));
    (simulator, client(&base))
}

pub async fn token(client: &Client) -> SecretString {
    client.stable_token(&credentials(), false).await.unwrap().access_token
}

pub fn platform(error: CallError) -> PlatformError {
    match error {
        CallError::Platform(error) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_token_is_fetched_and_a_message_sent() {
    let (simulator, client) = start().await;
    simulator.grant(APPID, "somebody", TEMPLATE, 1).unwrap();
    let token = client.stable_token(&credentials(), false).await.unwrap();
    assert!(token.expires_in_secs > 7_100);
    let accepted = send(&client, &token.access_token, "somebody").await.unwrap();
    assert!(accepted.msgid.is_some_and(|id| id > 1 << 53));
    assert_eq!(simulator.sent_count("somebody"), 1);
}

#[tokio::test]
async fn values_may_come_ready_made() {
    let (simulator, client) = start().await;
    simulator.grant(APPID, "somebody", TEMPLATE, 1).unwrap();
    let ready = r#"{"thing1":{"value":"语文"},"time2":{"value":"15:01"}}"#.to_owned();
    let raw = RawValue::from_string(ready).unwrap();
    let request = SendRequest {
        touser: "somebody",
        template_id: TEMPLATE,
        page: None,
        miniprogram_state: "formal",
        lang: "zh_CN",
        data: Data::Raw(&raw),
    };
    assert!(client.sender(&token(&client).await).send(&request).await.is_ok());
}

#[tokio::test]
async fn both_kinds_of_token_are_fetched() {
    let (_simulator, client) = start().await;
    let stable = token(&client).await;
    assert_eq!(token(&client).await.expose_secret(), stable.expose_secret());
    let forced = client.stable_token(&credentials(), true).await.unwrap().access_token;
    assert_ne!(forced.expose_secret(), stable.expose_secret());
    let classic = client.classic_token(&credentials()).await.unwrap().access_token;
    assert_ne!(classic.expose_secret(), forced.expose_secret());
}

#[tokio::test]
async fn a_refused_send_tells_code_request_id_and_field() {
    let (simulator, client) = start().await;
    let token = token(&client).await;
    simulator.add_subscriber(APPID, "somebody").unwrap();
    let refused = platform(send(&client, &token, "somebody").await.unwrap_err());
    assert_eq!((refused.errcode, refused.errmsg.as_str()), (43101, "user refuse to accept the msg"));
    assert!(refused.rid.is_some());
    simulator.grant(APPID, "somebody", TEMPLATE, 1).unwrap();
    let mut wrong = values();
    wrong.insert("time2".to_owned(), "soon".to_owned());
    let refused = platform(send_values(&client, &token, "somebody", &wrong).await.unwrap_err());
    assert_eq!((refused.errcode, refused.field_at_fault()), (47003, Some("time2")));
    let refused = platform(send(&client, &"garbage".into(), "somebody").await.unwrap_err());
    assert_eq!(refused.errcode, 40014);
}

#[tokio::test]
async fn an_address_off_the_whitelist_is_known_from_the_refusal() {
    let (simulator, client) = start().await;
    simulator.add_account(Account { ip_allowed: false, ..Account::new(APPID, SECRET) });
    let refused = platform(client.stable_token(&credentials(), false).await.unwrap_err());
    assert_eq!(refused.errcode, 40164);
    assert_eq!(refused.whitelist_ip().map(|ip| ip.to_string()).as_deref(), Some("127.0.0.1"));
}

#[tokio::test]
async fn a_login_code_gives_its_person_once() {
    let (simulator, client) = start().await;
    simulator.add_code(APPID, "a b&c", "somebody", Some("union".to_owned()));
    let session = client.code_to_session(&credentials(), "a b&c").await.unwrap();
    assert_eq!((session.openid.as_str(), session.unionid.as_deref()), ("somebody", Some("union")));
    let again = platform(client.code_to_session(&credentials(), "a b&c").await.unwrap_err());
    assert_eq!(again.errcode, 40163);
}

#[tokio::test]
async fn what_a_send_came_to_in_doubt_may_be_yes_or_no() {
    let (simulator, client) = start().await;
    let token = token(&client).await;
    let faults = [
        (Action::DropBefore, UnknownCause::Broken, 0),
        (Action::DropAfter, UnknownCause::Broken, 1),
        (Action::Hang { accept: true }, UnknownCause::Timeout, 1),
        (Action::Html { status: 502, accept: true }, UnknownCause::Status(502), 1),
        (Action::Empty { accept: true }, UnknownCause::Empty, 1),
        (Action::Truncated { accept: true }, UnknownCause::NotJson, 1),
    ];
    for (number, (action, wanted, sent)) in faults.into_iter().enumerate() {
        let openid = format!("somebody-{number}");
        simulator.grant(APPID, &openid, TEMPLATE, 9).unwrap();
        simulator.script([Fault::new(Match::sends(), action)]);
        match send(&client, &token, &openid).await.unwrap_err() {
            CallError::Unknown { cause, .. } => assert_eq!(cause, wanted),
            other => panic!("{other:?}"),
        }
        assert_eq!(simulator.sent_count(&openid), sent, "{wanted}");
        simulator.clear_faults();
    }
}

#[tokio::test]
async fn two_thousand_sends_over_a_few_connections_arrive_once_each() {
    let (simulator, client) = start().await;
    let token = token(&client).await;
    let workers = (0..16).map(|worker| {
        let (simulator, client, token) = (simulator.clone(), client.clone(), token.clone());
        tokio::spawn(async move {
            for number in 0..125 {
                let openid = format!("somebody-{worker}-{number}");
                simulator.grant(APPID, &openid, TEMPLATE, 2).unwrap();
                send(&client, &token, &openid).await.unwrap();
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        tokio::time::timeout(Duration::from_secs(60), worker).await.unwrap().unwrap();
    }
    let summary = simulator.send_summary();
    assert_eq!((summary.accepted, summary.max_per_openid, summary.repeats.len()), (2_000, 1, 0));
}

use serde_json::{Value, json};
use simulator::{Account, Settings, Template};

use crate::harness::{APPID, LONG_TERM, Platform, SECRET, SEND, TEMPLATE, code, message, text};

fn with(mut body: Value, key: &str, value: Value) -> Value {
    body[key] = value;
    body
}

#[tokio::test]
async fn one_grant_is_good_for_one_send() {
    let platform = Platform::start().await;
    platform.grant("somebody", 2);
    assert_eq!(code(&platform.send_to("somebody").await), 0);
    assert_eq!(code(&platform.send_to("somebody").await), 0);
    assert_eq!(code(&platform.send_to("somebody").await), 43101);
    assert_eq!(platform.simulator.sent_count("somebody"), 2);
}

#[tokio::test]
async fn a_long_term_grant_stays() {
    let platform = Platform::start().await;
    platform.simulator.grant(APPID, "somebody", LONG_TERM, 1).unwrap();
    let body = with(message("somebody"), "template_id", json!(LONG_TERM));
    for _ in 0..3 {
        assert_eq!(code(&platform.send(&body).await), 0);
    }
    assert_eq!(platform.simulator.balance(APPID, "somebody", LONG_TERM).unwrap(), 1);
}

#[tokio::test]
async fn an_accepted_send_carries_an_id_above_2_to_the_53_unless_switched_off() {
    let platform = Platform::start().await;
    platform.grant("somebody", 2);
    let accepted = platform.send_to("somebody").await;
    assert_eq!(text(&accepted), "ok");
    assert!(accepted["msgid"].as_i64().unwrap() > 1 << 53);
    platform.simulator.configure(Settings { msgid: false, ..Settings::default() });
    assert!(platform.send_to("somebody").await.get("msgid").is_none());
}

#[tokio::test]
async fn an_openid_of_another_account_and_a_malformed_one_are_refused_with_40003() {
    let platform = Platform::start().await;
    let (foreign, stranger) = (simulator::demo_openid("wx2", "a"), simulator::demo_openid(APPID, "b"));
    platform.simulator.add_account(Account::new("wx2", "x"));
    platform.simulator.add_subscriber("wx2", &foreign).unwrap();
    assert_eq!(code(&platform.send_to(&foreign).await), 40003);
    assert_eq!(code(&platform.send_to("short").await), 40003);
    assert_eq!(code(&platform.send_to(&stranger).await), 43101);
    platform.simulator.add_account(Account { known_openids_only: true, ..Account::new(APPID, SECRET) });
    assert_eq!(code(&platform.send_to(&stranger).await), 40003);
}

#[tokio::test]
async fn the_checks_come_in_the_platforms_order() {
    let platform = Platform::start().await;
    let pages = Some(vec!["pages/index".to_owned()]);
    platform.simulator.add_account(Account { pages, ..Account::new(APPID, SECRET) });
    platform.simulator.add_subscriber(APPID, "somebody").unwrap();
    let all_wrong = json!({ "touser": "x", "template_id": "y", "data": "z", "page": "nowhere" });
    assert_eq!(code(&platform.send_as("garbage", &all_wrong).await), 40014);
    assert_eq!(code(&platform.send(&all_wrong).await), 40003);
    let body = with(all_wrong, "touser", json!("somebody"));
    assert_eq!(code(&platform.send(&body).await), 40037);
    let body = with(body, "template_id", json!(TEMPLATE));
    assert_eq!(code(&platform.send(&body).await), 43101);
    platform.grant("somebody", 1);
    let refused = platform.send(&body).await;
    assert_eq!(code(&refused), 47003);
    assert!(text(&refused).starts_with("argument invalid! data.thing1.value is empty rid: "), "{refused}");
    let body = with(body, "data", message("")["data"].clone());
    assert_eq!(code(&platform.send(&body).await), 41030);
    let body = with(body, "page", json!("pages/index?id=1"));
    assert_eq!(code(&platform.send(&body).await), 0);
}

#[tokio::test]
async fn refused_values_are_named_and_cost_no_grant() {
    let platform = Platform::start().await;
    platform.grant("somebody", 1);
    let cases = [
        (json!({ "thing1": { "value": "语文" } }), 47003, "data.time2.value is empty"),
        (json!({ "thing1": { "value": "" }, "time2": { "value": "15:01" } }), 47003, "data.thing1.value is empty"),
        (json!({ "thing1": { "value": "x" }, "time2": { "value": "soon" } }), 47003, "data.time2.value invalid"),
        (json!({ "thing1": { "value": "a\nb" }, "time2": { "value": "15:01" } }), 47003, "data.thing1.value invalid"),
        (json!({ "thing1\t": { "value": "x" }, "time2": { "value": "15:01" } }), 47003, "data.thing1.value is empty"),
        (json!({ "thing1": { "value": "敏感词" }, "time2": { "value": "15:01" } }), 45168, "sensitive"),
    ];
    for (data, errcode, words) in cases {
        let refused = platform.send(&with(message("somebody"), "data", data)).await;
        assert_eq!(code(&refused), errcode, "{refused}");
        assert!(text(&refused).contains(words), "{refused}");
    }
    assert_eq!(platform.simulator.balance(APPID, "somebody", TEMPLATE).unwrap(), 1);
    let numbers = json!({ "thing1": { "value": 1 }, "time2": { "value": "15:01" } });
    assert_eq!(code(&platform.send(&with(message("somebody"), "data", numbers)).await), 0);
}

#[tokio::test]
async fn bodies_that_are_no_json_object_are_refused() {
    let platform = Platform::start().await;
    let url = platform.url(&format!("{SEND}?access_token={}", platform.token().await));
    for (body, errcode) in [("", 44002), ("{", 47001), ("[]", 47001), (r#"{"touser":1}"#, 47001)] {
        let answer = platform.http.post(&url).header("content-length", body.len()).body(body).send().await.unwrap();
        let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert_eq!(code(&answer), errcode, "{body}");
    }
}

#[tokio::test]
async fn a_chunked_body_is_refused_with_412() {
    let platform = Platform::start().await;
    let chunks = futures::stream::iter([Ok::<_, std::io::Error>("{}")]);
    let body = reqwest::Body::wrap_stream(chunks);
    assert_eq!(platform.http.post(platform.url(SEND)).body(body).send().await.unwrap().status(), 412);
}

#[tokio::test]
async fn two_sends_to_one_person_that_overlap_end_in_43108_for_the_second() {
    let platform = Platform::start().await;
    platform.grant("somebody", 2);
    platform.grant("other", 1);
    platform.simulator.configure(Settings { latency_ms: 150, ..Settings::default() });
    let (first, second, other) =
        tokio::join!(platform.send_to("somebody"), platform.send_to("somebody"), platform.send_to("other"));
    let mut codes = [code(&first), code(&second)];
    codes.sort_unstable();
    assert_eq!((codes, code(&other)), ([0, 43108], 0));
    assert_eq!(code(&platform.send_to("somebody").await), 0, "one after the other is fine");
}

#[tokio::test]
async fn a_used_up_quota_is_45009_until_it_is_reset_or_the_day_ends() {
    let platform = Platform::start().await;
    platform.simulator.add_account(Account { daily_sends: 2, ..Account::new(APPID, SECRET) });
    platform.grant("somebody", 9);
    let send = async || code(&platform.send_to("somebody").await);
    assert_eq!((send().await, send().await, send().await), (0, 0, 45009));
    let path = |name: &str, token: &str| format!("/cgi-bin/{name}?access_token={token}");
    let token = platform.token().await;
    let quota = platform.post(&path("openapi/quota/get", &token), &json!({ "cgi_path": SEND })).await;
    assert_eq!(quota["quota"], json!({ "daily_limit": 2, "used": 2, "remain": 0 }));
    let mut resets = Vec::new();
    for _ in 0..11 {
        resets.push(code(&platform.post(&path("clear_quota", &token), &json!({ "appid": APPID })).await));
    }
    assert_eq!(resets[..10], [0; 10]);
    assert_eq!(resets[10], 48006);
    assert_eq!((send().await, send().await, send().await), (0, 0, 45009));
    platform.pass_secs(86_400);
    assert_eq!(send().await, 0);
}

#[tokio::test]
async fn an_unauthorised_account_and_a_banned_template_are_refused() {
    let platform = Platform::start().await;
    platform.grant("somebody", 1);
    platform.simulator.add_account(Account { authorized: false, ..Account::new(APPID, SECRET) });
    assert_eq!(code(&platform.send_to("somebody").await), 48001);
    platform.simulator.add_account(Account::new(APPID, SECRET));
    let banned = Template { banned: true, ..Template::one_time(TEMPLATE, "x", "") };
    platform.simulator.add_template(APPID, banned).unwrap();
    assert_eq!(code(&platform.send_to("somebody").await), 43107);
}

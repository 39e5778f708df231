use serde_json::json;
use simulator::Settings;

use crate::harness::{APPID, Platform, SEND, TEMPLATE, code, message};

#[tokio::test]
async fn an_account_can_be_set_up_over_http() {
    let platform = Platform::start().await;
    platform.control("/sim/accounts", &json!({ "appid": "wx2", "secret": "s2" })).await;
    platform
        .control(
            "/sim/templates",
            &json!([{ "appid": "wx2", "id": "t2", "title": "x", "content": "a:{{thing1.DATA}}" }]),
        )
        .await;
    platform.control("/sim/grants", &json!([{ "appid": "wx2", "openid": "o", "templateId": "t2", "count": 3 }])).await;
    platform.control("/sim/grants", &json!({ "appid": "wx2", "openid": "o", "templateId": "t2" })).await;
    platform.control("/sim/codes", &json!({ "appid": "wx2", "code": "c", "openid": "o" })).await;
    platform.control("/sim/settings", &json!({ "latencyMs": 1 })).await;
    assert_eq!(platform.read("/sim/grants?appid=wx2&openid=o&templateId=t2").await["count"], 4);
    assert_eq!(platform.read("/sim/templates?appid=wx2").await[0]["content"], "a:{{thing1.DATA}}");
    assert_eq!(platform.read("/sim/accounts").await.as_array().unwrap().len(), 2);
    let query = "grant_type=client_credential&appid=wx2&secret=s2";
    let token = platform.get(&format!("/cgi-bin/token?{query}")).await["access_token"].as_str().unwrap().to_owned();
    let body = json!({ "touser": "o", "template_id": "t2", "data": { "thing1": { "value": "1" } } });
    assert_eq!(code(&platform.send_as(&token, &body).await), 0);
}

#[tokio::test]
async fn grants_for_an_unknown_account_are_refused() {
    let platform = Platform::start().await;
    let body = json!([{ "appid": "wx9", "openid": "o", "templateId": "t" }]).to_string();
    let request = platform.http.post(platform.url("/sim/grants")).header("content-type", "application/json");
    assert_eq!(request.body(body).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_rotated_secret_ends_the_old_one_and_its_tokens() {
    let platform = Platform::start().await;
    let token = platform.token().await;
    platform.control("/sim/rotate-secret", &json!({ "appid": APPID })).await;
    assert_eq!(code(&platform.stable(false).await), 40125);
    assert_eq!(code(&platform.send_as(&token, &message("a")).await), 40001);
}

#[tokio::test]
async fn the_summary_names_what_was_accepted_twice() {
    let platform = Platform::start().await;
    platform.grant("a", 9);
    platform.grant("b", 9);
    let mut other = message("a");
    other["data"]["thing1"]["value"] = json!("数学");
    for body in [message("a"), other, message("b"), message("b")] {
        assert_eq!(code(&platform.send(&body).await), 0);
    }
    let summary = platform.read("/sim/sends/summary").await;
    assert_eq!((&summary["accepted"], &summary["maxPerOpenid"]), (&json!(4), &json!(2)));
    let repeats = summary["repeats"].as_array().unwrap();
    assert_eq!(repeats.len(), 1, "{summary}");
    assert_eq!((&repeats[0]["openid"], &repeats[0]["times"]), (&json!("b"), &json!(2)));
    assert_eq!(repeats[0]["templateId"], TEMPLATE);
}

#[tokio::test]
async fn the_log_tells_what_came_and_keeps_no_more_than_it_may() {
    let platform = Platform::start().await;
    platform.grant("a", 1);
    platform.send_to("a").await;
    let log = platform.read(&format!("/sim/calls?limit=5&path={SEND}")).await;
    let call = &log["calls"][0];
    assert_eq!((&call["openid"], &call["templateId"]), (&json!("a"), &json!(TEMPLATE)));
    assert_eq!((&call["errcode"], &call["accepted"], &call["read"]), (&json!(0), &json!(true), &json!(true)));
    assert_eq!(call["timeMs"], 1_750_000_000_000_i64);
    platform.simulator.configure(Settings { log_capacity: 3, ..Settings::default() });
    for _ in 0..5 {
        platform.send_to("a").await;
    }
    assert_eq!(platform.simulator.calls(100, None).len(), 3);
    assert_eq!(platform.simulator.call_count(), 12);
    platform.simulator.clear_log();
    assert_eq!((platform.simulator.call_count(), platform.simulator.sent_count("a")), (0, 0));
}

#[tokio::test]
async fn the_template_list_looks_like_the_platforms() {
    let platform = Platform::start().await;
    let token = platform.token().await;
    let list = platform.get(&format!("/wxaapi/newtmpl/gettemplate?access_token={token}")).await;
    let kinds: Vec<_> = list["data"].as_array().unwrap().iter().map(|one| (&one["priTmplId"], &one["type"])).collect();
    let other = (&json!("template-other"), &json!(2));
    assert_eq!(kinds, [(&json!("template-long"), &json!(3)), (&json!(TEMPLATE), &json!(2)), other]);
    assert!(list["data"][0].get("keywordEnumValueList").is_none());
}

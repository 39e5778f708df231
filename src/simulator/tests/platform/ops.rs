//! Operations: request ids, resets, the callback check, addresses, phone numbers.

use serde_json::{Value, json};
use simulator::{Account, Callback};

use crate::harness::{APPID, Platform, SECRET, SEND, code, message, text};
use crate::receiver::Receiver;

async fn call(platform: &Platform, path: &str, body: &Value) -> Value {
    let token = platform.token().await;
    platform.post(&format!("{path}?access_token={token}"), body).await
}

fn rid(refused: &Value) -> String {
    text(refused).split_once(" rid: ").unwrap().1.to_owned()
}

async fn detail(platform: &Platform, rid: &str) -> Value {
    call(platform, "/cgi-bin/openapi/rid/get", &json!({ "rid": rid })).await
}

#[tokio::test]
async fn a_request_id_leads_to_the_call_with_its_token_for_seven_days() {
    let platform = Platform::start().await;
    let token = platform.token().await;
    let body = message("nobody");
    let refused = platform.send_as(&token, &body).await;
    platform.pass_secs(6 * 86_400);
    let found = detail(&platform, &rid(&refused)).await["request"].clone();
    assert_eq!((&found["invoke_time"], &found["client_ip"]), (&json!(1_750_000_000), &json!("127.0.0.1")));
    assert_eq!(found["request_url"], format!("access_token={token}"), "as in the page's sample: the parameters");
    assert_eq!(serde_json::from_str::<Value>(found["request_body"].as_str().unwrap()).unwrap(), body);
    assert_eq!(serde_json::from_str::<Value>(found["response_body"].as_str().unwrap()).unwrap(), refused);
    assert!(found["cost_in_ms"].is_u64());
    platform.pass_secs(86_401);
    assert_eq!(code(&detail(&platform, &rid(&refused)).await), 76001);
}

#[tokio::test]
async fn request_ids_that_tell_nothing_have_their_codes() {
    let platform = Platform::start().await;
    for (rid, errcode) in
        [("", 76002), ("garbage", 76002), ("684ee180-00000000-00000000", 76001), ("ffffffff-0-0", 76002)]
    {
        assert_eq!(code(&detail(&platform, rid).await), errcode, "{rid}");
    }
    assert_eq!(code(&detail(&platform, "ffffffff-00000000-00000000").await), 76004);
    let login = format!("/sns/jscode2session?appid={APPID}&secret={SECRET}&js_code=x&grant_type=authorization_code");
    let refused = platform.get(&login).await;
    assert_eq!(code(&detail(&platform, &rid(&refused)).await), 76022);
    platform.simulator.add_account(Account::new("wx2", "s2"));
    let order = json!({ "grant_type": "client_credential", "appid": "wx2", "secret": "s2" });
    let other = platform.post("/cgi-bin/stable_token", &order).await["access_token"].as_str().unwrap().to_owned();
    let refused = platform.send_as(&other, &message("nobody")).await;
    assert_eq!(code(&detail(&platform, &rid(&refused)).await), 76003, "it belongs to another account");
}

#[tokio::test]
async fn long_bodies_are_kept_in_part_only_and_only_ten_thousand_calls() {
    let platform = Platform::start().await;
    let mut body = message("nobody");
    body["data"]["thing1"]["value"] = json!("长".repeat(9_000));
    let long = platform.send(&body).await;
    let found = detail(&platform, &rid(&long)).await;
    assert!((2_000..2_100).contains(&found["request"]["request_body"].as_str().unwrap().len()));
    let token = platform.token().await;
    for _ in 0..10_000 {
        platform.simulator.calls(0, None);
        platform.send_as(&token, &json!({ "touser": "x" })).await;
    }
    assert_eq!(code(&detail(&platform, &rid(&long)).await), 76001);
}

#[tokio::test]
async fn resets_by_secret_need_no_token_and_share_the_ten() {
    let platform = Platform::start().await;
    platform.simulator.add_account(Account { daily_sends: 1, ..Account::new(APPID, SECRET) });
    platform.grant("somebody", 9);
    assert_eq!((code(&platform.send_to("somebody").await), code(&platform.send_to("somebody").await)), (0, 45009));
    let reset = async |appid: &str, secret: &str| {
        code(&platform.post("/cgi-bin/clear_quota/v2", &json!({ "appid": appid, "appsecret": secret })).await)
    };
    assert_eq!((reset("wx9", SECRET).await, reset(APPID, "wrong").await), (40013, 40125));
    assert_eq!(reset(APPID, SECRET).await, 0);
    assert_eq!(code(&platform.send_to("somebody").await), 0);
    for _ in 0..9 {
        assert_eq!(code(&call(&platform, "/cgi-bin/clear_quota", &json!({ "appid": APPID })).await), 0);
    }
    assert_eq!(reset(APPID, SECRET).await, 48006);
    platform.pass_secs(31 * 86_400);
    assert_eq!(reset(APPID, SECRET).await, 0);
}

#[tokio::test]
async fn the_callback_check_finds_the_host_and_says_whether_it_answers() {
    let (platform, receiver) = (Platform::start().await, Receiver::start().await);
    let check = async |action: &str, operator: &str| {
        call(&platform, "/cgi-bin/callback/check", &json!({ "action": action, "check_operator": operator })).await
    };
    assert_eq!(code(&check("all", "DEFAULT").await), 40201);
    platform.simulator.set_callback(APPID, Some(receiver.plain())).unwrap();
    let found = check("all", "UNICOM").await;
    assert!(found.get("errcode").is_none());
    assert_eq!(found["dns"], json!([{ "ip": "127.0.0.1", "real_operator": "CAP" }]));
    let ping = &found["ping"][0];
    assert_eq!((&ping["ip"], &ping["from_operator"]), (&json!("127.0.0.1"), &json!("UNICOM")));
    assert_eq!(ping["package_loss"], "0%");
    assert!(ping["time"].as_str().unwrap().ends_with("ms"));
    assert!(check("dns", "DEFAULT").await.get("ping").is_none());
    assert_eq!((code(&check("look", "DEFAULT").await), code(&check("all", "ME").await)), (40202, 40203));
    platform.simulator.set_callback(APPID, Some(Callback::plain("http://127.0.0.1:1/", "t"))).unwrap();
    assert_eq!(check("ping", "DEFAULT").await["ping"][0]["package_loss"], "100%");
}

#[tokio::test]
async fn lists_of_addresses_carry_no_errcode_and_may_hold_networks() {
    let platform = Platform::start().await;
    let token = platform.token().await;
    let list = platform.get(&format!("/cgi-bin/getcallbackip?access_token={token}")).await;
    assert!(list.get("errcode").is_none());
    assert!(list["ip_list"].as_array().unwrap().contains(&json!("101.226.103.0/25")));
    let list = platform.get(&format!("/cgi-bin/get_api_domain_ip?access_token={token}")).await;
    assert!(list["ip_list"].as_array().unwrap().contains(&json!("127.0.0.1")));
    assert_eq!(code(&platform.get("/cgi-bin/getcallbackip").await), 41001);
}

#[tokio::test]
async fn a_phone_code_is_good_once() {
    let platform = Platform::start().await;
    let path = "/wxa/business/getuserphonenumber";
    let code_of = json!({ "appid": APPID, "code": "c", "phoneNumber": "13800138000" });
    platform.control("/sim/phone-codes", &code_of).await;
    let info = call(&platform, path, &json!({ "code": "c" })).await["phone_info"].clone();
    let expected = json!({
        "phoneNumber": "13800138000", "purePhoneNumber": "13800138000", "countryCode": "86",
        "watermark": { "timestamp": 1_750_000_000, "appid": APPID },
    });
    assert_eq!(info, expected);
    assert_eq!(code(&call(&platform, path, &json!({ "code": "c" })).await), 40029);
    assert_eq!(code(&call(&platform, path, &json!({ "code": "other" })).await), 40029);
    for _ in 0..2 {
        let demo = call(&platform, path, &json!({ "code": "demo-13900139000" })).await;
        assert_eq!(demo["phone_info"]["phoneNumber"], "13900139000");
    }
}

#[tokio::test]
async fn the_quota_is_told_for_known_paths_only() {
    let platform = Platform::start().await;
    let ask =
        async |path: &str| code(&call(&platform, "/cgi-bin/openapi/quota/get", &json!({ "cgi_path": path })).await);
    assert_eq!((ask(SEND).await, ask("cgi-bin/x").await, ask("/cgi-bin/x").await), (0, 76003, 76021));
}

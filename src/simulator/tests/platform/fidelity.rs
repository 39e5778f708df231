//! What a faithful stand-in has to do beside what the other files test: the smaller points, one by one.

use serde_json::json;
use simulator::{Account, Action, Fault, Match, Settings};

use crate::harness::{APPID, Platform, SECRET, SEND, code, message, text};

#[tokio::test]
async fn error_codes_can_be_strings_and_nothing_else_changes() {
    let platform = Platform::start().await;
    platform.grant("somebody", 1);
    let token = platform.token().await;
    platform.simulator.configure(Settings { string_codes: true, ..Settings::default() });
    let accepted = platform.send_as(&token, &message("somebody")).await;
    assert_eq!((&accepted["errcode"], &accepted["errmsg"]), (&json!("0"), &json!("ok")));
    assert!(accepted["msgid"].as_i64().unwrap() > 1 << 53, "the id keeps its digits");
    let refused = platform.send_as(&token, &message("somebody")).await;
    assert_eq!(refused["errcode"], "43101");
    assert!(platform.stable(false).await.get("errcode").is_none());
}

#[tokio::test]
async fn an_address_that_waits_for_its_confirmation_gets_no_token() {
    let platform = Platform::start().await;
    platform.simulator.add_account(Account { ip_unconfirmed: true, ..Account::new(APPID, SECRET) });
    assert_eq!((code(&platform.stable(false).await), code(&platform.classic().await)), (89503, 89503));
}

#[tokio::test]
async fn chunked_posts_are_412_on_every_path() {
    let platform = Platform::start().await;
    for path in [SEND, "/cgi-bin/stable_token", "/wxaapi/newtmpl/addtemplate", "/cgi-bin/openapi/rid/get", "/nowhere"] {
        let chunks = futures::stream::iter([Ok::<_, std::io::Error>("{}")]);
        let request = platform.http.post(platform.url(path)).body(reqwest::Body::wrap_stream(chunks));
        assert_eq!(request.send().await.unwrap().status(), 412, "{path}");
    }
}

#[tokio::test]
async fn success_bodies_of_tokens_logins_and_address_lists_carry_no_errcode() {
    let platform = Platform::start().await;
    let token = platform.token().await;
    let login =
        format!("/sns/jscode2session?appid={APPID}&secret={SECRET}&js_code=demo-a&grant_type=authorization_code");
    let answers = [
        platform.classic().await,
        platform.stable(false).await,
        platform.get(&login).await,
        platform.get(&format!("/cgi-bin/getcallbackip?access_token={token}")).await,
        platform.get(&format!("/cgi-bin/get_api_domain_ip?access_token={token}")).await,
    ];
    assert!(answers.iter().all(|answer| answer.get("errcode").is_none() && answer.get("errmsg").is_none()));
}

#[tokio::test]
async fn every_refusal_ends_in_a_request_id_that_can_be_asked_for() {
    let platform = Platform::start().await;
    let token = platform.token().await;
    platform.simulator.script([Fault::new(Match::sends().nth(1), Action::errcode(-1))]);
    let refusals = [
        platform.send_as(&token, &message("somebody")).await,
        platform.send_as(&token, &message("somebody")).await,
        platform.post(&format!("/wxaapi/newtmpl/deltemplate?access_token={token}"), &json!({})).await,
    ];
    assert_eq!(refusals.each_ref().map(code), [-1, 40003, 200014]);
    for refused in &refusals {
        let (_, rid) = text(refused).split_once(" rid: ").unwrap();
        let path = format!("/cgi-bin/openapi/rid/get?access_token={token}");
        let detail = platform.post(&path, &json!({ "rid": rid })).await;
        assert!(detail["request"]["response_body"].as_str().unwrap().contains(rid), "{detail}");
    }
}

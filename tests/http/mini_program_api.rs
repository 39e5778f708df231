//! The mini program's API beyond the single report: report ids, what to ask next, limits, login keys.

use crate::{
    both,
    support::{APPID, Options, TEMPLATE, TestApp, Which, openid},
};
use model::{page::At, subscriber::SubscriberFilter};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

fn client() -> Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    Client::builder().no_proxy().build().unwrap()
}

async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}")))
}

async fn record(app: &TestApp, body: &Value) -> (StatusCode, Value) {
    answer(client().post(format!("{}/api/subscribe/record", app.url)).json(body)).await
}

async fn ask(app: &TestApp, query: &str, token: Option<&str>) -> (StatusCode, Value) {
    let mut request = client().get(format!("{}/api/subscribe/ask{query}", app.url));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    answer(request).await
}

async fn login(app: &TestApp, code: &str, openid: &str) -> String {
    app.simulator.add_code(APPID, code, openid, None);
    let body = json!({ "code": code, "appId": APPID });
    let (status, login) = answer(client().post(format!("{}/api/login", app.url)).json(&body)).await;
    assert_eq!(status, StatusCode::OK, "{login}");
    login["token"].as_str().unwrap().to_owned()
}

both! {
    async fn a_report_that_is_sent_again_with_its_id_counts_once(which) {
        let app = TestApp::start(which).await;
        app.furnish().await;
        let body = json!({ "openId": openid(1), "results": { TEMPLATE: "accept" }, "reportId": "tap-1" });
        let (_, first) = record(&app, &body).await;
        assert_eq!((&first["balances"][TEMPLATE], &first["repeated"]), (&json!(1), &json!(false)), "{first}");
        let (status, again) = record(&app, &body).await;
        assert_eq!((status, &again["balances"][TEMPLATE], &again["repeated"]), (StatusCode::OK, &json!(1), &json!(true)));
        // Somebody else's report may carry the same id.
        let other = json!({ "openId": openid(2), "results": { TEMPLATE: "accept" }, "reportId": "tap-1" });
        assert_eq!(record(&app, &other).await.1["balances"][TEMPLATE], 1);
        let endless = json!({ "openId": openid(1), "results": { TEMPLATE: "accept" }, "reportId": "x".repeat(65) });
        let (status, refused) = record(&app, &endless).await;
        assert_eq!((status, &refused["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("reportId")));
        app.finish().await;
    }
}

both! {
    async fn what_to_ask_next_is_what_is_missing(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        let second = "TmplB0123456789abcdefghijklmnopqrstuvwxyzAB";
        app.add_template(program, APPID, second, "办结通知").await;
        record(&app, &json!({ "openId": openid(1), "results": { TEMPLATE: "accept" } })).await;
        let (status, asked) = ask(&app, &format!("?openId={}&appId={APPID}", openid(1)), None).await;
        assert_eq!((status, &asked["ask"]), (StatusCode::OK, &json!([second, TEMPLATE])), "{asked}");
        let balances: Vec<_> = asked["templates"].as_array().unwrap().iter().map(|t| (&t["templateId"], &t["balance"])).collect();
        assert!(balances.contains(&(&json!(TEMPLATE), &json!(1))), "{asked}");
        // One that was refused comes last.
        record(&app, &json!({ "openId": openid(1), "results": { second: "reject" } })).await;
        let token = login(&app, "c1", &openid(1)).await;
        let (_, asked) = ask(&app, "", Some(&token)).await;
        assert_eq!((&asked["ask"], &asked["openId"]), (&json!([TEMPLATE, second]), &json!(openid(1))), "{asked}");
        let (_, only) = ask(&app, &format!("?templateIds={second},unknown"), Some(&token)).await;
        assert_eq!(only["ask"], json!([second]));
        // Nobody is meant, or somebody who cannot be.
        assert_eq!(ask(&app, "", None).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(ask(&app, "", Some("AAAA.BBBB")).await.0, StatusCode::UNAUTHORIZED);
        app.finish().await;
    }
}

both! {
    async fn a_rotated_login_key_ends_tokens_gently_or_at_once(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        let old = login(&app, "c1", &openid(1)).await;
        app.services.rotate_login_key(program, false).await.unwrap();
        assert_eq!(ask(&app, "", Some(&old)).await.0, StatusCode::OK, "one generation back is good");
        let newer = login(&app, "c2", &openid(1)).await;
        app.services.rotate_login_key(program, false).await.unwrap();
        assert_eq!(ask(&app, "", Some(&old)).await.0, StatusCode::UNAUTHORIZED, "two generations back are not");
        assert_eq!(ask(&app, "", Some(&newer)).await.0, StatusCode::OK);
        app.services.rotate_login_key(program, true).await.unwrap();
        assert_eq!(ask(&app, "", Some(&newer)).await.0, StatusCode::UNAUTHORIZED);
        app.finish().await;
    }
}

#[tokio::test]
async fn a_token_of_one_mini_program_is_none_of_another() {
    let app = TestApp::start(Which::Sqlite).await;
    app.furnish().await;
    let other = "wxffffffffffffffff";
    app.add_mini_program(other, "另一个").await;
    let token = login(&app, "c1", &openid(1)).await;
    // The payload with the other mini program's id, under the old signature.
    let (payload, tag) = token.split_once('.').unwrap();
    let bytes = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, payload).unwrap();
    let forged = String::from_utf8(bytes).unwrap().replacen("2|1|", "2|2|", 1);
    let forged = base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, forged);
    assert_eq!(ask(&app, "", Some(&format!("{forged}.{tag}"))).await.0, StatusCode::UNAUTHORIZED);
    app.finish().await;
}

#[tokio::test]
async fn who_calls_too_often_is_told_when_to_come_again() {
    let settings = vec![("YANSHU_API_PER_OPENID", "3".to_owned()), ("YANSHU_API_PER_ADDRESS", "8".to_owned())];
    let app = TestApp::start_with(Which::Sqlite, Options { settings, ..Options::default() }).await;
    let (program, _) = app.furnish().await;
    let report = |i| json!({ "openId": openid(i), "templateId": TEMPLATE });
    for _ in 0..3 {
        assert_eq!(record(&app, &report(1)).await.0, StatusCode::OK);
    }
    let (status, refused) = record(&app, &report(1)).await;
    assert_eq!((status, &refused["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("too_many")), "{refused}");
    assert_eq!(record(&app, &report(2)).await.0, StatusCode::OK, "somebody else may");
    let last = client().post(format!("{}/api/subscribe/record", app.url)).json(&report(1)).send().await.unwrap();
    let wait: i64 = last.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    // The address has used up its eight calls now, whoever they were about.
    record(&app, &report(3)).await;
    record(&app, &report(4)).await;
    assert_eq!(record(&app, &report(5)).await.0, StatusCode::TOO_MANY_REQUESTS);
    let everybody = SubscriberFilter::default();
    let view = app.services.subscribers(program, &everybody, At::Start).await.unwrap();
    let balances: Vec<_> = view.rows.iter().map(|row| row.balance).collect();
    assert_eq!(balances.iter().sum::<i64>(), 6, "nothing was recorded of what was refused: {balances:?}");
    app.finish().await;
}

#[tokio::test]
async fn there_is_no_cors_and_the_error_codes_are_told_in_both_languages() {
    let app = TestApp::start(Which::Sqlite).await;
    let request = client().get(format!("{}/api/error-codes", app.url)).header("origin", "https://elsewhere.example");
    let response = request.send().await.unwrap();
    assert!(response.headers().get("access-control-allow-origin").is_none());
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    let code = body["codes"].as_array().unwrap().iter().find(|c| c["errcode"] == 43101).unwrap().clone();
    assert_eq!((&code["side"], &code["retry"]), (&json!("audience"), &json!(false)));
    assert!(code["zh"]["remedy"].as_str().unwrap().contains("额度"));
    assert!(code["en"]["remedy"].as_str().unwrap().contains("balance"));
    app.finish().await;
}

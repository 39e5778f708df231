//! What the mini program calls.

use crate::{
    both,
    support::{APPID, TEMPLATE, TestApp, Which, openid},
};
use model::page::At;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

async fn post(app: &TestApp, path: &str, body: Value) -> (StatusCode, Value) {
    post_text(app, path, "application/json", body.to_string()).await
}

async fn post_text(app: &TestApp, path: &str, kind: &str, body: String) -> (StatusCode, Value) {
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = Client::builder().no_proxy().build().unwrap();
    let answer =
        client.post(format!("{}{path}", app.url)).header("content-type", kind).body(body).send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}")))
}

both! {
    async fn a_report_of_the_articles_front_end_is_a_grant(which) {
        let app = TestApp::start(which).await;
        app.furnish().await;
        let (status, answer) = post(&app, "/api/subscribe/record", json!({ "openId": openid(1), "templateId": TEMPLATE })).await;
        assert_eq!((status, &answer["ok"]), (StatusCode::OK, &json!(true)), "{answer}");
        assert_eq!(answer["balances"][TEMPLATE], 1);
        // With exactly one template its id may be left out.
        let (_, answer) = post(&app, "/api/subscribe/record", json!({ "openId": openid(1) })).await;
        assert_eq!(answer["balances"][TEMPLATE], 2);
        app.finish().await;
    }
}

both! {
    async fn results_per_template_are_recorded_and_a_refusal_takes_nothing_away(which) {
        let app = TestApp::start(which).await;
        app.furnish().await;
        let report = |word: &str| json!({ "openId": openid(1), "results": { TEMPLATE: word, "errMsg": "requestSubscribeMessage:ok" } });
        post(&app, "/api/subscribe/record", report("acceptWithAudio")).await;
        let (_, answer) = post(&app, "/api/subscribe/record", report("reject")).await;
        assert_eq!(answer["balances"][TEMPLATE], 1);
        let subscriber = app.accept(&openid(1)).await;
        let view = app.services.subscriber(subscriber, At::Start).await.unwrap();
        assert_eq!(view.ledger.rows.len(), 3);
        app.finish().await;
    }
}

both! {
    async fn with_several_mini_programs_the_report_says_which(which) {
        let app = TestApp::start(which).await;
        app.furnish().await;
        app.add_mini_program("wxffffffffffffffff", "另一个").await;
        let body = json!({ "openId": openid(1), "templateId": TEMPLATE });
        let (status, answer) = post(&app, "/api/subscribe/record", body).await;
        assert_eq!((status, &answer["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("appId")), "{answer}");
        let body = json!({ "openId": openid(1), "templateId": TEMPLATE, "appId": APPID });
        assert_eq!(post(&app, "/api/subscribe/record", body).await.0, StatusCode::OK);
        let foreign = json!({ "openId": openid(1), "templateId": TEMPLATE, "appId": "wxffffffffffffffff" });
        let (status, answer) = post(&app, "/api/subscribe/record", foreign).await;
        assert_eq!((status, &answer["errors"][0]["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("unknown_template")));
        app.finish().await;
    }
}

both! {
    async fn the_login_token_alone_says_who_reports(which) {
        let app = TestApp::start(which).await;
        app.furnish().await;
        app.simulator.add_code(APPID, "code-1", &openid(7), None);
        let (status, login) = post(&app, "/api/login", json!({ "code": "code-1" })).await;
        assert_eq!((status, &login["openId"]), (StatusCode::OK, &json!(openid(7))), "{login}");
        assert!(!login.to_string().contains("session_key"));
        let body = json!({ "openId": openid(8), "templateId": TEMPLATE, "token": login["token"] });
        let (_, answer) = post(&app, "/api/subscribe/record", body).await;
        assert_eq!(answer["openId"], openid(7), "the body's openid must not count beside a token");
        let forged = json!({ "templateId": TEMPLATE, "token": "AAAA.BBBB" });
        assert_eq!(post(&app, "/api/subscribe/record", forged).await.0, StatusCode::UNAUTHORIZED);
        // The code is good once.
        let (status, answer) = post(&app, "/api/login", json!({ "code": "code-1" })).await;
        assert_eq!((status, &answer["errors"][0]["code"]), (StatusCode::BAD_REQUEST, &json!("wechat_40163")), "{answer}");
        app.finish().await;
    }
}

#[tokio::test]
async fn a_mini_program_that_requires_the_token_takes_no_bare_openid() {
    let app = TestApp::start(Which::Sqlite).await;
    let (program, _) = app.furnish().await;
    let settings = app.services.mini_program(program).await.unwrap().settings;
    let input = service::MiniProgramInput {
        name: settings.name,
        appid: settings.appid,
        default_page: settings.default_page,
        program_state: "formal".to_owned(),
        message_lang: "zh_CN".to_owned(),
        time_zone: settings.time_zone,
        require_login_token: true,
        ..Default::default()
    };
    app.services.change_mini_program(program, input).await.unwrap();
    let (status, _) = post(&app, "/api/subscribe/record", json!({ "openId": openid(1), "templateId": TEMPLATE })).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    app.finish().await;
}

#[tokio::test]
async fn bad_bodies_are_refused_with_what_is_wrong_and_record_nothing() {
    let app = TestApp::start(Which::Sqlite).await;
    let (program, _) = app.furnish().await;
    let path = "/api/subscribe/record";
    let json = "application/json";
    let cases = [
        (json, "{".to_owned(), 400),
        (json, "[]".to_owned(), 422),
        (json, r#"{"openId": 7}"#.to_owned(), 422),
        ("text/plain", "{}".to_owned(), 415),
        (json, "x".repeat(10 * 1024 * 1024), 413),
        (json, format!(r#"{{"openId":"{}","templateId":"TmplNobodyRegistered0123456789"}}"#, openid(1)), 422),
        (json, format!(r#"{{"openId":"{}","results":{{"{TEMPLATE}":"perhaps"}}}}"#, openid(1)), 422),
        (json, format!(r#"{{"openId":"'; DROP TABLE subscribers; --","templateId":"{TEMPLATE}"}}"#), 422),
        (json, format!(r#"{{"openId":"{}","templateId":"{TEMPLATE}","appId":"wx9999999999999999"}}"#, openid(1)), 422),
        (
            json,
            format!(
                r#"{{"openId":"{}","results":{{"{TEMPLATE}":"accept","Other0123456789012345678":"accept"}}}}"#,
                openid(1)
            ),
            422,
        ),
    ];
    for (kind, body, expected) in cases {
        let head: String = body.chars().take(80).collect();
        let (status, answer) = post_text(&app, path, kind, body).await;
        assert_eq!(status.as_u16(), expected, "{head}: {answer}");
        assert_eq!(answer["ok"], false);
        assert!(answer["requestId"].as_str().is_some_and(|id| id.len() > 10), "{answer}");
    }
    assert_eq!(app.services.count_subscribers(program).await.unwrap(), 0);
    let (status, _) = post(&app, "/api/nothing", json!({})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    app.finish().await;
}

//! Webhooks, from the page that adds one to the receiver that checks the signature.

use crate::{
    both,
    support::{ADMIN, APPID, Options, TEMPLATE, TestApp, Which, browser::Visitor},
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use model::{ids::EndpointId, page::At, webhook::MessageState};
use ring::hmac;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use service::{AudienceInput, EndpointInput};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// A receiver on this machine: what came, and what it answers.
#[derive(Clone, Default)]
struct Receiver {
    came: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answer: Arc<Mutex<Option<u16>>>,
}

impl Receiver {
    async fn start() -> (Self, String) {
        let receiver = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let app = Router::new().route("/hook", post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        (receiver, url)
    }

    fn answers(&self, status: u16) {
        *self.answer.lock().unwrap() = Some(status);
    }

    /// Bodies of a type, in the order of arrival.
    fn of(&self, kind: &str) -> Vec<Value> {
        let came = self.came.lock().unwrap();
        came.iter().map(|(_, body)| serde_json::from_str(body).unwrap()).filter(|b: &Value| b["type"] == kind).collect()
    }

    async fn wait(&self, kind: &str, n: usize) -> Vec<Value> {
        for _ in 0..600 {
            let found = self.of(kind);
            if found.len() >= n {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{kind} did not come {n} times: {:?}", self.came.lock().unwrap());
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    receiver.came.lock().unwrap().push((headers, String::from_utf8(body.to_vec()).unwrap()));
    StatusCode::from_u16(receiver.answer.lock().unwrap().unwrap_or(204)).unwrap()
}

/// As docs/webhooks.md tells receivers to do it.
fn signed_by(secret: &str, headers: &HeaderMap, body: &str) -> bool {
    let text = |name: &str| headers[name].to_str().unwrap();
    let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let content = format!("{}.{}.{body}", text("webhook-id"), text("webhook-timestamp"));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), content.as_bytes());
    text("webhook-signature").split(' ').any(|one| one == format!("v1,{}", BASE64_STANDARD.encode(tag)))
}

fn options() -> Options {
    Options { settings: vec![("YANSHU_WEBHOOK_PRIVATE", "true".to_owned())], ..Options::default() }
}

fn all_events(url: &str) -> EndpointInput {
    let events = ["delivery.results", "notice.finished", "attention.needed"].map(str::to_owned).to_vec();
    EndpointInput { url: url.to_owned(), events }
}

both! {
    async fn results_reach_the_receiver_signed_and_many_in_one_call(which) {
        let app = TestApp::start_with(which, options()).await;
        let (_, template) = app.furnish().await;
        let people = app.people(12, 1).await;
        let none = simulator::Grant {
            appid: APPID.to_owned(),
            openid: people[3].clone(),
            template_id: TEMPLATE.to_owned(),
            count: 0,
        };
        app.simulator.set_grants([none]).unwrap();
        let (receiver, url) = Receiver::start().await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let list = visitor.get("/settings/webhooks").await;
        let fields = [("url", url.as_str()), ("events[]", "delivery.results"), ("events[]", "notice.finished")];
        let added = visitor.fill(&list, "/actions/add-webhook", &fields).await;
        let secret = added.under("new-secret").split("whsec_").nth(1).map(|rest| format!("whsec_{}", &rest[..44])).unwrap();
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        app.wait(notice).await;
        let finished = receiver.wait("notice.finished", 1).await;
        assert_eq!((&finished[0]["data"]["notice_id"], &finished[0]["data"]["counts"]["sent"]), (&json!(notice), &json!(11)));
        let mut results = Vec::new();
        for _ in 0..200 {
            results = receiver.of("delivery.results").iter().flat_map(|m| m["data"]["results"].as_array().unwrap().clone()).collect();
            if results.len() >= 12 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(results.len(), 12, "each once");
        let failed: Vec<_> = results.iter().filter(|r| r["state"] == "failed").collect();
        assert_eq!((failed.len(), &failed[0]["openid"], &failed[0]["errcode"]), (1, &json!(people[3]), &json!(43101)));
        assert!(receiver.of("delivery.results").len() < 12, "not one call for each");
        for (headers, body) in receiver.came.lock().unwrap().iter() {
            assert!(signed_by(&secret, headers, body), "{body}");
            assert!(!signed_by("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", headers, body));
        }
        let page = visitor.get(&added.path).await;
        assert!(!page.shows(&secret), "it is shown once");
        page.must_show("已送达").must_show("notice.finished").must_show("HTTP 204");
        app.finish().await;
    }
}

both! {
    async fn what_is_refused_is_tried_again_and_may_be_sent_again_by_hand(which) {
        let app = TestApp::start_with(which, options()).await;
        let (program, _) = app.furnish().await;
        let (receiver, url) = Receiver::start().await;
        receiver.answers(503);
        let (id, _) = app.services.add_endpoint(program, &all_events(&url), "ann").await.unwrap();
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let path = format!("/settings/webhooks/{id}");
        let page = visitor.get(&path).await;
        visitor.fill(&page, "/actions/test-webhook", &[]).await.must_show("测试消息已放入队列");
        receiver.wait("webhook.test", 1).await;
        let message = until(&app, id, |m| m.calls.len() == 1).await;
        assert_eq!((message.state, message.calls[0].status), (MessageState::Waiting, Some(503)));
        receiver.answers(200);
        let page = visitor.get(&path).await;
        page.must_show("等待重试").must_show("HTTP 503").must_show("失败，重试中");
        visitor.fill(&page, "/actions/resend-webhook", &[]).await;
        let message = until(&app, id, |m| m.state == MessageState::Taken).await;
        assert_eq!(message.calls.len(), 2);
        let came = receiver.came.lock().unwrap().clone();
        assert_eq!(came[0].0["webhook-id"], came[1].0["webhook-id"], "the receiver knows it again");
        visitor.get(&path).await.must_show("已送达").must_not_have("失败，重试中");
        app.finish().await;
    }
}

both! {
    async fn a_receiver_that_is_gone_is_told_nothing_more_and_the_overview_says_so(which) {
        let app = TestApp::start_with(which, options()).await;
        let (program, template) = app.furnish().await;
        let people = app.people(1, 2).await;
        let (receiver, url) = Receiver::start().await;
        receiver.answers(410);
        let (id, _) = app.services.add_endpoint(program, &all_events(&url), "ann").await.unwrap();
        let notice = app.send(template, AudienceInput::One(people[0].clone())).await;
        app.wait(notice).await;
        for _ in 0..200 {
            if app.services.endpoint(program, id).await.unwrap().disabled.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        visitor.get("/").await.must_show("Webhook 已自动停用");
        let page = visitor.get(&format!("/settings/webhooks/{id}")).await;
        page.must_show("对方返回 410");
        visitor.fill(&page, "/actions/switch-webhook", &[]).await.must_show("已启用");
        assert!(app.services.endpoint(program, id).await.unwrap().disabled.is_none());
        app.finish().await;
    }
}

async fn until(
    app: &TestApp,
    id: EndpointId,
    good: impl Fn(&model::webhook::Message) -> bool,
) -> model::webhook::Message {
    for _ in 0..400 {
        let page = app.services.webhook_messages(id, At::Start).await.unwrap();
        if let Some(message) = page.rows.into_iter().find(&good) {
            return message;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("waited too long");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_secret_signs_beside_the_old_one_for_a_day() {
    let clock = Arc::new(service::clock::ManualClock::at(1_790_000_000_000));
    let app = TestApp::start_with(Which::Sqlite, Options { clock: Some(clock.clone()), ..options() }).await;
    let (program, _) = app.furnish().await;
    let (receiver, url) = Receiver::start().await;
    let (id, old) = app.services.add_endpoint(program, &all_events(&url), "ann").await.unwrap();
    let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
    let page = visitor.get(&format!("/settings/webhooks/{id}")).await;
    let changed = visitor.fill(&page, "/actions/rotate-webhook-secret", &[]).await;
    changed.must_show("同时带新旧两个签名");
    let new = changed.under("new-secret").split("whsec_").nth(1).map(|rest| format!("whsec_{}", &rest[..44])).unwrap();
    for (n, by_old) in [(1, true), (2, false)] {
        app.services.test_endpoint(program, id).await.unwrap();
        receiver.wait("webhook.test", n).await;
        let (headers, body) = receiver.came.lock().unwrap()[n - 1].clone();
        assert!(signed_by(&new, &headers, &body), "{headers:?}");
        assert_eq!(signed_by(old.expose_secret(), &headers, &body), by_old, "{headers:?}");
        clock.advance(24 * 3_600_000);
    }
    app.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_that_cannot_be_opened_fails_the_call_and_the_page_says_why() {
    let app = TestApp::start_with(Which::Sqlite, options()).await;
    let (program, _) = app.furnish().await;
    let (receiver, url) = Receiver::start().await;
    let id = app.services.store().add_endpoint(program, &url, "sealed elsewhere", 7, "ann", 1).await.unwrap();
    app.services.test_endpoint(program, id).await.unwrap();
    let message = until(&app, id, |m| m.calls.len() == 1).await;
    assert_eq!((message.state, message.calls[0].fault.as_deref()), (MessageState::Waiting, Some("secret_unreadable")));
    let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
    visitor.get(&format!("/settings/webhooks/{id}")).await.must_show("签名密钥无法解开");
    assert!(receiver.came.lock().unwrap().is_empty());
    app.finish().await;
}

both! {
    async fn trouble_with_the_token_reaches_the_receiver_with_its_remedy(which) {
        let app = TestApp::start_with(which, Options { no_worker: false, ..options() }).await;
        let (program, _) = app.furnish().await;
        let (receiver, url) = Receiver::start().await;
        app.services.add_endpoint(program, &all_events(&url), "ann").await.unwrap();
        let store = app.services.store();
        for _ in 0..2 {
            let now = app.services.now();
            assert!(store.lease_token_refresh(program, 7, None, now, now + 10_000).await.unwrap());
            store.fail_token(program, 7, 40164, "invalid ip", now).await.unwrap();
        }
        let told = receiver.wait("attention.needed", 1).await;
        let data = &told[0]["data"];
        assert_eq!((&data["reason"], &data["errcode"], &data["notice_id"]), (&json!("token_failing"), &json!(40164), &Value::Null));
        assert!(data["zh"]["remedy"].as_str().is_some_and(|text| !text.is_empty()), "{data}");
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(receiver.of("attention.needed").len(), 1, "once, not for each try");
        app.finish().await;
    }
}

#[tokio::test]
async fn private_addresses_are_refused_when_they_are_entered_and_when_they_are_called() {
    let app = TestApp::start(Which::Sqlite).await;
    let (program, _) = app.furnish().await;
    let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
    for (url, why) in [
        ("https://127.0.0.1/x", "不能填写本机或内网地址"),
        ("https://[::ffff:10.0.0.1]/x", "不能填写本机或内网地址"),
        ("https://169.254.169.254/latest", "不能填写本机或内网地址"),
        ("https://localhost/x", "不能填写本机或内网地址"),
        ("http://example.com/x", "https://"),
        ("ftp://example.com/x", "https://"),
        ("https://user:secret@example.com/", "不带用户名和密码"),
        ("nonsense", "请填写完整的地址"),
    ] {
        let page = visitor.get("/settings/webhooks").await;
        let fields = [("url", url), ("events[]", "notice.finished")];
        visitor.fill(&page, "/actions/add-webhook", &fields).await.must_show(why);
    }
    assert_eq!(app.services.endpoints(program).await.unwrap(), []);
    // One that was allowed before the setting was changed is not called either.
    let sealed = app
        .services
        .keys()
        .seal(service::keys::Purpose::WebhookSecret, &"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned().into())
        .unwrap();
    let (receiver, url) = Receiver::start().await;
    let id = app
        .services
        .store()
        .add_endpoint(program, &url.replace("http:", "https:"), &sealed, 7, "ann", 1)
        .await
        .unwrap();
    app.services.test_endpoint(program, id).await.unwrap();
    let message = until(&app, id, |m| m.calls.len() == 1).await;
    assert_eq!(message.calls[0].fault.as_deref(), Some("private_address"));
    assert!(receiver.came.lock().unwrap().is_empty());
    app.finish().await;
}

#[tokio::test]
async fn an_operator_sees_no_webhooks_and_another_mini_programs_is_not_there() {
    let app = TestApp::start_with(Which::Sqlite, options()).await;
    let (program, _) = app.furnish().await;
    let (_, url) = Receiver::start().await;
    let (id, _) = app.services.add_endpoint(program, &all_events(&url), "ann").await.unwrap();
    let other = app.add_mini_program("wxffffffffffffffff", "另一个").await;
    assert!(matches!(app.services.endpoint(other, id).await, Err(service::UseError::NotFound)));
    assert!(matches!(app.services.delete_endpoint(other, id).await, Err(service::UseError::NotFound)));
    let role = model::access::Role::Operator;
    app.services.add_user("oli", "correct horse battery".to_owned().into(), role).await.unwrap();
    let visitor = Visitor::signed_in(&app.url, "oli", "correct horse battery").await;
    assert_eq!(visitor.get("/settings/webhooks").await.status, 403);
    assert_eq!(visitor.get(&format!("/settings/webhooks/{id}")).await.status, 403);
    app.finish().await;
}

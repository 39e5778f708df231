//! Keys: made on a page, shown once, limited, revoked.

use super::*;

both! {
    async fn an_administrator_makes_a_key_sees_it_once_and_revokes_it(which) {
        let app = TestApp::start(which).await;
        app.furnish().await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let empty = visitor.get("/settings/api-keys").await;
        let refused = visitor.fill(&empty, "/actions/add-api-key", &[("name", ""), ("last_day", "2001-01-01")]).await;
        refused.must_show("请填写名称").must_show("这一天已经过去");
        let fields = [("name", "挂号系统"), ("scopes[]", "send"), ("scopes[]", "read"), ("last_day", "")];
        let made = visitor.fill(&refused, "/actions/add-api-key", &fields).await;
        let key = made.under("new-key").split("ys_live_").nth(1).map(|rest| format!("ys_live_{}", &rest[..60])).unwrap();
        let again = visitor.get("/settings/api-keys").await;
        assert!(!again.shows(&key[20..]), "it is shown once");
        again.must_show(&key[..24]).must_show("挂号系统").must_show("从未使用");
        let caller = Caller::with_key(&app.url, &key).await;
        caller.get("/templates").await.must_be(200);
        caller.get("/subscribers").await.must_refuse(403, "Authorization", "scope_missing");
        let used = visitor.get("/settings/api-keys").await;
        used.must_not_have("从未使用");
        visitor.fill(&used, "/actions/revoke-api-key", &[]).await.must_show("已撤销");
        caller.get("/templates").await.must_refuse(401, "Authorization", "key_revoked");
        app.finish().await;
    }
}

#[tokio::test]
async fn an_operator_neither_sees_nor_makes_keys() {
    let app = TestApp::start(Which::Sqlite).await;
    app.furnish().await;
    let role = model::access::Role::Operator;
    app.services.add_user("oli", "correct horse battery".to_owned().into(), role).await.unwrap();
    let visitor = Visitor::signed_in(&app.url, "oli", "correct horse battery").await;
    assert_eq!(visitor.get("/settings/api-keys").await.status, 403);
    visitor.get("/").await.must_not_have("/settings/api-keys");
    let fields = [("name", "x"), ("scopes[]", "send")];
    visitor.submit("/account", "/actions/add-api-key", &fields).await;
    let program = app.services.mini_programs().await.unwrap()[0].id;
    assert_eq!(app.services.api_keys(program).await.unwrap(), []);
    app.finish().await;
}

#[tokio::test]
async fn whatever_is_no_key_opens_nothing() {
    let app = TestApp::start(Which::Sqlite).await;
    let (program, _) = app.furnish().await;
    let good = Caller::new(&app, program, &Scope::ALL).await;
    let half = &good.key[..good.key.len() - 1];
    let swapped = format!("{half}{}", if good.key.ends_with('A') { 'B' } else { 'A' });
    for bad in [
        "",
        "x",
        "ys_live_",
        half,
        &swapped,
        &good.key.to_uppercase(),
        "ys_live_0000000000000000_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ] {
        let caller = Caller { key: bad.to_owned(), ..good.clone() };
        let reply = caller.get("/templates").await.must_refuse(401, "Authorization", "key_unknown");
        assert!(reply.header("www-authenticate").starts_with("Bearer"), "{bad}");
    }
    good.get("/templates").await.must_be(200);
    app.finish().await;
}

#[tokio::test]
async fn an_expired_key_opens_nothing() {
    let clock = std::sync::Arc::new(service::clock::ManualClock::at(1_790_000_000_000));
    let options = Options { clock: Some(clock.clone()), no_worker: true, ..Options::default() };
    let app = TestApp::start_with(Which::Sqlite, options).await;
    let (program, _) = app.furnish().await;
    let today = app.services.today(&app.services.mini_program(program).await.unwrap()).to_string();
    let input = ApiKeyInput { name: "a".to_owned(), scopes: vec!["read".to_owned()], last_day: today };
    let (_, key) = app.services.add_api_key(program, &input, "ann").await.unwrap();
    let caller = Caller::with_key(&app.url, key.expose_secret()).await;
    caller.get("/templates").await.must_be(200);
    clock.advance(24 * 3_600_000);
    caller.get("/templates").await.must_refuse(401, "Authorization", "key_expired");
    app.finish().await;
}

#[tokio::test]
async fn who_calls_too_often_is_told_when_to_come_again() {
    let settings = vec![("YANSHU_API_PER_KEY", "3".to_owned())];
    let app = TestApp::start_with(Which::Sqlite, Options { settings, ..Options::default() }).await;
    let (program, _) = app.furnish().await;
    let caller = Caller::new(&app, program, &Scope::ALL).await;
    let left: Vec<String> = [
        caller.get("/templates").await.must_be(200),
        caller.get("/templates").await.must_be(200),
        caller.get("/nowhere").await.must_be(404),
        caller.get("/templates").await.must_be(200),
    ]
    .iter()
    .map(|reply| format!("{}/{}", reply.header("ratelimit-remaining"), reply.header("ratelimit-limit")))
    .collect();
    assert_eq!(left, ["2/3", "1/3", "/", "0/3"], "what is not there is not counted");
    let refused = caller.get("/templates").await.must_be(429);
    assert_eq!((refused.body["code"].as_str(), refused.header("ratelimit-remaining")), (Some("too_many"), "0"));
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=21).contains(&wait), "{wait}");
    let other = Caller::new(&app, program, &Scope::ALL).await;
    other.get("/templates").await.must_be(200);
    app.finish().await;
}

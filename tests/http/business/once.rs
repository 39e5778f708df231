//! Requests that are named are done once.

use super::*;
use model::ids::NoticeId;
use store::Named;

async fn notices(caller: &Caller) -> usize {
    caller.get("/notices").await.must_be(200).body["items"].as_array().unwrap().len()
}

both! {
    async fn an_order_that_is_repeated_is_sent_once(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        let people = app.people(2, 3).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let first = caller.post_once("/notices", &order(&people), "order-1").await.must_be(202);
        assert_eq!(first.header("idempotency-replayed"), "");
        let again = caller.post_once("/notices", &order(&people), "order-1").await.must_be(202);
        assert_eq!((&again.body, again.header("idempotency-replayed")), (&first.body, "true"));
        let another = caller.post_once("/notices", &order(&people), "order-2").await.must_be(202);
        assert_ne!(another.body["id"], first.body["id"]);
        for reply in [&first, &another] {
            app.wait(NoticeId(reply.body["id"].as_i64().unwrap())).await;
        }
        assert_eq!((notices(&caller).await, sent(&app, &people)), (2, 4));
        // Another key may use the same name.
        let colleague = Caller::new(&app, program, &Scope::ALL).await;
        let theirs = colleague.post_once("/notices", &order(&people[..1]), "order-1").await.must_be(202);
        app.wait(NoticeId(theirs.body["id"].as_i64().unwrap())).await;
        app.finish().await;
    }
}

both! {
    async fn a_name_used_for_another_body_is_refused(which) {
        let app = TestApp::start_with(which, Options { no_worker: true, ..Options::default() }).await;
        let (program, _) = app.furnish().await;
        let people = app.people(2, 1).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        caller.post_once("/notices", &order(&people[..1]), "order-1").await.must_be(202);
        let reply = caller.post_once("/notices", &order(&people), "order-1").await;
        reply.must_refuse(422, "Idempotency-Key", "idempotency_key_reused");
        let grants = json!({ "openid": people[0], "results": { TEMPLATE: "accept" } });
        let reply = caller.post_once("/grants", &grants, "order-1").await;
        reply.must_refuse(422, "Idempotency-Key", "idempotency_key_reused");
        for bad in ["", &"x".repeat(256)] {
            let reply = caller.post_once("/notices", &order(&people), bad).await;
            reply.must_refuse(422, "Idempotency-Key", "bad_idempotency_key");
        }
        assert_eq!(notices(&caller).await, 1);
        app.finish().await;
    }
}

both! {
    async fn a_refused_order_may_be_mended_under_the_same_name(which) {
        let app = TestApp::start_with(which, Options { no_worker: true, ..Options::default() }).await;
        let (program, _) = app.furnish().await;
        let people = app.people(1, 1).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let mut wrong = order(&people);
        wrong["data"]["thing1"] = json!("");
        caller.post_once("/notices", &wrong, "order-1").await.must_refuse(422, "data.thing1", "required");
        caller.post_once("/notices", &order(&[openid(9)]), "order-1").await.must_refuse(422, "recipients", "nobody");
        caller.post_once("/notices", &order(&people), "order-1").await.must_be(202);
        assert_eq!(notices(&caller).await, 1);
        app.finish().await;
    }
}

both! {
    async fn of_many_repetitions_at_once_one_sends_and_the_others_wait_or_get_its_answer(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        let people = app.people(2, 5).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (caller, body) = (caller.clone(), order(&people));
            all.spawn(async move { caller.post_once("/notices", &body, "order-1").await });
        }
        let mut ids = Vec::new();
        for reply in all.join_all().await {
            match reply.status.as_u16() {
                202 => ids.push(reply.body["id"].as_i64().unwrap()),
                409 => assert_eq!(reply.header("retry-after"), "1"),
                other => panic!("{other}: {}", reply.body),
            }
        }
        ids.dedup();
        let [id] = ids.as_slice() else { panic!("one notice: {ids:?}") };
        app.wait(NoticeId(*id)).await;
        assert_eq!((notices(&caller).await, sent(&app, &people)), (1, 2));
        app.finish().await;
    }
}

both! {
    async fn whoever_repeats_after_a_crash_goes_on_where_it_broke_off(which) {
        let app = TestApp::start_with(which, Options { no_worker: true, ..Options::default() }).await;
        let (program, _) = app.furnish().await;
        let people = app.people(1, 5).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let key = app.services.api_keys(program).await.unwrap()[0].id;
        let store = app.services.store();
        let body = order(&people);
        let digest = |body: &Value| {
            let written = format!("POST /notices\n{body}");
            let digest = ring::digest::digest(&ring::digest::SHA256, written.as_bytes());
            digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        let now = app.services.now();
        // The process ended before it made the draft: while its lease lasts nobody else does it, then somebody does.
        let dead = Named { key, name: "early", lease: 5 };
        store.begin_named(dead, &digest(&body), 0, now, now + 60_000).await.unwrap();
        caller.post_once("/notices", &body, "early").await.must_be(409);
        store.release_named(dead).await.unwrap();
        caller.post_once("/notices", &body, "early").await.must_be(202);
        assert_eq!(notices(&caller).await, 1);
        // It ended after it had sent, before the answer was kept.
        let sent = caller.post_once("/notices", &body, "late").await.must_be(202);
        forget_answer(&app, "late").await;
        let again = caller.post_once("/notices", &body, "late").await.must_be(202);
        assert_eq!((&again.body, again.header("idempotency-replayed")), (&sent.body, ""), "made anew, and the same");
        assert_eq!(notices(&caller).await, 2);
        // It ended between the draft and its confirmation.
        let template = app.services.registered_templates(program).await.unwrap()[0].id;
        let draft = app.draft(template, service::AudienceInput::One(people[0].clone())).await;
        caller.post_once("/notices", &body, "middle").await.must_be(202);
        forget_answer(&app, "middle").await;
        point_to(&app, "middle", draft.0).await;
        let done = caller.post_once("/notices", &body, "middle").await.must_be(202);
        assert_ne!(done.body["id"], draft.0, "nobody knows how far it came: it is made anew");
        assert!(app.services.notice(draft).await.is_err(), "and the old one is gone");
        app.finish().await;
    }
}

async fn forget_answer(app: &TestApp, name: &'static str) {
    execute(app, format!("UPDATE idempotency SET status = NULL, answer = NULL, lease_until = 0 WHERE name = '{name}'"))
        .await;
}

async fn point_to(app: &TestApp, name: &'static str, notice: i64) {
    execute(app, format!("UPDATE idempotency SET notice_id = {notice} WHERE name = '{name}'")).await;
}

async fn execute(app: &TestApp, sql: String) {
    use sqlx::{Connection, Executor};
    let sql = sqlx::AssertSqlSafe(sql);
    if app.database.url.starts_with("sqlite") {
        sqlx::SqliteConnection::connect(&app.database.url).await.unwrap().execute(sql).await.unwrap();
    } else {
        sqlx::PgConnection::connect(&app.database.url).await.unwrap().execute(sql).await.unwrap();
    }
}

both! {
    async fn a_report_that_is_repeated_counts_once(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let body = json!({ "openid": openid(1), "results": { TEMPLATE: "accept" } });
        let first = caller.post_once("/grants", &body, "tap-1").await.must_be(200);
        assert_eq!(first.body, json!({ "openid": openid(1), "balances": { TEMPLATE: 1 }, "repeated": false }));
        assert_eq!(caller.post_once("/grants", &body, "tap-1").await.must_be(200).body, first.body);
        forget_answer(&app, "tap-1").await;
        let again = caller.post_once("/grants", &body, "tap-1").await.must_be(200);
        assert_eq!((&again.body["balances"][TEMPLATE], &again.body["repeated"]), (&json!(1), &json!(true)));
        assert_eq!(caller.post("/grants", &body).await.must_be(200).body["balances"][TEMPLATE], 2, "without a name each counts");
        for (wrong, path) in [
            (json!({ "openid": "x", "results": { TEMPLATE: "accept" } }), "openid"),
            (json!({ "openid": openid(1), "results": {} }), "results"),
            (json!({ "openid": openid(1), "results": { TEMPLATE: "maybe" } }), &*format!("results[{TEMPLATE}]")),
            (json!({ "openid": openid(1), "results": { "nonsense": "accept" } }), "results[nonsense]"),
        ] {
            let reply = caller.post("/grants", &wrong).await.must_be(422);
            assert_eq!(reply.errors()[0].0, path, "{}", reply.body);
        }
        app.finish().await;
    }
}

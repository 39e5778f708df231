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

both! {
    async fn a_name_that_is_used_again_after_a_day_is_a_new_report(which) {
        let clock = std::sync::Arc::new(service::clock::ManualClock::at(1_790_000_000_000));
        let options = Options { clock: Some(clock.clone()), no_worker: true, ..Options::default() };
        let app = TestApp::start_with(which, options).await;
        let (program, _) = app.furnish().await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let accepted = json!({ "openid": openid(1), "results": { TEMPLATE: "accept" } });
        let rejected = json!({ "openid": openid(1), "results": { TEMPLATE: "reject" } });
        caller.post_once("/grants", &accepted, "tap").await.must_be(200);
        // The same again after a day, for the day is how long a name is remembered; and another one.
        for body in [&accepted, &rejected] {
            clock.advance(24 * 3_600_000 + 1);
            let told = caller.post_once("/grants", body, "tap").await.must_be(200).body;
            assert_eq!((&told["repeated"], &told["balances"][TEMPLATE]), (&json!(false), &json!(2)));
        }
        let person = app.services.store().subscriber_by_openid(program, &openid(1)).await.unwrap().unwrap();
        assert!(app.services.store().grants_of(person.id).await.unwrap()[0].refused, "the second was recorded too");
        app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_fails_on_the_way_leaves_no_draft_that_a_person_might_confirm() {
    let app = TestApp::start_with(Which::Sqlite, Options { no_worker: true, ..Options::default() }).await;
    let (program, _) = app.furnish().await;
    let people = app.people(2, 2).await;
    let caller = Caller::new(&app, program, &Scope::ALL).await;
    let mut personal = order(&people);
    personal["recipients"][0]["data"] = json!({ "thing1": "张三" });
    for (table, body) in [("notices", order(&people)), ("recipients", personal)] {
        let event = if table == "notices" { "UPDATE" } else { "INSERT" };
        let broken =
            format!("CREATE TRIGGER broken BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END");
        execute(&app, broken).await;
        caller.post("/notices", &body).await.must_be(500);
        assert_eq!(notices(&caller).await, 0, "{table}");
        caller.post_once("/notices", &body, table).await.must_be(500);
        assert_eq!(notices(&caller).await, 0, "{table}");
        execute(&app, "DROP TRIGGER broken".to_owned()).await;
    }
    caller.post_once("/notices", &order(&people), "notices").await.must_be(202);
    assert_eq!(notices(&caller).await, 1);
    app.finish().await;
}

both! {
    async fn drafts_of_orders_that_broke_off_are_cleared_away_and_those_of_people_stay(which) {
        let clock = std::sync::Arc::new(service::clock::ManualClock::at(1_790_000_000_000));
        let options = Options { clock: Some(clock.clone()), no_worker: true, ..Options::default() };
        let app = TestApp::start_with(which, options).await;
        let (_, template) = app.furnish().await;
        let people = app.people(1, 1).await;
        let one = || service::AudienceInput::One(people[0].clone());
        let (broken, ours) = (app.draft(template, one()).await, app.draft(template, one()).await);
        execute(&app, format!("UPDATE notices SET created_by = 'API: x' WHERE id = {broken}")).await;
        for (advance, is_there) in [(3_599_000, true), (1_000, false)] {
            clock.advance(advance);
            service::keep_up(&app.services, None, || false).await.unwrap();
            assert_eq!(app.services.notice(broken).await.is_ok(), is_there);
        }
        assert!(app.services.notice(ours).await.is_ok());
        app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_kept_where_a_slow_twin_sends_the_order_while_it_is_being_refused() {
    let app = TestApp::start_with(Which::Sqlite, Options { no_worker: true, ..Options::default() }).await;
    let (program, template) = app.furnish().await;
    let people = app.people(1, 5).await;
    let caller = Caller::new(&app, program, &Scope::ALL).await;
    let body = order(&people);
    caller.post_once("/notices", &body, "twice").await.must_be(202);
    forget_answer(&app, "twice").await;
    let draft = app.draft(template, service::AudienceInput::One(people[0].clone())).await;
    point_to(&app, "twice", draft.0).await;
    // In the moment in which its draft is thrown away it is one no more.
    let twin = format!(
        "CREATE TRIGGER twin BEFORE DELETE ON notices WHEN OLD.id = {draft}
         BEGIN UPDATE notices SET state = 'cancelled', finished_at = 1 WHERE id = {draft}; SELECT RAISE(IGNORE); END"
    );
    execute(&app, twin).await;
    app.services.archive_template(template, true).await.unwrap();
    for replayed in ["", "true"] {
        let reply = caller.post_once("/notices", &body, "twice").await.must_be(202);
        assert_eq!((&reply.body["id"], reply.header("idempotency-replayed")), (&json!(draft), replayed));
    }
    app.finish().await;
}

async fn forget_answer(app: &TestApp, name: &'static str) {
    execute(app, format!("UPDATE idempotency SET status = NULL, answer = NULL, lease_until = 0 WHERE name = '{name}'"))
        .await;
}

async fn point_to(app: &TestApp, name: &'static str, notice: i64) {
    execute(app, format!("UPDATE idempotency SET notice_id = {notice} WHERE name = '{name}'")).await;
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

//! Ordering notices: all or nothing, and every mistake by its path.

use super::*;
use model::delivery::DeliveryState;
use service::AudienceInput;

both! {
    async fn an_order_is_sent_and_its_numbers_are_told(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        let people = app.people(2, 1).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let list = [people[0].clone(), people[1].clone(), people[0].clone(), openid(77)];
        let mut wanted = order(&list);
        wanted["dry_run"] = json!(true);
        let numbers = json!({ "will_send": 2, "no_grant": 1, "refused": 0, "invalid": 0, "too_often": 0, "duplicates": 1 });
        let forecast = caller.post("/notices", &wanted).await.must_be(200);
        assert_eq!(forecast.body, json!({ "id": null, "recipients": numbers, "dry_run": true }));
        assert_eq!(caller.get("/notices").await.body["items"], json!([]), "a dry run stores nothing");
        wanted["dry_run"] = json!(false);
        let ordered = caller.post("/notices", &wanted).await.must_be(202);
        assert_eq!(ordered.body["recipients"], numbers);
        let id = model::ids::NoticeId(ordered.body["id"].as_i64().unwrap());
        app.wait(id).await;
        let notice = caller.get(&format!("/notices/{id}")).await.must_be(200).body;
        assert_eq!((&notice["state"], &notice["counts"]["sent"], &notice["counts"]["skipped"]), (&json!("finished"), &json!(2), &json!(1)));
        assert_eq!((&notice["created_by"], &notice["template_id"]), (&json!("API: 业务系统"), &json!(TEMPLATE)));
        // What was left out is as usual for the mini program.
        assert_eq!((&notice["page"], &notice["lang"], &notice["miniprogram_state"]), (&json!("pages/index"), &json!("zh_CN"), &json!("formal")));
        assert_eq!(sent(&app, &list), 2);
        app.finish().await;
    }
}

both! {
    async fn an_order_for_nobody_with_a_grant_is_refused_and_leaves_nothing(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let reply = caller.post("/notices", &order(&[openid(1)])).await.must_refuse(422, "recipients", "nobody");
        assert_eq!((&reply.body["code"], &reply.body["recipients"]["no_grant"]), (&json!("nobody"), &json!(1)));
        assert_eq!(caller.get("/notices").await.body["items"], json!([]));
        assert_eq!(caller.get("/subscribers").await.body["items"], json!([]));
        app.finish().await;
    }
}

both! {
    async fn each_recipient_may_have_values_of_their_own(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        let people = app.people(3, 1).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let mut wanted = json!({
            "template_id": TEMPLATE,
            "data": { "phrase2": "处理中", "thing1": "{{name|邻居}}，您好" },
            "recipients": [
                { "openid": people[0], "data": { "name": "张三" } },
                { "openid": people[1], "data": { "thing1": "三号楼电梯停运", "phrase2": "已办结" } },
                { "openid": people[2] },
                { "openid": people[0], "data": { "name": "李四" } },
            ],
        });
        let ordered = caller.post_once("/notices", &wanted, "personal").await.must_be(202);
        assert_eq!((&ordered.body["recipients"]["will_send"], &ordered.body["recipients"]["duplicates"]), (&json!(3), &json!(1)));
        let id = model::ids::NoticeId(ordered.body["id"].as_i64().unwrap());
        app.wait(id).await;
        assert_eq!(app.count(id, DeliveryState::Sent).await, 3);
        let rows = app.services.store().recipients(id, false, "", 10).await.unwrap();
        let own: Vec<_> = rows.iter().map(|row| row.values.values().cloned().collect::<Vec<_>>().join("/")).collect();
        assert_eq!(own, ["张三", "已办结/三号楼电梯停运", ""], "of two entries for one person the first counts");
        // Everything that is wrong, by whose it is; nothing is stored.
        wanted["recipients"] = json!([
            { "openid": people[0], "data": { "thing1": "" } },
            { "openid": people[1], "data": { "thing1": "长".repeat(21) } },
            { "openid": people[2], "data": { "other": "x" } },
        ]);
        let reply = caller.post("/notices", &wanted).await.must_be(422);
        let paths: Vec<_> = reply.errors().into_iter().map(|(path, code)| format!("{path} {code}")).collect();
        assert_eq!(paths, ["recipients[0].data.thing1 required", "recipients[1].data.thing1 too_long", "recipients[2].data.other unknown_field"]);
        wanted["data"] = json!({ "phrase2": "处理中", "thing1": "{{name}}" });
        wanted["recipients"] = json!([{ "openid": people[0], "data": { "name": "张三" } }, { "openid": people[1] }]);
        caller.post("/notices", &wanted).await.must_refuse(422, "recipients[1].data.thing1", "no_value");
        wanted["data"]["thing1"] = json!("{{name");
        caller.post("/notices", &wanted).await.must_refuse(422, "data.thing1", "placeholder");
        assert_eq!(caller.get("/notices").await.body["items"].as_array().unwrap().len(), 1);
        app.finish().await;
    }
}

#[tokio::test]
async fn every_mistake_is_told_by_its_path_and_nothing_is_stored() {
    let app = TestApp::start(Which::Sqlite).await;
    let (program, _) = app.furnish().await;
    let people = app.people(1, 1).await;
    let caller = Caller::new(&app, program, &Scope::ALL).await;
    let with = |field: &str, value: Value| {
        let mut order = order(&people);
        order[field] = value;
        order
    };
    let without = |field: &str| {
        let mut order = order(&people);
        order.as_object_mut().unwrap().remove(field);
        order
    };
    let many: Vec<_> = (0..10_001).map(|i| json!({ "openid": openid(i) })).collect();
    for (body, path, code) in [
        (with("template_id", json!(5)), "template_id", "wrong_type"),
        (with("template_id", json!("nonsense")), "template_id", "unknown_template"),
        (with("template_id", json!("999")), "template_id", "unknown_template"),
        (without("template_id"), "template_id", "required"),
        (without("recipients"), "recipients", "required"),
        (with("recipients", json!([])), "recipients", "required"),
        (with("recipients", json!([{ "openid": people[0] }, {}])), "recipients[1].openid", "required"),
        (with("recipients", json!([{ "openid": 7 }])), "recipients[0].openid", "wrong_type"),
        (
            with("recipients", json!([{ "openid": people[0] }, { "openid": "short" }])),
            "recipients[1].openid",
            "not_an_openid",
        ),
        (with("recipients", json!([{ "openid": people[0], "name": "x" }])), "recipients[0].name", "unknown_field"),
        (with("recipients", json!(many)), "recipients", "too_many"),
        (with("data", json!({ "thing1": "a".repeat(21), "phrase2": "处理中" })), "data.thing1", "too_long"),
        (with("data", json!({ "thing1": "好" })), "data.phrase2", "required"),
        (with("data", json!({ "thing1": "好", "phrase2": "处理中", "thing9": "x" })), "data.thing9", "unknown_field"),
        (with("data", json!({ "thing1": 5, "phrase2": "处理中" })), "data.thing1", "wrong_type"),
        (with("page", json!("https://elsewhere.example")), "page", ""),
        (with("miniprogram_state", json!("beta")), "miniprogram_state", "unknown_choice"),
        (with("lang", json!("fr")), "lang", "unknown_choice"),
        (with("send_att", json!("2026-01-01T00:00:00Z")), "send_att", "unknown_field"),
        (with("dry_run", json!("yes")), "dry_run", "wrong_type"),
    ] {
        let reply = caller.post("/notices", &body).await.must_be(422);
        let found = reply.errors().into_iter().any(|(p, c)| p == path && (code.is_empty() || c == code));
        assert!(found, "{path} {code}: {}", reply.body);
    }
    let all =
        json!({ "template_id": "x", "data": {}, "recipients": [{ "openid": "a" }, { "openid": "b" }], "page": "//" });
    assert!(caller.post("/notices", &all).await.must_be(422).errors().len() >= 4, "everything at once");
    assert_eq!(caller.get("/notices").await.body["items"], json!([]));
    app.finish().await;
}

#[tokio::test]
async fn what_is_no_json_is_told_as_such_in_both_languages() {
    let app = TestApp::start(Which::Sqlite).await;
    let (program, _) = app.furnish().await;
    let caller = Caller::new(&app, program, &Scope::ALL).await;
    let post = |body: &str, headers: &'static [(&'static str, &'static str)]| {
        let (caller, body) = (caller.clone(), body.to_owned());
        async move { caller.call(Method::POST, "/notices", Some(body), headers).await }
    };
    let zh = post("{\"template_id\":", &[("accept-language", "zh-CN")]).await.must_be(400);
    assert!(zh.body["detail"].as_str().unwrap().contains("第 1 行"), "{}", zh.body);
    let en = post("{", &[("accept-language", "en-GB")]).await.must_be(400);
    assert!(en.body["detail"].as_str().unwrap().contains("line 1"), "{}", en.body);
    let huge = format!("{{\"template_id\":\"{}\"}}", "a".repeat(9 * 1024 * 1024));
    post(&huge, &[]).await.must_refuse(413, "", "too_large");
    let plain = caller.client.post(format!("{}/api/v1/notices", app.url)).bearer_auth(&caller.key).body("x");
    assert_eq!(plain.send().await.unwrap().status(), 415);
    caller.call(Method::PUT, "/notices", None, &[]).await.must_be(405);
    caller.get("/nowhere").await.must_be(404);
    app.finish().await;
}

both! {
    async fn what_was_not_sent_is_cancelled_and_cancelling_again_changes_nothing(which) {
        let app = TestApp::start_with(which, Options { no_worker: true, ..Options::default() }).await;
        let (program, _) = app.furnish().await;
        let people = app.people(3, 1).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let ordered = caller.post("/notices", &order(&people)).await.must_be(202);
        let path = format!("/notices/{}/cancel", ordered.body["id"]);
        for _ in 0..2 {
            let cancelled = caller.call(Method::POST, &path, None, &[]).await.must_be(200).body;
            assert_eq!((&cancelled["state"], &cancelled["counts"]["cancelled"]), (&json!("cancelled"), &json!(3)));
        }
        let balances = caller.get(&format!("/subscribers/{}", people[0])).await.must_be(200).body;
        assert_eq!((&balances["grants"][0]["balance"], &balances["grants"][0]["reserved"]), (&json!(1), &json!(0)));
        app.finish().await;
    }
}

both! {
    async fn another_mini_programs_things_are_as_if_they_were_not_there(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        let people = app.people(1, 2).await;
        let notice = app.send(template, AudienceInput::One(people[0].clone())).await;
        app.wait(notice).await;
        assert_eq!(app.count(notice, DeliveryState::Sent).await, 1);
        let other = app.add_mini_program("wxffffffffffffffff", "另一个").await;
        let stranger = Caller::new(&app, other, &Scope::ALL).await;
        for path in [format!("/notices/{notice}"), format!("/notices/{notice}/deliveries"), format!("/subscribers/{}", people[0])] {
            stranger.get(&path).await.must_be(404);
        }
        stranger.call(Method::POST, &format!("/notices/{notice}/cancel"), None, &[]).await.must_be(404);
        for template in [TEMPLATE.to_owned(), template.to_string()] {
            let mut wanted = order(&people);
            wanted["template_id"] = json!(template);
            stranger.post("/notices", &wanted).await.must_refuse(422, "template_id", "unknown_template");
            stranger.get(&format!("/notices?template_id={template}")).await.must_be(404);
            stranger.get(&format!("/statistics?template_id={template}")).await.must_be(404);
        }
        let grants = json!({ "openid": people[0], "results": { TEMPLATE: "accept" } });
        stranger.post("/grants", &grants).await.must_be(422);
        for path in ["/notices", "/subscribers", "/templates"] {
            assert_eq!(stranger.get(path).await.must_be(200).body["items"], json!([]), "{path}");
        }
        assert_eq!(stranger.get("/statistics").await.must_be(200).body["total"]["sent"], 0);
        let ours = Caller::new(&app, program, &Scope::ALL).await;
        assert_eq!(ours.get("/statistics").await.must_be(200).body["total"]["sent"], 1);
        app.finish().await;
    }
}

both! {
    async fn an_order_may_have_a_time_and_can_be_cancelled_until_then(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        let people = app.people(2, 1).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let mut wanted = order(&people);
        for (time, code) in [
            ("tomorrow", "not_a_time"),
            ("2026-12-01T09:00:00", "not_a_time"),
            ("2001-01-01T00:00:00Z", "in_the_past"),
            ("2999-01-01T00:00:00Z", "too_far"),
        ] {
            wanted["send_at"] = json!(time);
            caller.post("/notices", &wanted).await.must_refuse(422, "send_at", code);
        }
        let at = jiff::Timestamp::from_millisecond(app.services.now() + 3_600_000).unwrap();
        wanted["send_at"] = json!(at.to_string());
        let ordered = caller.post_once("/notices", &wanted, "planned").await.must_be(202);
        let path = format!("/notices/{}", ordered.body["id"]);
        let notice = caller.get(&path).await.must_be(200).body;
        assert_eq!((&notice["state"], &notice["send_at"]), (&json!("scheduled"), &json!(at.to_string())));
        assert_eq!((&notice["counts"]["pending"], sent(&app, &people)), (&json!(2), 0), "nothing goes before its time");
        let cancelled = caller.call(Method::POST, &format!("{path}/cancel"), None, &[]).await.must_be(200).body;
        assert_eq!((&cancelled["state"], &cancelled["counts"]["cancelled"]), (&json!("cancelled"), &json!(2)));
        app.finish().await;
    }
}

both! {
    async fn an_order_for_many_waits_for_a_person_where_the_rules_say_so(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        let people = app.people(3, 1).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let rules = service::RulesInput {
            fail_share: "50".to_owned(),
            fail_after: "50".to_owned(),
            approve_above: "1".to_owned(),
            ..service::RulesInput::default()
        };
        app.services.set_send_rules(program, &rules).await.unwrap();
        let few = caller.post("/notices", &order(&people[..1])).await.must_be(202).body;
        app.wait(model::ids::NoticeId(few["id"].as_i64().unwrap())).await;
        assert_eq!(sent(&app, &people), 1);
        let many = caller.post("/notices", &order(&people[1..])).await.must_be(202).body;
        let notice = caller.get(&format!("/notices/{}", many["id"])).await.must_be(200).body;
        assert_eq!((&notice["state"], &notice["counts"]["pending"]), (&json!("approval"), &json!(2)));
        assert_eq!(sent(&app, &people), 1, "nothing goes before somebody has agreed");
        app.finish().await;
    }
}

//! Looking things up.

use super::*;
use service::AudienceInput;

both! {
    async fn lists_are_read_page_by_page_to_their_end(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        let people = app.people(5, 2).await;
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        for person in &people[..2] {
            app.send(template, AudienceInput::One(person.clone())).await;
        }
        app.wait(notice).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        for (path, field, n) in [
            ("/notices".to_owned(), "id", 3),
            (format!("/notices/{notice}/deliveries"), "openid", 5),
            ("/subscribers".to_owned(), "openid", 5),
        ] {
            let (mut seen, mut cursor) = (std::collections::BTreeSet::new(), String::new());
            for _ in 0..9 {
                let page = caller.get(&format!("{path}?limit=2&cursor={cursor}")).await.must_be(200).body;
                let rows = page["items"].as_array().unwrap();
                assert!(rows.len() <= 2);
                seen.extend(rows.iter().map(|row| row[field].to_string()));
                match page["next"].as_str() {
                    Some(next) => cursor = next.to_owned(),
                    None => break,
                }
            }
            assert_eq!(seen.len(), n, "{path}");
        }
        for (query, path, code) in [
            ("limit=0", "limit", "out_of_range"), ("limit=201", "limit", "out_of_range"), ("limit=x", "limit", "wrong_type"),
            ("cursor=x", "cursor", "bad_cursor"), ("state=nonsense", "state", "unknown_choice"), ("page=2", "page", "unknown_field"),
        ] {
            caller.get(&format!("/notices?{query}")).await.must_refuse(422, path, code);
        }
        app.finish().await;
    }
}

both! {
    async fn deliveries_are_told_with_their_reasons(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        let people = app.people(1, 1).await;
        // We believe in a grant of which the platform knows nothing.
        app.accept(&openid(50)).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let list = [people[0].clone(), openid(50), openid(51)];
        let id = caller.post("/notices", &order(&list)).await.must_be(202).body["id"].as_i64().unwrap();
        app.wait(model::ids::NoticeId(id)).await;
        let of = |query: &'static str| {
            let caller = caller.clone();
            async move { caller.get(&format!("/notices/{id}/deliveries{query}")).await.must_be(200).body["items"].clone() }
        };
        assert_eq!(of("").await.as_array().unwrap().len(), 3);
        let failed = of("?state=failed").await;
        assert_eq!((failed.as_array().unwrap().len(), &failed[0]["errcode"], &failed[0]["openid"]), (1, &json!(43101), &json!(openid(50))));
        assert!(failed[0]["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{failed}");
        assert_eq!(of("?errcode=43101").await, failed);
        assert_eq!(of("?state=skipped").await[0]["openid"], openid(51));
        assert_eq!(of("?state=sent").await[0]["openid"], people[0]);
        assert_eq!(of("?state=pending").await, json!([]));
        caller.get("/notices/999999/deliveries").await.must_be(404);
        caller.get("/notices/x/deliveries").await.must_be(404);
        caller.get("/notices/%FF").await.must_be(404);
        app.finish().await;
    }
}

both! {
    async fn templates_balances_and_statistics_are_as_on_the_pages(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        let people = app.people(1, 3).await;
        let notice = app.send(template, AudienceInput::One(people[0].clone())).await;
        app.wait(notice).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let templates = caller.get("/templates").await.must_be(200).body;
        let one = &templates["items"][0];
        assert_eq!((&one["template_id"], &one["kind"], &one["usable"]), (&json!(TEMPLATE), &json!("one_time"), &json!(true)));
        assert_eq!((&one["fields"][0]["key"], &one["fields"][1]["label"]), (&json!("thing1"), &json!("处理状态")));
        let person = caller.get(&format!("/subscribers/{}", people[0])).await.must_be(200).body;
        assert_eq!((&person["balance"], &person["grants"][0]["balance"]), (&json!(2), &json!(2)));
        caller.get(&format!("/subscribers/{}", openid(999))).await.must_be(404);
        let found = caller.get(&format!("/subscribers?search={}", &people[0][..20])).await.must_be(200).body;
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
        let week = caller.get("/statistics").await.must_be(200).body;
        assert_eq!((week["buckets"].as_array().unwrap().len(), &week["total"]["sent"]), (7, &json!(1)));
        assert_eq!(week["time_zone"], "Asia/Shanghai");
        let today = week["to"].as_str().unwrap();
        let day = caller.get(&format!("/statistics?from={today}&to={today}&template_id={TEMPLATE}")).await.must_be(200).body;
        assert_eq!((day["buckets"].as_array().unwrap().len(), &day["total"]["sent"]), (24, &json!(1)));
        for (query, path) in [
            ("from=2026-13-01", "from"), ("to=yesterday", "to"), ("from=2026-01-02&to=2026-01-01", "to"),
            ("from=2020-01-01&to=2026-01-01", "from"), ("from=2026-01-01T00:00:00Z", "from"),
        ] {
            let reply = caller.get(&format!("/statistics?{query}")).await.must_be(422);
            assert_eq!(reply.errors()[0].0, path, "{}", reply.body);
        }
        app.finish().await;
    }
}

//! Orders and the rules of the mini program.

use super::*;
use model::ids::NoticeId;
use service::RulesInput;

both! {
    async fn many_are_sent_to_a_version_for_members_only_where_the_order_says_so(which) {
        let app = TestApp::start_with(which, Options { no_worker: true, ..Options::default() }).await;
        let (program, _) = app.furnish().await;
        let people = app.people(2, 3).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        execute(&app, "UPDATE mini_programs SET program_state = 'trial'".to_owned()).await;
        for dry_run in [true, false] {
            let mut wanted = order(&people);
            wanted["dry_run"] = json!(dry_run);
            caller.post("/notices", &wanted).await.must_refuse(422, "miniprogram_state", "needs_yes");
        }
        assert_eq!(caller.get("/notices").await.body["items"], json!([]));
        let one = [people[0].clone(), people[0].clone()];
        caller.post("/notices", &order(&one)).await.must_be(202);
        for named in ["trial", "formal"] {
            let mut wanted = order(&people);
            wanted["miniprogram_state"] = json!(named);
            caller.post("/notices", &wanted).await.must_be(202);
        }
        app.finish().await;
    }
}

both! {
    async fn a_dry_run_knows_of_urgent_and_nobody_names_the_cap_as_its_cause(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        let people = app.people(2, 4).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let rules = RulesInput {
            fail_share: "50".to_owned(),
            fail_after: "50".to_owned(),
            cap_n: "1".to_owned(),
            cap_days: "7".to_owned(),
            ..RulesInput::default()
        };
        app.services.set_send_rules(program, &rules).await.unwrap();
        let first = caller.post("/notices", &order(&people)).await.must_be(202).body;
        app.wait(NoticeId(first["id"].as_i64().unwrap())).await;
        let refused = caller.post("/notices", &order(&people)).await.must_refuse(422, "recipients", "nobody");
        let said = refused.body["detail"].as_str().unwrap();
        assert!(said.contains("2 人近期收到的消息已达频次上限") && !said.contains("授权"), "{said}");
        for (urgent, will_send) in [(false, 0), (true, 2)] {
            let mut wanted = order(&people);
            (wanted["urgent"], wanted["dry_run"]) = (json!(urgent), json!(true));
            let told = caller.post("/notices", &wanted).await.must_be(200).body;
            assert_eq!(told["recipients"]["will_send"], will_send, "{told}");
        }
        let mut wanted = order(&people);
        wanted["urgent"] = json!(true);
        assert_eq!(caller.post("/notices", &wanted).await.must_be(202).body["recipients"]["will_send"], 2);
        app.finish().await;
    }
}

//! Values that differ from person to person.

use super::*;
use model::{
    delivery::DeliveryState,
    ids::NoticeId,
    subscriber::{PersonRow, PersonTraits},
};

async fn name(app: &TestApp, program: MiniProgramId, openid: &str, name: &str) {
    let attributes = [("姓名".to_owned(), name.to_owned())].into();
    let traits = PersonTraits { attributes, ..PersonTraits::default() };
    let row = PersonRow { openid: openid.to_owned(), remark: None, traits };
    app.services.store().merge_people(program, &[row], 1).await.unwrap();
}

both! {
    async fn placeholders_are_filled_from_the_order_then_from_attributes_then_by_the_fallback(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        let people = app.people(3, 2).await;
        name(&app, program, &people[0], "长".repeat(30).as_str()).await;
        name(&app, program, &people[1], "李四").await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let mut wanted = order(&people);
        wanted["data"]["thing1"] = json!("{{姓名}}您好");
        // Without the attribute nothing can be filled; with one that is too long neither.
        let reply = caller.post("/notices", &wanted).await.must_be(422);
        let paths: Vec<_> = reply.errors().into_iter().map(|(path, code)| format!("{path} {code}")).collect();
        assert_eq!(paths, ["recipients[0].data.thing1 too_long", "recipients[2].data.thing1 no_value"]);
        wanted["recipients"][0]["data"] = json!({ "姓名": "张三" });
        wanted["data"]["thing1"] = json!("{{姓名|邻居}}您好");
        let id = NoticeId(caller.post("/notices", &wanted).await.must_be(202).body["id"].as_i64().unwrap());
        app.wait(id).await;
        assert_eq!(app.count(id, DeliveryState::Sent).await, 3, "what was checked is what was sent");
        app.finish().await;
    }
}

#[tokio::test]
async fn a_shared_value_that_is_too_long_is_refused_with_its_path_and_in_the_console_too() {
    let app = TestApp::start(Which::Sqlite).await;
    let (program, template) = app.furnish().await;
    let caller = Caller::new(&app, program, &Scope::ALL).await;
    let everybody: Vec<String> = (0..10_000).map(openid).collect();
    let mut wanted = order(&everybody);
    wanted["data"]["thing1"] = json!("{{a|}}".repeat(1_000_000));
    let began = std::time::Instant::now();
    let reply = caller.post("/notices", &wanted).await.must_refuse(422, "data.thing1", "too_long");
    assert!(reply.body["detail"].as_str().unwrap().contains("1000"), "{}", reply.body);
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    let draft = app.draft(template, service::AudienceInput::One(openid(1))).await;
    let mut content = crate::support::content();
    content.values.insert("thing1".to_owned(), "{{a|}}".repeat(200));
    let Err(service::UseError::Invalid(problems)) = app.services.set_content(draft, &content).await else {
        panic!("it was taken")
    };
    assert_eq!((problems.0[0].field.as_str(), problems.0[0].code.as_str()), ("values[thing1]", "too_long"));
    app.finish().await;
}

both! {
    async fn ten_thousand_recipients_with_values_of_their_own_are_taken(which) {
        let app = TestApp::start_with(which, Options { no_worker: true, ..Options::default() }).await;
        let (program, _) = app.furnish().await;
        app.people(1, 1).await;
        let caller = Caller::new(&app, program, &Scope::ALL).await;
        let recipients: Vec<_> =
            (0..10_000).map(|n| json!({ "openid": openid(n), "data": { "thing1": format!("第 {n} 号意见") } })).collect();
        let wanted = json!({ "template_id": TEMPLATE, "data": { "phrase2": "处理中" }, "recipients": recipients });
        let ordered = caller.post_once("/notices", &wanted, "many").await.must_be(202).body;
        let numbers = (&ordered["recipients"]["will_send"], &ordered["recipients"]["no_grant"]);
        assert_eq!(numbers, (&json!(1), &json!(9_999)));
        app.finish().await;
    }
}

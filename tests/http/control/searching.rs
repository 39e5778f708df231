//! Looking for somebody among a notice's deliveries; the way to its speed.

use super::*;

both! {
    async fn somebody_is_looked_for_among_the_deliveries_and_handed_out(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        app.people(4, 1).await;
        let store = app.services.store().clone();
        let person = store.subscriber_by_openid(program, &openid(2)).await.unwrap().unwrap().id;
        app.services.change_remark(person, "张三 & Söhne").await.unwrap();
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        app.wait(notice).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let found = visitor.get(&format!("/notices/{notice}?state=success&q=s%C3%B6hne")).await;
        found.must_show(&openid(2)).must_have("q=s%C3%B6hne");
        found.must_have(&format!("/notices/{notice}/files/deliveries.csv?state=success&amp;q=s%C3%B6hne"));
        assert!(!found.html.contains(&openid(1)), "only who was looked for");
        let file = visitor.get(&format!("/notices/{notice}/files/deliveries.csv?q=s%C3%B6hne")).await;
        assert_eq!(file.html.lines().count(), 2, "{}", file.html);
        visitor.get(&format!("/notices/{notice}?state=fail&q=s%C3%B6hne")).await.must_show("没有符合条件的投递");
        visitor.get(&format!("/notices/{notice}?q={}", openid(1))).await.must_show(&openid(1));
        app.finish().await;
    }
}

#[tokio::test]
async fn the_page_of_a_running_notice_leads_to_its_speed() {
    let (app, _) = still(Which::Sqlite).await;
    let (program, template) = app.furnish().await;
    app.people(2, 1).await;
    let notice = app.draft(template, AudienceInput::EverybodyWithGrant).await;
    order(&app, notice, "").await.unwrap();
    let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
    let page = visitor.get(&format!("/notices/{notice}")).await;
    page.must_show("没有限制")
        .must_show("修改速度")
        .must_have(&format!("/mini-programs/{program}?open=platform#platform"));
    app.services.add_user("bob", "another good horse".to_owned().into(), model::access::Role::Operator).await.unwrap();
    let bob = Visitor::signed_in(&app.url, "bob", "another good horse").await;
    let page = bob.get(&format!("/notices/{notice}")).await;
    assert!(!page.html.contains("修改速度"), "only whoever may change it");
    app.finish().await;
}

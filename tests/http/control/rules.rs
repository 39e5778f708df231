//! Approval, yes to versions for members only, tests to oneself, quiet hours, the cap.

use super::*;

both! {
    async fn many_notices_need_a_second_person(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        app.services.add_user("bob", "another good horse".to_owned().into(), model::access::Role::Operator).await.unwrap();
        app.people(3, 2).await;
        rules(&app, program, |rules| rules.approve_above = "2".to_owned()).await;
        let notice = app.draft(template, AudienceInput::EverybodyWithGrant).await;
        let ann = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let page = review(&ann, notice).await;
        page.must_show("提交审批 3 条");
        let page = ann.fill(&page, "/actions/confirm-notice", &[]).await;
        page.must_show("你提交的通知不能由自己审批");
        let own = app.services.approve_notice(notice, app.notice(notice).await.confirmed_at.unwrap(), ADMIN.0).await.unwrap_err();
        assert_eq!(code_of(&own), "same_person");
        assert_eq!(app.simulator.send_summary().accepted, 0);
        let bob = Visitor::signed_in(&app.url, "bob", "another good horse").await;
        let stale = bob.get(&format!("/notices/{notice}")).await;
        bob.fill(&stale, "/actions/decline-notice", &[]).await.must_show("已退回");
        assert_eq!(app.notice(notice).await.state, NoticeState::Draft);
        ann.fill(&review(&ann, notice).await, "/actions/confirm-notice", &[]).await;
        bob.fill(&stale, "/actions/approve-notice", &[]).await.must_show("撤回并重新提交过");
        assert_eq!(app.notice(notice).await.state, NoticeState::Approval);
        let page = bob.get(&format!("/notices/{notice}")).await;
        bob.fill(&page, "/actions/approve-notice", &[]).await.must_show("已审批通过");
        becomes(&app, notice, NoticeState::Finished).await;
        bob.get(&format!("/notices/{notice}")).await.must_show("审批通过").must_show("bob");
        // Few need nobody.
        let few = app.draft(template, AudienceInput::One(openid(0))).await;
        order(&app, few, "").await.unwrap();
        becomes(&app, few, NoticeState::Finished).await;
        app.finish().await;
    }
}

both! {
    async fn many_messages_that_members_only_can_open_need_a_yes(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(2, 1).await;
        let notice = app.draft(template, AudienceInput::EverybodyWithGrant).await;
        let content = service::ContentInput { program_state: "trial".to_owned(), ..crate::support::content() };
        app.services.set_content(notice, &content).await.unwrap();
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let page = review(&visitor, notice).await;
        let refused = visitor.fill(&page, "/actions/confirm-notice", &[]).await;
        refused.must_show("确实要群发，请勾选确认");
        assert_eq!(app.notice(notice).await.state, NoticeState::Draft);
        visitor.fill(&refused, "/actions/confirm-notice", &[("members_only", "true")]).await;
        becomes(&app, notice, NoticeState::Finished).await;
        app.finish().await;
    }
}

both! {
    async fn a_test_goes_to_oneself_and_leaves_the_draft_as_it_is(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(3, 1).await;
        let notice = app.draft(template, AudienceInput::EverybodyWithGrant).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let page = review(&visitor, notice).await;
        visitor.fill(&page, "/actions/send-test", &[("test_openid", "nobody!")]).await.must_show("openid");
        let page = visitor.fill(&page, "/actions/send-test", &[("test_openid", &openid(2))]).await;
        page.must_show("测试消息已发出");
        assert_eq!(page.held("/actions/send-test", "test_openid"), openid(2), "it is remembered");
        page.must_show("确认发送 2 条");
        let test = app.notice(NoticeId(notice.0 + 1)).await;
        app.wait(test.id).await;
        assert_eq!(app.simulator.sent_count(&openid(2)), 1);
        let refused = visitor.fill(&page, "/actions/send-test", &[]).await;
        refused.must_show("没有这个模板的可用额度");
        assert_eq!(app.notice(notice).await.state, NoticeState::Draft);
        app.finish().await;
    }
}

both! {
    async fn quiet_hours_hold_many_and_let_one_through(which) {
        let (app, clock) = still(which).await;
        let (program, template) = app.furnish().await;
        app.people(4, 1).await;
        let zone = service::zone::of("Asia/Shanghai");
        let tomorrow = service::zone::plus_days(service::zone::date_of(app.services.now(), &zone), 1);
        clock.set(service::zone::minute_of(tomorrow, 60, &zone));
        rules(&app, program, |rules| {
            rules.quiet_from = "22:00".to_owned();
            rules.quiet_to = "08:00".to_owned();
        })
        .await;
        let many = app.send(template, AudienceInput::Pasted([openid(0), openid(1)].join("\n"))).await;
        let one = app.send(template, AudienceInput::One(openid(2))).await;
        becomes(&app, one, NoticeState::Finished).await;
        assert_eq!(app.count(many, DeliveryState::Pending).await, 2);
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        visitor.get(&format!("/notices/{many}")).await.must_show("现在是免打扰时段");
        clock.set(service::zone::minute_of(tomorrow, 8 * 60, &zone));
        let done = becomes(&app, many, NoticeState::Finished).await;
        assert_eq!(done.counts.of(DeliveryState::Sent), 2);
        app.finish().await;
    }
}

both! {
    async fn the_cap_spares_those_who_had_enough(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        app.people(3, 3).await;
        rules(&app, program, |rules| {
            rules.cap_n = "1".to_owned();
            rules.cap_days = "7".to_owned();
        })
        .await;
        let first = app.send(template, AudienceInput::Pasted([openid(0), openid(1)].join("\n"))).await;
        becomes(&app, first, NoticeState::Finished).await;
        let second = app.draft(template, AudienceInput::EverybodyWithGrant).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let page = review(&visitor, second).await;
        page.must_show("近期已发够次数").must_show("将发送 1 条，跳过 2 人。");
        let page = visitor.fill(&page, "/actions/set-urgent", &[]).await;
        page.must_show("将发送 3 条。");
        let page = visitor.fill(&page, "/actions/set-urgent", &[]).await;
        visitor.fill(&page, "/actions/confirm-notice", &[]).await;
        let done = becomes(&app, second, NoticeState::Finished).await;
        assert_eq!((done.counts.of(DeliveryState::Sent), done.counts.of(DeliveryState::Skipped)), (1, 2));
        let codes = app.services.notice_codes(second).await.unwrap();
        assert_eq!(codes[0].errcode, SkipReason::TooOften.number());
        app.finish().await;
    }
}

#[tokio::test]
async fn rules_that_make_no_sense_are_refused_with_what_was_typed() {
    let app = TestApp::start(Which::Sqlite).await;
    app.furnish().await;
    let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
    let page = visitor.get("/mini-programs/1/rules").await;
    let fields = [("fail_share", "150"), ("quiet_from", "25:00"), ("cap_n", "3"), ("approve_above", "x")];
    let refused = visitor.fill(&page, "/actions/set-send-rules", &fields).await;
    refused.must_show("0 到 100").must_show("请填写时间").must_show("两项要么都填");
    assert_eq!(refused.held("/actions/set-send-rules", "approve_above"), "x");
    assert_eq!(app.services.send_rules(MiniProgramId(1)).await.unwrap(), model::control::SendRules::default());
    let fields = [("quiet_from", "22:00"), ("quiet_to", "08:00"), ("cap_n", "3"), ("cap_days", "7")];
    visitor.fill(&page, "/actions/set-send-rules", &fields).await.must_show("发送规则已保存");
    app.finish().await;
}

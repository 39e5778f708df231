//! Control of notices through the pages and the use cases.

use crate::{
    both,
    support::{
        ADMIN, Options, TestApp, Which,
        browser::{Seen, Visitor},
        openid,
    },
};
use model::{
    control::FollowKind,
    delivery::{DeliveryState, SkipReason},
    ids::{MiniProgramId, NoticeId},
    notice::{Notice, NoticeState},
};
use service::{
    AudienceInput, ConfirmInput, RepeatInput, RulesInput,
    clock::{Clock, ManualClock, SystemClock},
};
use simulator::{Action, Fault, Match};
use std::{sync::Arc, time::Duration};

const HOUR: i64 = 3_600_000;
const LIMIT: Duration = Duration::from_secs(30);

/// An application whose clock stands still, with ten seconds to undo.
async fn still(which: Which) -> (TestApp, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(SystemClock.now()));
    let settings = vec![("YANSHU_UNDO_SECS", "10".to_owned())];
    let app = TestApp::start_with(which, Options { clock: Some(clock.clone()), settings, no_worker: false }).await;
    (app, clock)
}

async fn becomes(app: &TestApp, id: NoticeId, state: NoticeState) -> Notice {
    app.wait_for(id, LIMIT, |notice| notice.state == state).await
}

/// A person confirms what they are shown.
async fn order(app: &TestApp, id: NoticeId, at: &str) -> Result<(), service::UseError> {
    let shown = app.services.review(id).await.unwrap().preflight.will_send;
    let input = ConfirmInput { shown, at: at.to_owned(), members_only: false };
    app.services.order_notice(id, &input, ADMIN.0).await
}

/// So many milliseconds from now, as the form sends it.
fn local(app: &TestApp, ms: i64) -> String {
    service::zone::format_local(app.services.now() + ms, &service::zone::of("Asia/Shanghai"))
}

async fn rules(app: &TestApp, program: MiniProgramId, change: impl FnOnce(&mut RulesInput)) {
    let mut input = RulesInput { fail_share: "50".to_owned(), fail_after: "50".to_owned(), ..RulesInput::default() };
    change(&mut input);
    app.services.set_send_rules(program, &input).await.unwrap();
}

fn code_of(error: &service::UseError) -> String {
    match error {
        service::UseError::Invalid(problems) => problems.0[0].code.clone(),
        other => panic!("{other:?}"),
    }
}

async fn review(visitor: &Visitor, id: NoticeId) -> Seen {
    visitor.get(&format!("/send/{id}/review")).await
}

both! {
    async fn within_ten_seconds_a_press_of_undo_brings_the_draft_back_and_nothing_was_sent(which) {
        let (app, clock) = still(which).await;
        let (_, template) = app.furnish().await;
        app.people(3, 1).await;
        let notice = app.draft(template, AudienceInput::EverybodyWithGrant).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let page = review(&visitor, notice).await;
        page.must_show("将发送 3 条。").must_show("期间可以撤销");
        let page = visitor.fill(&page, "/actions/confirm-notice", &[]).await;
        assert_eq!(page.path, format!("/notices/{notice}"));
        page.must_show("10 秒后开始发送 3 条").must_have("http-equiv=\"refresh\"");
        clock.advance(9_000);
        let page = visitor.get(&page.path).await;
        page.must_show("1 秒后开始发送 3 条");
        let page = visitor.fill(&page, "/actions/undo-notice", &[]).await;
        assert_eq!(page.path, format!("/send/{notice}/review"));
        page.must_show("一条也没有发出").must_show("确认发送 3 条");
        clock.advance(HOUR);
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(app.notice(notice).await.state, NoticeState::Draft);
        assert_eq!(app.simulator.send_summary().accepted, 0);
        // Confirmed again and left alone it goes.
        visitor.fill(&review(&visitor, notice).await, "/actions/confirm-notice", &[]).await;
        clock.advance(10_000);
        becomes(&app, notice, NoticeState::Finished).await;
        assert_eq!(app.simulator.send_summary().accepted, 3);
        let page = visitor.fill(&review(&visitor, notice).await, "/actions/duplicate-notice", &[]).await;
        page.must_show("已复制");
        app.finish().await;
    }
}

both! {
    async fn a_scheduled_notice_goes_at_its_time_and_can_be_moved(which) {
        let (app, clock) = still(which).await;
        let (_, template) = app.furnish().await;
        app.people(2, 1).await;
        let notice = app.draft(template, AudienceInput::EverybodyWithGrant).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let page = review(&visitor, notice).await;
        for (at, says) in [
            ("", "请选择发送的日期和时间"),
            ("soon", "请填写日期和时间"),
            ("2020-01-01T08:00", "已经过去"),
        ] {
            let refused = visitor.fill(&page, "/actions/confirm-notice", &[("when", "later"), ("at", at)]).await;
            refused.must_show(says);
            assert_eq!(app.notice(notice).await.state, NoticeState::Draft);
        }
        let at = local(&app, 2 * HOUR);
        let page = visitor.fill(&page, "/actions/confirm-notice", &[("when", "later"), ("at", &at)]).await;
        page.must_show("到时自动发送 2 条");
        let later = local(&app, 5 * HOUR);
        let page = visitor.fill(&page, "/actions/reschedule-notice", &[("at", &later)]).await;
        page.must_show("时间已修改");
        clock.advance(3 * HOUR);
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(app.notice(notice).await.state, NoticeState::Scheduled);
        assert_eq!(app.simulator.send_summary().accepted, 0);
        clock.advance(2 * HOUR);
        becomes(&app, notice, NoticeState::Finished).await;
        assert_eq!(app.simulator.send_summary().accepted, 2);
        app.finish().await;
    }
}

both! {
    async fn a_time_missed_while_the_service_was_down_asks(which) {
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let options = Options { clock: Some(clock.clone()), no_worker: true, settings: Vec::new() };
        let mut app = TestApp::start_with(which, options).await;
        let (_, template) = app.furnish().await;
        app.people(2, 1).await;
        let at = local(&app, HOUR);
        let send = app.draft(template, AudienceInput::One(openid(0))).await;
        order(&app, send, &at).await.unwrap();
        let cancel = app.draft(template, AudienceInput::One(openid(1))).await;
        order(&app, cancel, &at).await.unwrap();
        clock.advance(3 * HOUR);
        app.restart().await;
        becomes(&app, send, NoticeState::Missed).await;
        becomes(&app, cancel, NoticeState::Missed).await;
        assert_eq!(app.simulator.send_summary().accepted, 0);
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let page = visitor.get(&format!("/notices/{send}")).await;
        page.must_show("请决定怎么办");
        visitor.fill(&page, "/actions/resume-notice", &[]).await.must_show("已继续发送");
        becomes(&app, send, NoticeState::Finished).await;
        let page = visitor.get(&format!("/notices/{cancel}")).await;
        visitor.fill(&page, "/actions/cancel-notice", &[]).await;
        becomes(&app, cancel, NoticeState::Cancelled).await;
        assert_eq!(app.simulator.send_summary().accepted, 1);
        app.finish().await;
    }
}

both! {
    async fn a_paused_notice_sends_nothing_until_it_is_resumed(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(200, 1).await;
        // Slow enough that a person's press comes before the end.
        app.simulator.configure(simulator::Settings { latency_ms: 1_000, ..Default::default() });
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        let page = visitor.get(&format!("/notices/{notice}")).await;
        visitor.fill(&page, "/actions/pause-notice", &[]).await.must_show("已暂停");
        let paused = app.wait_for(notice, LIMIT, |n| n.counts.of(DeliveryState::Sending) == 0).await;
        let left = paused.counts.of(DeliveryState::Pending);
        assert!(paused.state == NoticeState::Paused && left > 0, "{paused:?}");
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(app.count(notice, DeliveryState::Pending).await, left);
        let page = visitor.get(&format!("/notices/{notice}")).await;
        page.must_show(&format!("还有 {left} 条没有发送"));
        app.simulator.configure(simulator::Settings::default());
        visitor.fill(&page, "/actions/resume-notice", &[]).await;
        let done = becomes(&app, notice, NoticeState::Finished).await;
        assert_eq!(done.counts.of(DeliveryState::Sent), 200);
        let page = visitor.get(&format!("/notices/{notice}")).await;
        page.must_show("操作记录").must_show("继续发送").must_show("确认时的预计").must_show("实际");
        app.finish().await;
    }
}

both! {
    async fn too_many_failures_pause_a_notice_and_the_page_says_why(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        app.people(300, 1).await;
        app.simulator.configure(simulator::Settings { latency_ms: 20, ..Default::default() });
        rules(&app, program, |rules| rules.fail_after = "20".to_owned()).await;
        app.simulator.script([Fault::new(Match::sends(), Action::errcode(999_999))]);
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        let paused = becomes(&app, notice, NoticeState::Paused).await;
        assert_eq!(paused.hold_errcode, Some(999_999));
        app.wait_for(notice, LIMIT, |n| n.counts.of(DeliveryState::Sending) == 0).await;
        let failed = app.count(notice, DeliveryState::Failed).await;
        assert!((20..300).contains(&failed), "{failed}");
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let page = visitor.get(&format!("/notices/{notice}")).await;
        page.must_show("失败过多，已自动暂停").must_show("修改自动暂停的规则").must_show("999999");
        // Mended: it goes on, and the failures of before are not held against it.
        app.simulator.clear_faults();
        visitor.fill(&page, "/actions/resume-notice", &[]).await;
        let done = becomes(&app, notice, NoticeState::Finished).await;
        assert_eq!(done.counts.of(DeliveryState::Sent), 300 - failed);
        app.finish().await;
    }
}

both! {
    async fn the_audiences_own_reasons_pause_nothing(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        for i in 0..120 {
            // A grant that the platform knows nothing of.
            app.add_subscriber(program, &openid(i), template, 1).await;
        }
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        let done = becomes(&app, notice, NoticeState::Finished).await;
        assert_eq!(done.counts.of(DeliveryState::Failed), 120);
        app.finish().await;
    }
}

both! {
    async fn a_retry_goes_to_those_who_failed_for_a_passing_reason_and_only_once(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(4, 2).await;
        // One final for the person; one whose outcome nobody knows.
        app.simulator.script([
            Fault::new(Match::sends().first(1), Action::errcode(40003)),
            Fault::new(Match::sends().first(1), Action::DropAfter),
        ]);
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        becomes(&app, notice, NoticeState::Finished).await;
        let refused = app.services.follow_up(notice, FollowKind::Retriable, false, "ann").await.unwrap_err();
        assert_eq!(code_of(&refused), "nobody_ended_so");
        let failed = FollowKind::Ended(DeliveryState::Failed, Some(40003));
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let page = visitor.get(&format!("/notices/{notice}")).await;
        let first = visitor.fill(&page, "/actions/follow-up-notice", &[("kind", "failed:40003")]).await;
        let second = visitor.fill(&page, "/actions/follow-up-notice", &[("kind", "failed:40003")]).await;
        assert_eq!(first.path, second.path, "the second press opens the same draft");
        first.must_show("确认发送 1 条");
        // The unknown one only with an explicit yes.
        let unknown = FollowKind::Ended(DeliveryState::Unknown, None);
        let refused = app.services.follow_up(notice, unknown, false, "ann").await.unwrap_err();
        assert_eq!(code_of(&refused), "needs_yes");
        app.services.follow_up(notice, unknown, true, "ann").await.unwrap();
        let page = visitor.fill(&first, "/actions/confirm-notice", &[]).await;
        let follow = NoticeId(page.path.rsplit('/').next().unwrap().parse().unwrap());
        let done = becomes(&app, follow, NoticeState::Finished).await;
        assert_eq!(done.counts.of(DeliveryState::Sent), 1);
        let next = app.services.follow_up(notice, failed, false, "ann").await.unwrap();
        assert_ne!(next, follow);
        assert_eq!(app.services.review(next).await.unwrap().preflight.total(), 0, "they were followed up already");
        let page = visitor.get(&format!("/notices/{notice}")).await;
        page.must_show("后续通知任务").must_show(&format!("#{follow}"));
        app.finish().await;
    }
}

both! {
    async fn what_was_cancelled_can_be_continued(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(150, 1).await;
        app.simulator.configure(simulator::Settings { latency_ms: 60, ..Default::default() });
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        app.wait_for(notice, LIMIT, |n| n.counts.of(DeliveryState::Sent) > 0).await;
        let open = app.services.follow_up(notice, FollowKind::Rest, false, "ann").await.unwrap_err();
        assert_eq!(code_of(&open), "still_open");
        app.services.cancel_notice(notice, "ann").await.unwrap();
        let done = app.wait(notice).await;
        let cancelled = done.counts.of(DeliveryState::Cancelled);
        assert!(cancelled > 0);
        let rest = app.services.follow_up(notice, FollowKind::Rest, false, "ann").await.unwrap();
        let preflight = app.services.review(rest).await.unwrap().preflight;
        assert_eq!(preflight.will_send, cancelled);
        app.services.confirm_notice(rest, cancelled).await.unwrap();
        app.wait(rest).await;
        for i in 0..150 {
            assert_eq!(app.simulator.sent_count(&openid(i)), 1, "everybody once");
        }
        app.finish().await;
    }
}

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
        let own = app.services.approve_notice(notice, ADMIN.0).await.unwrap_err();
        assert_eq!(code_of(&own), "same_person");
        assert_eq!(app.simulator.send_summary().accepted, 0);
        let bob = Visitor::signed_in(&app.url, "bob", "another good horse").await;
        let page = bob.get(&format!("/notices/{notice}")).await;
        bob.fill(&page, "/actions/decline-notice", &[]).await.must_show("已退回");
        assert_eq!(app.notice(notice).await.state, NoticeState::Draft);
        ann.fill(&review(&ann, notice).await, "/actions/confirm-notice", &[]).await;
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

both! {
    async fn a_repeated_notice_is_ordered_each_time_and_asks_where_it_was_missed(which) {
        let (app, clock) = still(which).await;
        let (program, template) = app.furnish().await;
        app.people(1, 3).await;
        let zone = service::zone::of("Asia/Shanghai");
        let tomorrow = service::zone::plus_days(service::zone::date_of(app.services.now(), &zone), 1);
        let at = |days: i32, minute: i64| service::zone::minute_of(service::zone::plus_days(tomorrow, days), minute, &zone);
        clock.set(at(0, 500));
        let draft = app.draft(template, AudienceInput::EverybodyWithGrant).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let page = review(&visitor, draft).await;
        let refused = visitor.fill(&page, "/actions/repeat-notice", &[("every", "week")]).await;
        refused.must_show("请至少选一天");
        let page = visitor.fill(&page, "/actions/repeat-notice", &[("every", "day"), ("time", "09:00")]).await;
        assert_eq!(page.path, "/notices/recurring");
        page.must_show("每天 09:00");
        let found = async || {
            let page = app.services.notices(program, None, None, model::page::At::Start).await.unwrap();
            page.rows.into_iter().map(|notice| (notice.id, notice.state)).collect::<Vec<_>>()
        };
        assert_eq!(found().await, [], "the draft has become the repetition");
        clock.set(at(0, 540));
        let until = tokio::time::Instant::now() + LIMIT;
        while found().await.first().is_none_or(|(_, state)| *state != NoticeState::Finished) {
            assert!(tokio::time::Instant::now() < until, "{:?}", found().await);
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        assert_eq!(found().await.len(), 1);
        assert_eq!(app.simulator.send_summary().accepted, 1);
        // The next day nobody was there until noon.
        clock.set(at(1, 720));
        while found().await.len() < 2 || found().await[0].1 != NoticeState::Missed {
            assert!(tokio::time::Instant::now() < until, "{:?}", found().await);
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        assert_eq!(app.simulator.send_summary().accepted, 1);
        let page = visitor.get("/notices/recurring").await;
        visitor.fill(&page, "/actions/end-recurrence", &[]).await.must_show("已停止重复发送");
        clock.set(at(2, 541));
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(found().await.len(), 2);
        app.finish().await;
    }
}

#[tokio::test]
async fn a_weekly_repetition_needs_a_day() {
    let app = TestApp::start(Which::Sqlite).await;
    let (_, template) = app.furnish().await;
    app.people(1, 1).await;
    let draft = app.draft(template, AudienceInput::EverybodyWithGrant).await;
    let input = RepeatInput { every: "week".into(), time: "09:00".into(), days: Vec::new(), day: String::new() };
    let refused = app.services.repeat_notice(draft, &input, "ann").await.unwrap_err();
    assert_eq!(code_of(&refused), "required");
    assert_eq!(app.notice(draft).await.state, NoticeState::Draft);
    app.finish().await;
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

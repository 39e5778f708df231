//! Control of notices through the pages and the use cases.

mod ending;
mod repeats;
mod rules;
mod searching;

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

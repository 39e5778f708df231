//! Notices that are ordered again and again.

use super::*;
use model::control::{Repeat, Weekdays};

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
    let input = RepeatInput { every: "week".into(), time: "09:00".into(), ..RepeatInput::default() };
    let refused = app.services.repeat_notice(draft, &input, "ann").await.unwrap_err();
    assert_eq!(code_of(&refused), "required");
    assert_eq!(app.notice(draft).await.state, NoticeState::Draft);
    app.finish().await;
}

both! {
    async fn a_weekly_repetition_is_made_by_its_form_and_comes_on_its_days(which) {
        let (app, clock) = still(which).await;
        let (program, template) = app.furnish().await;
        app.people(1, 2).await;
        let zone = service::zone::of("Asia/Shanghai");
        // A Monday, before nine.
        let monday = "2026-11-23".parse().unwrap();
        let at = |days: i32, minute: i64| service::zone::minute_of(service::zone::plus_days(monday, days), minute, &zone);
        clock.set(at(0, 500));
        let draft = app.draft(template, AudienceInput::EverybodyWithGrant).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let page = review(&visitor, draft).await;
        let fields = [("every", "week"), ("time", "09:00"), ("days[]", "0"), ("days[]", "2")];
        visitor.fill(&page, "/actions/repeat-notice", &fields).await.must_show("每周");
        let made = app.services.recurrences(program).await.unwrap();
        let days = Weekdays::default().with(0).with(2);
        assert_eq!((made.len(), made[0].repeat, made[0].next_at), (1, Repeat::Week { days, minute: 540 }, Some(at(0, 540))));
        clock.set(at(0, 541));
        let until = tokio::time::Instant::now() + LIMIT;
        let next = async || app.services.recurrences(program).await.unwrap()[0].next_at;
        while next().await != Some(at(2, 540)) {
            assert!(tokio::time::Instant::now() < until, "{:?}", next().await);
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        app.finish().await;
    }
}

both! {
    async fn a_time_at_which_nobody_has_a_grant_is_told_of_and_the_others_go_on(which) {
        let (app, clock) = still(which).await;
        let (program, template) = app.furnish().await;
        app.people(1, 1).await;
        let first = app.send(template, AudienceInput::EverybodyWithGrant).await;
        clock.advance(10_000);
        becomes(&app, first, NoticeState::Finished).await;
        let zone = service::zone::of("Asia/Shanghai");
        let today = service::zone::date_of(app.services.now(), &zone);
        let at = |days: i32, minute: i64| service::zone::minute_of(service::zone::plus_days(today, days), minute, &zone);
        clock.set(at(1, 500));
        let repeat = async |minute: &str| {
            let draft = app.draft(template, AudienceInput::EverybodyWithGrant).await;
            let input = RepeatInput { every: "day".into(), time: minute.to_owned(), ..RepeatInput::default() };
            app.services.repeat_notice(draft, &input, ADMIN.0).await.unwrap()
        };
        repeat("09:00").await;
        clock.set(at(1, 540));
        let until = tokio::time::Instant::now() + LIMIT;
        let trouble = async || app.services.recurrences(program).await.unwrap()[0].trouble.clone();
        while trouble().await.is_none() {
            assert!(tokio::time::Instant::now() < until);
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let words = "没有可以发送的接收人";
        visitor.get("/notices/recurring").await.must_show("没有发出").must_show(words);
        visitor.get("/").await.must_show("最近一次没有发出").must_show(words);
        app.finish().await;
    }
}

#[tokio::test]
async fn repeating_what_members_only_can_open_needs_a_yes() {
    let app = TestApp::start(Which::Sqlite).await;
    let (_, template) = app.furnish().await;
    // One person would need no yes for a single notice; who gets it later nobody knows.
    app.people(1, 1).await;
    let draft = app.draft(template, AudienceInput::EverybodyWithGrant).await;
    let content = service::ContentInput { program_state: "trial".to_owned(), ..crate::support::content() };
    app.services.set_content(draft, &content).await.unwrap();
    let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
    let page = review(&visitor, draft).await;
    let refused = visitor.fill(&page, "/actions/repeat-notice", &[("every", "day"), ("time", "09:00")]).await;
    refused.must_show("确实要群发，请勾选确认");
    let fields = [("every", "day"), ("time", "09:00"), ("members_only", "true")];
    visitor.fill(&refused, "/actions/repeat-notice", &fields).await.must_show("已设为重复发送");
    app.finish().await;
}

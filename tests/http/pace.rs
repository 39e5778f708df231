//! How fast it goes: the limits of a mini program, a platform that is busy, and notices and mini programs beside each other.

use crate::{
    both,
    support::{APPID, Options, TestApp, Which, openid},
};
use model::{
    delivery::DeliveryState,
    ids::{MiniProgramId, TemplateId},
};
use service::{AudienceInput, MiniProgramInput};
use simulator::{Action, Fault, Match};
use std::time::{Duration, Instant};

async fn limit(app: &TestApp, id: MiniProgramId, send_rate: &str, send_at_once: &str) {
    let settings = app.services.mini_program(id).await.unwrap().settings;
    let input = MiniProgramInput {
        name: settings.name,
        appid: settings.appid,
        program_state: "formal".to_owned(),
        message_lang: "zh_CN".to_owned(),
        time_zone: settings.time_zone,
        send_rate: send_rate.to_owned(),
        send_at_once: send_at_once.to_owned(),
        ..MiniProgramInput::default()
    };
    app.services.change_mini_program(id, input).await.unwrap();
}

/// A mini program beside the first one, with ten people to send to.
async fn another(app: &TestApp) -> (MiniProgramId, TemplateId) {
    let (appid, id) = ("wxffffffffffffffff", "TmplB0123456789abcdefghijklmnopqrstuvwxyzAB");
    let program = app.add_mini_program(appid, "另一个").await;
    let template = app.add_template(program, appid, id, "提醒").await;
    for i in 500..510 {
        app.add_subscriber(program, &openid(i), template, 1).await;
        app.simulator.grant(appid, &openid(i), id, 1).unwrap();
    }
    (program, template)
}

both! {
    async fn a_limit_of_calls_a_second_is_kept_by_two_engines_together(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        app.crowd(program, template, 120).await;
        limit(&app, program, "40", "").await;
        let other = service::engine::Engine::start(app.another_process().await, service::engine::EngineSettings::default());
        let began = Instant::now();
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        let done = app.wait(notice).await;
        assert_eq!(done.counts.of(DeliveryState::Sent), 120);
        // 40 at once and 80 more in two seconds.
        assert!(began.elapsed() >= Duration::from_millis(1_800), "{:?}", began.elapsed());
        other.stop().await;
        app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_calls_are_under_way_at_once_than_is_set() {
    let app = TestApp::start(Which::Sqlite).await;
    let (program, template) = app.furnish().await;
    app.crowd(program, template, 40).await;
    limit(&app, program, "", "4").await;
    app.simulator.configure(simulator::Settings { latency_ms: 30, ..Default::default() });
    let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
    app.wait(notice).await;
    let sends = app.simulator.calls(100, Some("/cgi-bin/message/subscribe/send"));
    assert_eq!(sends.len(), 40);
    for call in &sends {
        let at = call.time_ms;
        let overlapping = sends.iter().filter(|other| other.time_ms <= at && at < other.time_ms + 30).count();
        assert!(overlapping <= 4, "{overlapping} at once");
    }
    app.finish().await;
}

both! {
    async fn a_busy_platform_slows_its_mini_program_down_and_no_other(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        app.crowd(program, template, 200).await;
        let of_this_one = Match { appid: Some(APPID.to_owned()), ..Match::sends() };
        app.simulator.script([Fault::new(of_this_one, Action::errcode(-1))]);
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        let began = Instant::now();
        while app.services.store().pace(program, app.services.now()).await.unwrap().slowed.is_none() {
            assert!(began.elapsed() < Duration::from_secs(20), "nothing slowed it down");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let (second, others) = another(&app).await;
        let quick = app.send(others, AudienceInput::EverybodyWithGrant).await;
        let done = app.wait_for(quick, Duration::from_secs(5), |n| n.finished_at.is_some()).await;
        assert_eq!(done.counts.of(DeliveryState::Sent), 10);
        assert_eq!(app.services.store().pace(second, app.services.now()).await.unwrap().slowed, None);
        assert_eq!(app.count(notice, DeliveryState::Sent).await, 0);
        app.finish().await;
    }
}

both! {
    async fn a_small_notice_is_not_behind_a_big_one(which) {
        let settings = vec![("YANSHU_CONCURRENCY", "16".to_owned())];
        let app = TestApp::start_with(which, Options { settings, ..Options::default() }).await;
        let (program, template) = app.furnish().await;
        app.crowd(program, template, 600).await;
        app.simulator.configure(simulator::Settings { latency_ms: 100, ..Default::default() });
        let some: Vec<String> = (5..600).map(openid).collect();
        let big = app.send(template, AudienceInput::Pasted(some.join("\n"))).await;
        app.wait_for(big, Duration::from_secs(10), |n| n.counts.of(DeliveryState::Sent) > 0).await;
        let few: Vec<String> = (0..5).map(openid).collect();
        let small = app.send(template, AudienceInput::Pasted(few.join("\n"))).await;
        for notice in [small, big] {
            let done = app.wait_for(notice, Duration::from_secs(60), |n| n.finished_at.is_some()).await;
            assert_eq!(done.counts.of(DeliveryState::Sent), if notice == small { 5 } else { 595 });
        }
        // By the platform's log, however slow this machine is.
        let sends = app.simulator.calls(1_000, Some("/cgi-bin/message/subscribe/send"));
        let is_small = |call: &simulator::Call| few.iter().any(|openid| call.openid.as_deref() == Some(openid));
        let last = sends.iter().filter(|call| is_small(call)).map(|call| call.time_ms).max().unwrap();
        let after = sends.iter().filter(|call| call.time_ms > last).count();
        assert!(after > 200, "{after} of the big one came after the small one");
        app.finish().await;
    }
}

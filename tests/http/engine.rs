//! How the engine shows: heartbeat, numbers for Prometheus, the overview's health strip, the system page.

mod numbers;

use crate::{
    both,
    support::{ADMIN, Options, TestApp, browser::Visitor},
};
use model::{access::Role, worker::Warning};
use service::{AudienceInput, EngineState};
use simulator::{Action, Fault, Match};
use std::time::Duration;
use yanshu::{
    serve::{self, Parts},
    settings::Settings,
};

async fn until<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = tokio::time::Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(tokio::time::Instant::now() < end, "waited too long");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

both! {
    async fn a_process_is_listed_while_it_sends_and_no_longer(which) {
        let app = TestApp::start_with(which, Options { no_worker: true, ..Options::default() }).await;
        let (_, template) = app.furnish().await;
        app.people(3, 1).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let page = visitor.get("/").await;
        page.must_show("没有进程在发送，请启动 yanshu worker").must_have("href=\"/system\"");
        visitor.get("/system").await.must_show("没有进程在发送").must_show("请启动 yanshu worker，或去掉");
        assert_eq!(app.services.warnings().await.unwrap(), [Warning::NoWorker]);

        let settings = Settings::read(&app.map(), None).unwrap();
        let services = app.another_process().await;
        let worker = serve::start(&settings, services, Parts { web: false, worker: true }).await.unwrap();
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        app.wait(notice).await;
        let health = until(async || {
            let health = app.services.engine_health().await.unwrap();
            health.workers.iter().any(|worker| worker.beat.sent == 3).then_some(health)
        })
        .await;
        assert_eq!((health.workers.len(), health.silent.len()), (1, 0));
        assert_eq!(health.state(None), EngineState::Fine);
        let beat = &health.workers[0].beat;
        assert_eq!((beat.pid, beat.draining, beat.failed), (i64::from(std::process::id()), false, 0));
        assert!(beat.p50_ms.is_some() && beat.p50_ms <= beat.p95_ms, "{beat:?}");
        let page = visitor.get("/system").await;
        page.must_show("运行中").must_show(&format!("{} · {}", beat.host, beat.pid)).must_not_have("id=\"warnings\"");
        visitor.get("/").await.must_show("1 个进程");

        worker.stop().await;
        assert_eq!(app.services.engine_health().await.unwrap().workers, []);
        visitor.get("/").await.must_show("没有进程在发送");
        app.finish().await;
    }
}

both! {
    async fn what_goes_wrong_shows_on_the_overview_within_seconds(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        app.people(4, 1).await;
        app.simulator.script([Fault::new(Match::sends(), Action::errcode(40003))]);
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        app.wait(notice).await;
        let health = until(async || {
            let health = app.services.engine_health().await.unwrap();
            (!health.errors(None).is_empty()).then_some(health)
        })
        .await;
        assert_eq!(health.errors(Some(program)), [(Some(40003), 4)]);
        assert_eq!((health.workers[0].beat.failed, health.pace(program)), (4, 4));
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        visitor.get("/").await.must_show("(40003) × 4").must_have("href=\"/errors/40003\"");
        visitor.get("/system").await.must_show("(40003)").must_have("href=\"/errors/40003\"");
        app.finish().await;
    }
}

both! {
    async fn a_process_that_stops_says_so_while_it_waits_for_its_calls(which) {
        let app = TestApp::start_with(which, Options { no_worker: true, ..Options::default() }).await;
        let (_, template) = app.furnish().await;
        app.people(2, 1).await;
        app.simulator.configure(simulator::Settings { latency_ms: 1_500, ..Default::default() });
        let services = app.another_process().await;
        let settings = Settings::read(&app.map(), None).unwrap();
        let worker = serve::start(&settings, services, Parts { web: false, worker: true }).await.unwrap();
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        until(async || {
            let numbers = worker.services.metrics().await.unwrap();
            numbers.contains("yanshu_calls_under_way{mini_program=\"1\"} 2").then_some(())
        })
        .await;
        let stopping = tokio::spawn(worker.stop());
        until(async || (app.services.engine_health().await.unwrap().state(None) == EngineState::Draining).then_some(())).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        visitor.get("/").await.must_show("正在停止");
        stopping.await.unwrap();
        assert_eq!(app.services.engine_health().await.unwrap().state(None), EngineState::None);
        app.wait(notice).await;
        app.finish().await;
    }
}

both! {
    async fn the_system_page_is_the_administrators_and_an_operators_overview_leads_nowhere_closed(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(1, 1).await;
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        app.wait(notice).await;
        app.services.add_user("operator", "another long password".to_owned().into(), Role::Operator).await.unwrap();
        let visitor = Visitor::signed_in(&app.url, "operator", "another long password").await;
        assert_eq!(visitor.get("/system").await.status, 403);
        until(async || app.services.engine_health().await.unwrap().last_beat()).await;
        visitor.get("/").await.must_show("1 个进程").must_not_have("href=\"/system\"");
        app.finish().await;
    }
}

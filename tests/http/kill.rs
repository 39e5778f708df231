//! kill -9 while 5,000 deliveries are under way.

use crate::{
    both,
    support::{Options, TestApp, executable},
};
use model::delivery::DeliveryState;
use service::AudienceInput;
use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

const PEOPLE: usize = 5_000;
const KILLS: i64 = 3;
/// Calls under way at once in the worker.
const CONCURRENCY: i64 = 64;

fn worker(app: &TestApp) -> Child {
    Command::new(executable())
        .arg("worker")
        .envs(app.environment())
        .env("YANSHU_CONCURRENCY", CONCURRENCY.to_string())
        .env("RUST_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

both! {
    async fn a_killed_worker_loses_nobody_doubles_nobody_and_leaves_few_unknown(which) {
        let app = TestApp::start_with(which, Options { no_worker: true, ..Options::default() }).await;
        let (program, template) = app.furnish().await;
        app.crowd(program, template, PEOPLE).await;
        app.simulator.configure(simulator::Settings { latency_ms: 20, ..Default::default() });
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        let mut before = 0;
        for _ in 0..KILLS {
            let mut child = worker(&app);
            let step = PEOPLE as i64 / (KILLS + 2);
            app.wait_for(notice, Duration::from_secs(60), |n| n.counts.of(DeliveryState::Sent) > before + step).await;
            child.kill().unwrap();
            child.wait().unwrap();
            before = app.count(notice, DeliveryState::Sent).await;
        }
        let mut last = worker(&app);
        let done = app.wait(notice).await;
        last.kill().unwrap();
        last.wait().unwrap();
        let summary = app.simulator.send_summary();
        assert!(summary.max_per_openid <= 1 && summary.repeats.is_empty(), "somebody got it twice: {summary:?}");
        let (sent, unknown) = (done.counts.of(DeliveryState::Sent), done.counts.of(DeliveryState::Unknown));
        assert_eq!(sent + unknown, PEOPLE as i64, "{:?}", done.counts);
        assert!(unknown <= KILLS * CONCURRENCY, "{unknown} unknown after {KILLS} kills");
        let accepted = i64::try_from(summary.accepted).unwrap();
        assert!(accepted >= sent && accepted <= sent + unknown, "{accepted} accepted, {sent} sent, {unknown} unknown");
        app.finish().await;
    }
}

//! What the engine does with notices that end, and with what a process leaves behind.

use super::*;
use service::engine::{Engine, EngineSettings};

async fn execute(app: &TestApp, sql: &'static str) {
    use sqlx::{Connection, Executor};
    if app.database.url.starts_with("sqlite") {
        sqlx::SqliteConnection::connect(&app.database.url).await.unwrap().execute(sql).await.unwrap();
    } else {
        sqlx::PgConnection::connect(&app.database.url).await.unwrap().execute(sql).await.unwrap();
    }
}

async fn number(app: &TestApp, sql: &'static str) -> i64 {
    use sqlx::Connection;
    if app.database.url.starts_with("sqlite") {
        let mut db = sqlx::SqliteConnection::connect(&app.database.url).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
    } else {
        let mut db = sqlx::PgConnection::connect(&app.database.url).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut db).await.unwrap()
    }
}

/// A console without an engine, whose engine a test starts when it likes.
async fn console(which: Which) -> TestApp {
    TestApp::start_with(which, Options { no_worker: true, ..Options::default() }).await
}

fn engine(app: &TestApp) -> Engine {
    Engine::start(app.services.clone(), EngineSettings { poll: Duration::from_millis(50), ..EngineSettings::default() })
}

both! {
    async fn what_was_claimed_but_not_begun_goes_back_when_the_process_stops(which) {
        let app = console(which).await;
        let (_, template) = app.furnish().await;
        app.people(3, 1).await;
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        // Claimed, but what is to be sent cannot be read.
        execute(&app, "UPDATE notices SET content = content || 'x'").await;
        let stopping = engine(&app);
        let until = tokio::time::Instant::now() + LIMIT;
        while number(&app, "SELECT count(*) FROM sending").await < 3 {
            assert!(tokio::time::Instant::now() < until);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stopping.stop().await;
        assert_eq!(number(&app, "SELECT count(*) FROM sending").await, 0);
        execute(&app, "UPDATE notices SET content = substr(content, 1, length(content) - 1)").await;
        let again = engine(&app);
        let done = becomes(&app, notice, NoticeState::Finished).await;
        assert_eq!(done.counts.of(DeliveryState::Sent), 3, "{:?}", done.counts);
        again.stop().await;
        app.finish().await;
    }
}

both! {
    async fn lost_leases_count_as_failures_that_pause(which) {
        let app = console(which).await;
        let (program, template) = app.furnish().await;
        app.people(6, 1).await;
        rules(&app, program, |rules| rules.fail_after = "3".to_owned()).await;
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        let now = app.services.now();
        let claim = store::Claim { mini_program: program, limit: 4, now, lease: 7, lease_until: now - 1 };
        assert_eq!(app.services.store().claim_due(claim).await.unwrap().len(), 4);
        let engine = engine(&app);
        let paused = becomes(&app, notice, NoticeState::Paused).await;
        assert_eq!((paused.counts.of(DeliveryState::Unknown), paused.counts.of(DeliveryState::Pending)), (4, 2));
        assert_eq!(app.simulator.send_summary().accepted, 0);
        engine.stop().await;
        app.finish().await;
    }
}

both! {
    async fn a_withdrawal_that_a_crash_cut_short_is_finished_and_told_of_meanwhile(which) {
        let app = console(which).await;
        let (_, template) = app.furnish().await;
        app.people(3, 1).await;
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        let now = app.services.now();
        assert!(app.services.store().end_notice(notice, NoticeState::Stopped, Some(47003), now).await.unwrap());
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let path = format!("/notices/{notice}");
        let page = visitor.get(&path).await;
        page.must_show("还有 3 条正在撤回").must_show("正在撤回并退回授权额度").must_have("http-equiv=\"refresh\"");
        let engine = engine(&app);
        let done = app.wait(notice).await;
        assert_eq!(done.counts.of(DeliveryState::Cancelled), 3);
        visitor.get(&path).await.must_show("还没发送的已全部撤回");
        engine.stop().await;
        app.finish().await;
    }
}

both! {
    async fn a_console_without_an_engine_withdraws_all_of_a_big_notice(which) {
        let app = console(which).await;
        let (program, template) = app.furnish().await;
        app.crowd(program, template, 1_050).await;
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        app.services.cancel_notice(notice, "ann").await.unwrap();
        let done = app.wait(notice).await;
        assert_eq!((done.state, done.counts.of(DeliveryState::Cancelled)), (NoticeState::Cancelled, 1_050));
        app.finish().await;
    }
}

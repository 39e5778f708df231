//! Access tokens as an operator meets them: called invalid, fetched by somebody else, got elsewhere, shared by processes.

use crate::{
    both,
    support::{APPID, Options, SECRET, TEMPLATE, TestApp, Which, openid},
};
use model::{delivery::DeliveryState, ids::MiniProgramId};
use service::{AudienceInput, ConnectionCheck, MiniProgramInput, clock::ManualClock};
use simulator::{Account, Action, Fault, Match, Simulator, Template, TokenEnd};
use std::sync::Arc;

const NOON: i64 = 1_795_000_000_000;
const CLASSIC: &str = "/cgi-bin/token";
const STABLE: &str = "/cgi-bin/stable_token";

fn calls(simulator: &Simulator, path: &str) -> usize {
    simulator.calls(1_000, Some(path)).len()
}

fn invalid_once() -> Fault {
    Fault::new(Match::sends().first(1), Action::errcode(40001))
}

async fn send_to(app: &TestApp, template: model::ids::TemplateId, i: usize) -> i64 {
    let notice = app.send(template, AudienceInput::Pasted(openid(i))).await;
    app.wait(notice).await.counts.of(DeliveryState::Sent)
}

async fn change(app: &TestApp, id: MiniProgramId, with: impl FnOnce(&mut MiniProgramInput)) {
    let settings = app.services.mini_program(id).await.unwrap().settings;
    let mut input = MiniProgramInput {
        name: settings.name,
        appid: settings.appid,
        default_page: settings.default_page,
        program_state: "formal".to_owned(),
        message_lang: "zh_CN".to_owned(),
        time_zone: settings.time_zone,
        ..MiniProgramInput::default()
    };
    with(&mut input);
    app.services.change_mini_program(id, input).await.unwrap();
}

both! {
    async fn the_same_invalid_token_handed_out_again_is_replaced_by_force_and_no_more_often_than_allowed(which) {
        let clock = Arc::new(ManualClock::at(NOON));
        let app = TestApp::start_with(which, Options { clock: Some(clock.clone()), ..Options::default() }).await;
        let (program, template) = app.furnish().await;
        app.people(3, 1).await;
        app.simulator.script([invalid_once()]);
        assert_eq!(send_to(&app, template, 0).await, 1, "one retry with the new token");
        let health = app.services.token_health(program).await.unwrap();
        assert_eq!((health.forced, health.invalidated, health.refreshes, health.foreign), (1, 1, 2, false), "{health:?}");
        assert_eq!(calls(&app.simulator, STABLE), 3, "normal, normal (the same again), forced");
        // Again within 30 s: no second force; the delivery waits and goes out when it may.
        app.simulator.clear_faults();
        app.simulator.script([invalid_once()]);
        let notice = app.send(template, AudienceInput::Pasted(openid(1))).await;
        while app.services.token_health(program).await.unwrap().invalidated < 2 || app.count(notice, DeliveryState::Pending).await < 1 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let health = app.services.token_health(program).await.unwrap();
        assert_eq!((health.forced, health.invalidated, health.foreign), (1, 2, true), "{health:?}");
        clock.advance(61_000);
        app.services.wake_engine();
        assert_eq!(app.wait(notice).await.counts.of(DeliveryState::Sent), 1);
        assert_eq!(app.services.token_health(program).await.unwrap().forced, 2);
        app.finish().await;
    }
}

both! {
    async fn a_classic_token_is_used_by_choice_and_one_fetched_elsewhere_is_noticed(which) {
        let clock = Arc::new(ManualClock::at(NOON));
        let app = TestApp::start_with(which, Options { clock: Some(clock.clone()), ..Options::default() }).await;
        let (program, template) = app.furnish().await;
        app.people(3, 1).await;
        change(&app, program, |input| input.token_mode = "classic".to_owned()).await;
        assert_eq!(send_to(&app, template, 0).await, 1);
        assert_eq!((calls(&app.simulator, CLASSIC), calls(&app.simulator, STABLE)), (1, 0));
        for i in 1..3 {
            app.simulator.end_tokens(APPID, TokenEnd::Superseded).unwrap();
            assert_eq!(send_to(&app, template, i).await, 1);
        }
        let health = app.services.token_health(program).await.unwrap();
        assert_eq!((health.invalidated, health.foreign, health.refreshes), (2, true, 3), "{health:?}");
        // The next day of China begins with nothing counted.
        clock.advance(24 * 3_600_000);
        assert!(!app.services.token_health(program).await.unwrap().foreign);
        app.finish().await;
    }
}

both! {
    async fn a_question_to_wechat_is_asked_once_more_with_a_fresh_token_and_no_more_often(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        let invalid = |n| Fault::new(Match::path("/cgi-bin/openapi/quota/get").first(n), Action::errcode(42001));
        app.simulator.script([invalid(1)]);
        assert_eq!(app.services.look_up_quota(program).await.unwrap().used, 0);
        assert_eq!(calls(&app.simulator, "/cgi-bin/openapi/quota/get"), 2);
        app.simulator.clear_faults();
        app.simulator.script([invalid(9)]);
        assert!(app.services.look_up_quota(program).await.is_err());
        assert!(calls(&app.simulator, "/cgi-bin/openapi/quota/get") <= 4, "no third try");
        app.finish().await;
    }
}

both! {
    async fn a_token_that_ran_out_is_no_sign_of_somebody_else(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        app.people(1, 1).await;
        app.services.test_connection(program).await.unwrap();
        // The platform says that it is over, long before our clock does.
        app.simulator.end_tokens(APPID, TokenEnd::Expired).unwrap();
        assert_eq!(send_to(&app, template, 0).await, 1);
        let health = app.services.token_health(program).await.unwrap();
        assert_eq!((health.refreshes, health.invalidated), (2, 0), "{health:?}");
        app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mini_program_may_have_an_address_of_its_own() {
    let app = TestApp::start(Which::Sqlite).await;
    let (program, template) = app.furnish().await;
    app.people(1, 1).await;
    let proxy = Simulator::new();
    proxy.add_account(Account::new(APPID, SECRET));
    proxy
        .add_template(
            APPID,
            Template::one_time(TEMPLATE, "意见处理进度通知", "意见内容:{{thing1.DATA}}\n处理状态:{{phrase2.DATA}}"),
        )
        .unwrap();
    proxy.grant(APPID, &openid(0), TEMPLATE, 1).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let stop = tokio_util::sync::CancellationToken::new();
    tokio::spawn(proxy.clone().serve(listener, stop.clone().cancelled_owned()));
    app.services.test_connection(program).await.unwrap();
    change(&app, program, |input| input.api_base = format!("{address}/")).await;
    assert_eq!(send_to(&app, template, 0).await, 1);
    assert_eq!((proxy.sent_count(&openid(0)), app.simulator.sent_count(&openid(0))), (1, 0));
    assert_eq!(app.services.token_health(program).await.unwrap().base, address);
    stop.cancel();
    app.finish().await;
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    let app = TestApp::start(Which::Sqlite).await;
    let (program, _) = app.furnish().await;
    for bad in ["api.weixin.qq.com", "ftp://x", "https://x/?a=b", "https://u:p@x", "https://"] {
        let settings = app.services.mini_program(program).await.unwrap().settings;
        let input = MiniProgramInput {
            name: settings.name,
            appid: settings.appid,
            program_state: "formal".to_owned(),
            message_lang: "zh_CN".to_owned(),
            time_zone: settings.time_zone,
            api_base: bad.to_owned(),
            ..MiniProgramInput::default()
        };
        let error = app.services.change_mini_program(program, input).await.unwrap_err();
        let service::UseError::Invalid(problems) = error else { panic!("{error}") };
        assert!(problems.of("api_base").is_some(), "{bad}: {problems:?}");
    }
    app.finish().await;
}

both! {
    async fn two_processes_share_one_token_and_its_end(which) {
        let clock = Arc::new(ManualClock::at(NOON));
        let app = TestApp::start_with(which, Options { clock: Some(clock.clone()), ..Options::default() }).await;
        let (program, _) = app.furnish().await;
        let other = app.another_process().await;
        let (ours, theirs) = tokio::join!(app.services.look_up_quota(program), other.look_up_quota(program));
        assert_eq!((ours.unwrap().used, theirs.unwrap().used), (0, 0));
        assert_eq!(calls(&app.simulator, STABLE), 1, "one refresher at a time, and the other takes what it got");
        // Somebody changes the secret in one process; the other learns of it within seconds.
        app.simulator.rotate_secret(APPID, Some("ffffffffffffffffffffffffffffffff".to_owned())).unwrap();
        change(&app, program, |input| input.app_secret = "ffffffffffffffffffffffffffffffff".to_owned().into()).await;
        clock.advance(6_000);
        other.look_up_quota(program).await.unwrap();
        let health = app.services.token_health(program).await.unwrap();
        assert_eq!(health.invalidated, 0, "the other did not have to run into 40001: {health:?}");
        other.store().close().await;
        app.finish().await;
    }
}

#[tokio::test]
async fn a_refused_address_is_shown_as_what_to_put_on_the_whitelist() {
    let app = TestApp::start(Which::Sqlite).await;
    let (program, _) = app.furnish().await;
    app.simulator.add_account(Account { ip_allowed: false, ..Account::new(APPID, SECRET) });
    let ConnectionCheck::Refused { errcode: 40164, .. } = app.services.test_connection(program).await.unwrap() else {
        panic!("40164")
    };
    let trouble = app.services.token_health(program).await.unwrap().trouble.unwrap();
    assert_eq!((trouble.errcode, trouble.address.map(|a| a.to_string()).as_deref()), (40164, Some("127.0.0.1")));
    assert!(!trouble.errmsg.contains("access_token") && !trouble.errmsg.contains(SECRET));
    app.finish().await;
}

both! {
    async fn the_quota_is_looked_up_and_reset_only_as_shown(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        app.people(1, 1).await;
        assert!(app.services.quota_seen(program).await.unwrap().is_none());
        send_to(&app, template, 0).await;
        assert_eq!(app.services.look_up_quota(program).await.unwrap().used, 1);
        assert_eq!(app.services.resets_left(program).await.unwrap(), 10);
        assert!(app.services.clear_quota(program, 9).await.is_err(), "not what was shown");
        app.services.clear_quota(program, 10).await.unwrap();
        assert_eq!(app.services.resets_left(program).await.unwrap(), 9);
        assert_eq!(app.services.look_up_quota(program).await.unwrap().used, 0);
        assert_eq!(app.services.quota_seen(program).await.unwrap().unwrap().1.used, 0);
        app.finish().await;
    }
}

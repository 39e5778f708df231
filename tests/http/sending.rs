//! The path of a message, on both databases.

use crate::{
    both,
    support::{APPID, SECRET, TEMPLATE, TestApp, Which, openid},
};
use model::{
    delivery::{DeliveryState, own_code},
    notice::NoticeState,
    page::At,
};
use service::AudienceInput;
use simulator::{Account, Action, Fault, Match, TokenEnd};
use std::time::Duration;

both! {
    async fn everybody_with_a_grant_gets_it_once_and_the_grant_is_spent(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(40, 1).await;
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        let done = app.wait(notice).await;
        assert_eq!(done.counts.of(DeliveryState::Sent), 40);
        assert_eq!(done.state, NoticeState::Finished);
        for i in 0..40 {
            assert_eq!(app.simulator.sent_count(&openid(i)), 1);
        }
        // Nobody has a grant left, and the console knows.
        let second = app.draft(template, AudienceInput::EverybodyWithGrant).await;
        assert_eq!(app.services.review(second).await.unwrap().preflight.will_send, 0);
        app.finish().await;
    }
}

both! {
    async fn confirming_twice_sends_once(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(5, 2).await;
        let notice = app.draft(template, AudienceInput::EverybodyWithGrant).await;
        let (a, b) = tokio::join!(app.services.confirm_notice(notice, 5), app.services.confirm_notice(notice, 5));
        a.unwrap();
        b.unwrap();
        app.services.confirm_notice(notice, 5).await.unwrap();
        app.wait(notice).await;
        for i in 0..5 {
            assert_eq!(app.simulator.sent_count(&openid(i)), 1);
        }
        app.finish().await;
    }
}

both! {
    async fn more_than_was_shown_is_never_sent(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(3, 1).await;
        let notice = app.draft(template, AudienceInput::EverybodyWithGrant).await;
        app.accept(&openid(99)).await;
        let refused = app.services.confirm_notice(notice, 3).await.unwrap_err();
        assert!(matches!(&refused, service::UseError::Invalid(p) if p.0[0].code == "numbers_changed"), "{refused:?}");
        assert_eq!(app.notice(notice).await.state, NoticeState::Draft);
        app.finish().await;
    }
}

both! {
    async fn a_pasted_list_is_split_into_sent_skipped_and_duplicate(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(2, 1).await;
        let text = [openid(0), openid(1), openid(0), openid(50)].join("\n");
        let notice = app.draft(template, AudienceInput::Pasted(text)).await;
        let preflight = app.services.review(notice).await.unwrap().preflight;
        assert_eq!((preflight.will_send, preflight.unknown, preflight.duplicates), (2, 1, 1));
        app.services.confirm_notice(notice, 2).await.unwrap();
        let done = app.wait(notice).await;
        assert_eq!((done.counts.of(DeliveryState::Sent), done.counts.of(DeliveryState::Skipped)), (2, 1));
        assert_eq!(app.simulator.sent_count(&openid(50)), 0);
        app.finish().await;
    }
}

both! {
    async fn a_grant_the_platform_does_not_know_corrects_the_ledger(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        let subscriber = app.add_subscriber(program, &openid(1), template, 3).await;
        let notice = app.send(template, AudienceInput::One(openid(1))).await;
        app.wait(notice).await;
        let (delivery, attempts) = app.only_delivery(notice).await;
        assert_eq!((delivery.state, delivery.errcode), (DeliveryState::Failed, 43101));
        assert!(attempts[0].rid.is_some(), "the rid is kept for WeChat's support");
        let view = app.services.subscriber(subscriber, At::Start).await.unwrap();
        assert_eq!((view.grants[0].balance, view.grants[0].reserved), (0, 0));
        app.finish().await;
    }
}

both! {
    async fn a_foreign_openid_fails_and_gives_the_grant_back(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        app.simulator.add_account(Account { known_openids_only: true, ..Account::new(APPID, SECRET) });
        let subscriber = app.add_subscriber(program, &openid(1), template, 1).await;
        let notice = app.send(template, AudienceInput::One(openid(1))).await;
        app.wait(notice).await;
        let (delivery, _) = app.only_delivery(notice).await;
        assert_eq!((delivery.state, delivery.errcode), (DeliveryState::Failed, 40003));
        let view = app.services.subscriber(subscriber, At::Start).await.unwrap();
        assert_eq!((view.grants[0].balance, view.grants[0].reserved), (1, 0));
        app.finish().await;
    }
}

both! {
    async fn a_busy_platform_is_asked_again_until_it_takes_the_message(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(1, 1).await;
        app.simulator.script([Fault::new(Match::sends().first(2), Action::errcode(-1))]);
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        app.wait(notice).await;
        let (delivery, attempts) = app.only_delivery(notice).await;
        assert_eq!((delivery.state, attempts.len()), (DeliveryState::Sent, 3));
        assert_eq!(app.simulator.sent_count(&openid(0)), 1);
        app.finish().await;
    }
}

both! {
    async fn an_answer_that_got_lost_is_unknown_and_never_sent_again(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(1, 2).await;
        app.simulator.script([Fault::new(Match::sends().first(1), Action::DropAfter)]);
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        app.wait(notice).await;
        let (delivery, attempts) = app.only_delivery(notice).await;
        assert_eq!((delivery.state, delivery.errcode, attempts.len()), (DeliveryState::Unknown, own_code::NO_ANSWER, 1));
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(app.simulator.sent_count(&openid(0)), 1);
        app.finish().await;
    }
}

both! {
    async fn every_kind_of_broken_answer_is_unknown(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        let people = app.people(5, 1).await;
        let fault = |i: usize, body: &str| {
            let action: Action = serde_json::from_str(body).unwrap();
            Fault::new(Match::sends().openid(&people[i]), action)
        };
        app.simulator.script([
            fault(0, r#"{"kind":"html"}"#),
            fault(1, r#"{"kind":"empty"}"#),
            fault(2, r#"{"kind":"truncated"}"#),
            fault(3, r#"{"kind":"hang"}"#),
            fault(4, r#"{"kind":"status","status":502}"#),
        ]);
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        let done = app.wait(notice).await;
        assert_eq!(done.counts.of(DeliveryState::Unknown), 5, "{:?}", done.counts);
        app.finish().await;
    }
}

both! {
    async fn a_gateway_that_throttles_is_asked_again(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(2, 1).await;
        let throttle = |status: u16| serde_json::from_str(&format!(r#"{{"kind":"status","status":{status}}}"#)).unwrap();
        app.simulator.script([
            Fault::new(Match::sends().nth(1), throttle(429)),
            Fault::new(Match::sends().nth(2), throttle(503)),
        ]);
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        let done = app.wait(notice).await;
        assert_eq!(done.counts.of(DeliveryState::Sent), 2);
        app.finish().await;
    }
}

both! {
    async fn a_superseded_or_expired_token_is_replaced_once_and_the_message_goes_out(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(2, 2).await;
        for end in [TokenEnd::Superseded, TokenEnd::Expired] {
            let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
            app.wait(notice).await;
            app.simulator.end_tokens(APPID, end).unwrap();
        }
        for i in 0..2 {
            assert_eq!(app.simulator.sent_count(&openid(i)), 2);
        }
        let tokens = app.simulator.calls(1000, Some("/cgi-bin/stable_token")).len();
        assert!(tokens <= 3, "{tokens} token calls for two sends: a refresh storm");
        app.finish().await;
    }
}

both! {
    async fn a_deleted_template_stops_the_notice_and_keeps_the_grants(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        // Registered here, unknown at the platform.
        let content = "备注:{{thing1.DATA}}\n状态:{{phrase2.DATA}}";
        let input = service::TemplateInput {
            pri_tmpl_id: "TmplGone0123456789abcdefghijklmnopqrstuvwxy".to_owned(),
            title: "已删除".to_owned(),
            kind: "one_time".to_owned(),
            content: content.to_owned(),
            fields: Vec::new(),
            ..service::TemplateInput::default()
        };
        let gone = app.services.register_template(program, &input).await.unwrap();
        for i in 0..200 {
            app.add_subscriber(program, &openid(i), gone, 1).await;
        }
        let notice = app.send(gone, AudienceInput::EverybodyWithGrant).await;
        let done = app.wait(notice).await;
        assert_eq!((done.state, done.stop_errcode), (NoticeState::Stopped, Some(40037)));
        let failed = done.counts.of(DeliveryState::Failed);
        // At most what was in hand: twice the calls under way.
        assert!((1..=128).contains(&failed), "{:?}", done.counts);
        assert_eq!(done.counts.of(DeliveryState::Cancelled), 200 - failed);
        let again = app.draft(gone, AudienceInput::EverybodyWithGrant).await;
        assert_eq!(app.services.review(again).await.unwrap().preflight.will_send, 200);
        app.finish().await;
    }
}

both! {
    async fn a_used_up_quota_pauses_the_mini_program_and_nobody_else(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        app.people(3, 1).await;
        let other = app.add_mini_program("wxffffffffffffffff", "另一个").await;
        let other_id = "TmplB0123456789abcdefghijklmnopqrstuvwxyzAB";
        let other_template = app.add_template(other, "wxffffffffffffffff", other_id, "提醒").await;
        app.add_subscriber(other, &openid(500), other_template, 1).await;
        app.simulator.grant("wxffffffffffffffff", &openid(500), other_id, 1).unwrap();
        app.simulator.script([Fault::new(
            Match { appid: Some(APPID.to_owned()), ..Match::sends() },
            Action::errcode(45009),
        )]);
        let held = app.send(template, AudienceInput::EverybodyWithGrant).await;
        let free = app.send(other_template, AudienceInput::EverybodyWithGrant).await;
        assert_eq!(app.wait(free).await.counts.of(DeliveryState::Sent), 1);
        let paused = app.wait_for(held, Duration::from_secs(10), |n| n.counts.of(DeliveryState::Sending) == 0).await;
        assert_eq!(paused.counts.of(DeliveryState::Pending), 3);
        let program = app.services.mini_program(program).await.unwrap();
        assert_eq!(program.pause_errcode, Some(45009));
        assert!(program.paused_until.is_some_and(|until| until > app.services.now()));
        // Once the quota is back, a good connection test lets it go on.
        app.simulator.clear_faults();
        app.services.test_connection(program.id).await.unwrap();
        app.services.cancel_notice(held, "test").await.unwrap();
        app.finish().await;
    }
}

both! {
    async fn a_withdrawn_notice_sends_no_more_and_gives_the_grants_back(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(200, 1).await;
        app.simulator.configure(simulator::Settings { latency_ms: 100, ..Default::default() });
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        app.wait_for(notice, Duration::from_secs(10), |n| n.counts.of(DeliveryState::Sent) > 0).await;
        app.services.cancel_notice(notice, "test").await.unwrap();
        let done = app.wait(notice).await;
        assert_eq!(done.state, NoticeState::Cancelled);
        let (sent, cancelled) = (done.counts.of(DeliveryState::Sent), done.counts.of(DeliveryState::Cancelled));
        assert!(cancelled > 0 && sent + cancelled == 200, "{:?}", done.counts);
        assert_eq!(i64::try_from(app.simulator.send_summary().accepted).unwrap(), sent);
        app.finish().await;
    }
}

both! {
    async fn one_persons_messages_never_overlap(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(3, 6).await;
        app.simulator.configure(simulator::Settings { latency_ms: 60, ..Default::default() });
        let mut notices = Vec::new();
        for _ in 0..6 {
            notices.push(app.send(template, AudienceInput::EverybodyWithGrant).await);
        }
        for notice in notices {
            let done = app.wait(notice).await;
            assert_eq!(done.counts.of(DeliveryState::Sent), 3);
        }
        let overlapped = app.simulator.calls(1000, Some("/cgi-bin/message/subscribe/send")).into_iter().filter(|c| c.errcode == Some(43108)).count();
        assert_eq!(overlapped, 0);
        app.finish().await;
    }
}

both! {
    async fn a_restart_while_sending_loses_and_doubles_nothing(which) {
        let mut app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(120, 1).await;
        app.simulator.configure(simulator::Settings { latency_ms: 150, ..Default::default() });
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        app.wait_for(notice, Duration::from_secs(10), |n| n.counts.of(DeliveryState::Sending) > 0).await;
        app.restart().await;
        let done = app.wait(notice).await;
        assert_eq!(done.counts.of(DeliveryState::Sent), 120, "a graceful stop waits for its calls");
        for i in 0..120 {
            assert_eq!(app.simulator.sent_count(&openid(i)), 1);
        }
        app.finish().await;
    }
}

both! {
    async fn a_changed_app_secret_holds_sending_until_it_is_entered_again(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        app.people(2, 1).await;
        let new = app.simulator.rotate_secret(APPID, None).unwrap();
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        tokio::time::sleep(Duration::from_millis(800)).await;
        assert_eq!(app.count(notice, DeliveryState::Pending).await, 2, "nothing is lost meanwhile");
        let check = app.services.test_connection(program).await.unwrap();
        assert!(matches!(check, service::ConnectionCheck::Refused { errcode: 40125, .. }), "{check:?}");
        let settings = app.services.mini_program(program).await.unwrap().settings;
        let input = service::MiniProgramInput {
            name: settings.name,
            appid: settings.appid,
            app_secret: new.into(),
            default_page: settings.default_page,
            program_state: "formal".to_owned(),
            message_lang: "zh_CN".to_owned(),
            time_zone: settings.time_zone,
            require_login_token: false,
            ..service::MiniProgramInput::default()
        };
        app.services.change_mini_program(program, input).await.unwrap();
        let done = app.wait(notice).await;
        assert_eq!(done.counts.of(DeliveryState::Sent), 2);
        app.finish().await;
    }
}

#[tokio::test]
async fn the_secret_and_the_token_are_not_in_the_database_file_as_they_are() {
    let app = TestApp::start(Which::Sqlite).await;
    let (_, template) = app.furnish().await;
    app.people(1, 1).await;
    let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
    app.wait(notice).await;
    let path = app.database.url.trim_start_matches("sqlite://").to_owned();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend(std::fs::read(format!("{path}-wal")).unwrap_or_default());
    let contains = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(contains(APPID.as_bytes()) && contains(TEMPLATE.as_bytes()), "the right file");
    assert!(!contains(SECRET.as_bytes()), "the AppSecret stands in clear");
    app.finish().await;
}

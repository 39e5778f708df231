//! Connecting a mini program: settings of the platform, token and quota, callback, code to copy, and what the overview
//! says of all that.

mod callback;
mod code;
mod overview;
mod settings;
mod token;
mod words;

use crate::{
    both,
    support::{
        ADMIN, APPID, Options, SECRET, TEMPLATE, TestApp, Which,
        browser::{Seen, Visitor},
        openid,
    },
};
use model::{
    access::Role,
    ids::{MiniProgramId, TemplateId},
};
use service::{AudienceInput, clock::ManualClock};
use simulator::{Account, Callback};
use std::sync::Arc;

const NOON: i64 = 1_795_000_000_000;
const HOUR: i64 = 3_600_000;
const TOKEN: &str = "AAAAAbbbbb11111";
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

async fn start(which: Which) -> (TestApp, Visitor, MiniProgramId, TemplateId) {
    start_at(which, None).await
}

async fn start_at(which: Which, clock: Option<Arc<ManualClock>>) -> (TestApp, Visitor, MiniProgramId, TemplateId) {
    let app = TestApp::start_with(which, Options { clock, ..Options::default() }).await;
    let (program, template) = app.furnish().await;
    let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
    (app, visitor, program, template)
}

async fn operator(app: &TestApp) -> Visitor {
    app.services.add_user("operator", "another long password".to_owned().into(), Role::Operator).await.unwrap();
    Visitor::signed_in(&app.url, "operator", "another long password").await
}

/// Somebody with a grant gets a message.
async fn send(app: &TestApp, template: TemplateId, i: usize) {
    app.accept(&openid(i)).await;
    app.simulator.grant(APPID, &openid(i), TEMPLATE, 1).unwrap();
    let notice = app.send(template, AudienceInput::Pasted(openid(i))).await;
    app.wait(notice).await;
}

async fn set_callback(visitor: &Visitor, mode: &str, token: &str, key: &str) -> Seen {
    let page = visitor.get("/mini-programs/1/callback").await;
    let fields = [("mode", mode), ("token", token), ("encoding_key", key)];
    visitor.fill(&page, "/actions/set-callback", &fields).await
}

fn callback_url(app: &TestApp) -> String {
    format!("{}/wechat/callback/{APPID}", app.url)
}

/// The pages of a mini program; the action that each of those that ask first belongs to.
const PAGES: [&str; 7] = [
    "/mini-programs/1",
    "/mini-programs/1/health",
    "/mini-programs/1/reset-quota",
    "/mini-programs/1/callback",
    "/mini-programs/1/remove-callback",
    "/mini-programs/1/connect",
    "/mini-programs/1/login-key",
];

both! {
    async fn every_page_is_the_administrators_alone_and_leads_to_the_others(which) {
        let (app, visitor, _, _) = start(which).await;
        set_callback(&visitor, "safe", TOKEN, KEY).await;
        let operator = operator(&app).await;
        for path in PAGES {
            assert_eq!(visitor.get(path).await.status, 200, "{path}");
            assert_eq!(operator.get(path).await.status, 403, "{path}");
            let nowhere = path.replace("/1", "/999");
            assert_eq!(visitor.get(&nowhere).await.status, 404, "{nowhere}");
            assert_eq!(visitor.get(&path.replace("/1", "/x")).await.status, 404, "{path}");
        }
        for path in ["", "/health", "/callback", "/connect"].map(|tab| format!("/mini-programs/1{tab}")) {
            let page = visitor.get(&path).await;
            for tab in ["", "/health", "/callback", "/connect"] {
                page.must_have(&format!("<a href=\"/mini-programs/1{tab}\""));
            }
        }
        let list = visitor.get("/mini-programs").await;
        list.must_have("href=\"/mini-programs/1/health\"").must_have("href=\"/mini-programs/1/callback\"");
        operator.get("/mini-programs").await.must_not_have("/mini-programs/1");
        app.finish().await;
    }
}

both! {
    async fn every_page_speaks_both_languages_at_every_stage(which) {
        let clock = Arc::new(ManualClock::at(NOON));
        let (app, visitor, program, template) = start_at(which, Some(clock.clone())).await;
        let mut wrong = words::foreign_on(&visitor, &PAGES, "fresh").await;
        // Trouble everywhere: no token, refused pushes, a foreign fetcher, everything believed of events only.
        set_callback(&visitor, "safe", TOKEN, KEY).await;
        wrong.extend(words::foreign_on(&visitor, &PAGES, "set up").await);
        send(&app, template, 1).await;
        app.services.look_up_quota(program).await.unwrap();
        app.simulator.set_callback(APPID, Some(Callback::safe(callback_url(&app), "otherToken", KEY))).unwrap();
        app.services.check_callback(program).await.unwrap();
        app.simulator.push_event(APPID, "debug_demo", &openid(1)).unwrap();
        app.simulator.deliver_pushes().await;
        app.simulator.add_account(Account { ip_allowed: false, ..Account::new(APPID, SECRET) });
        app.services.test_connection(program).await.unwrap();
        wrong.extend(words::foreign_on(&visitor, &PAGES, "in trouble").await);
        let others = ["/", "/mini-programs", "/mini-programs/1/connect?watch=1"];
        wrong.extend(words::foreign_on(&visitor, &others, "in trouble").await);
        assert!(wrong.is_empty(), "untranslated:\n{}", wrong.join("\n"));
        app.finish().await;
    }
}

both! {
    async fn nobody_else_presses_these_buttons(which) {
        let (app, visitor, program, _) = start(which).await;
        set_callback(&visitor, "safe", TOKEN, KEY).await;
        let operator = operator(&app).await;
        let calls = app.simulator.call_count();
        for (action, fields) in [
            ("/actions/set-callback", [("mode", "plain"), ("token", "evil1")]),
            ("/actions/remove-callback", [("x", ""), ("y", "")]),
            ("/actions/check-callback", [("x", ""), ("y", "")]),
            ("/actions/look-up-quota", [("x", ""), ("y", "")]),
            ("/actions/clear-quota", [("left", "10"), ("sure", "true")]),
            ("/actions/rotate-login-key", [("when", "now"), ("y", "")]),
        ] {
            let fields = [("id", "1"), fields[0], fields[1]];
            let seen = operator.submit("/account", action, &fields).await;
            assert_eq!(seen.status, 403, "{action} leads back to a page that is not theirs");
            // And without the form's token nobody does, administrators included.
            visitor.post(action, &fields).await.must_show("这个页面已过期");
        }
        let now = app.services.mini_program(program).await.unwrap();
        assert_eq!((now.callback_mode.map(|m| m.code()), now.login_epoch), (Some("safe"), 0));
        assert_eq!((app.services.resets_left(program).await.unwrap(), app.simulator.call_count()), (10, calls));
        app.finish().await;
    }
}

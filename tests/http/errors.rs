//! The error adviser on screen: the table, one code, the codes' links, the field at fault, what WeChat kept of a call,
//! whose side, how good the forecast was, and the ledger's new lines.

use crate::{
    both,
    support::{ADMIN, APPID, SECRET, TEMPLATE, TestApp, Which, browser::Visitor, openid},
};
use model::{advice::all, delivery::DeliveryState, ids::NoticeId};
use service::AudienceInput;
use simulator::{Action, Fault, Match};
use sqlx::Connection;

const ASK: &str = "/actions/ask-rid";

fn says(errcode: i32, errmsg: &str) -> Action {
    Action::Errcode { errcode, errmsg: Some(errmsg.to_owned()) }
}

/// The path of the only delivery's page.
async fn delivery_page(app: &TestApp, notice: NoticeId) -> String {
    let (delivery, _) = app.only_delivery(notice).await;
    format!("/notices/{notice}/deliveries/{}", delivery.id.subscriber)
}

/// Makes all attempts older.
async fn age_attempts(app: &TestApp, which: Which, ms: i64) {
    let sql = sqlx::AssertSqlSafe(format!("UPDATE attempts SET started_at = started_at - {ms}"));
    let done = match which {
        Which::Sqlite => {
            let mut db = sqlx::SqliteConnection::connect(&app.database.url).await.unwrap();
            sqlx::query(sql).execute(&mut db).await.unwrap().rows_affected()
        }
        Which::Postgres => {
            let mut db = sqlx::PgConnection::connect(&app.database.url).await.unwrap();
            sqlx::query(sql).execute(&mut db).await.unwrap().rows_affected()
        }
    };
    assert!(done > 0);
}

both! {
    async fn the_table_has_every_code_and_can_be_searched(which) {
        let app = TestApp::start(which).await;
        app.services.create_first_administrator(ADMIN.0, ADMIN.1.to_owned().into()).await.unwrap();
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let seen = visitor.get("/errors").await;
        for advice in all() {
            seen.must_have(&format!("\"/errors/{}\"", advice.errcode)).must_show(advice.name(model::Lang::Zh));
        }
        for side in ["side-audience", "side-data", "side-setup", "side-platform"] {
            seen.must_have(&format!("id=\"{side}\""));
        }
        let found = visitor.get("/errors?q=%E7%99%BD%E5%90%8D%E5%8D%95").await;
        found.must_have("\"/errors/40164\"").must_not_have("\"/errors/43101\"");
        assert_eq!(found.html.matches("value=\"白名单\"").count(), 1, "what was searched for stays");
        visitor.get("/errors?q=43101").await.must_have("\"/errors/43101\"").must_not_have("\"/errors/40164\"");
        visitor.get("/errors?q=99999").await.must_have("没有收录这个错误码").must_have("\"/errors/99999\"");
        visitor.get("/errors?q=%3Cb%20onclick%3Devil%3E").await.must_have("没有符合的错误码").must_be_harmless();
        // Before there is a mini program a code still has a page.
        visitor.get("/errors/40164").await.must_show("IP 不在白名单").must_not_have("id=\"seen\"");
        assert_eq!(visitor.get("/errors/abc").await.status, 404);
        assert_eq!(visitor.get("/errors/99999999999999999999").await.status, 404);
        assert!(Visitor::new(&app.url).get("/errors").await.path.starts_with("/login"));
        visitor.speak("en").await;
        visitor.get("/errors?q=40164").await.must_show("Address not in the IP whitelist");
        app.finish().await;
    }
}

both! {
    async fn a_code_says_how_often_it_came_and_to_which_notices(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        for i in 0..3 {
            app.add_subscriber(program, &openid(i), template, 1).await;
        }
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        app.wait(notice).await;
        assert_eq!(app.count(notice, DeliveryState::Failed).await, 3, "the platform knows of no grant");
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let seen = visitor.get("/errors/43101").await;
        assert_eq!(seen.stat("最近 14 天"), "3");
        assert!(seen.under("met").contains(&format!("#{notice}")), "{}", seen.under("met"));
        seen.must_have(&format!("/notices/{notice}?state=failed&amp;code=43101#deliveries"));
        assert!(seen.under("original").contains("user refuse to accept the msg"));
        let other = visitor.get("/errors/40037").await;
        assert_eq!(other.stat("最近 14 天"), "0");
        other.must_have("最近的通知任务都没有遇到它").must_not_have("id=\"original\"");

        // Wherever a code stands it leads there.
        let pages = [
            "/".to_owned(),
            "/statistics".to_owned(),
            format!("/notices/{notice}"),
            format!("/subscribers/{}", app.services.deliveries(notice, &[], None, model::page::At::Start).await.unwrap().rows[0].id.subscriber),
        ];
        for page in pages {
            visitor.get(&page).await.must_have("\"/errors/43101\"");
        }
        app.finish().await;
    }
}

both! {
    async fn a_refused_field_is_named_in_the_operators_words(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(1, 1).await;
        app.simulator.script([Fault::new(Match::sends(), says(47003, "argument invalid! data.phrase2.value invalid"))]);
        let notice = app.send(template, AudienceInput::One(openid(0))).await;
        app.wait(notice).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        for page in [format!("/notices/{notice}"), delivery_page(&app, notice).await] {
            let seen = visitor.get(&page).await;
            seen.must_have("出错的字段").must_have("<strong>处理状态</strong>").must_have("<code>phrase2</code>");
            seen.must_have("处理中").must_have("data.phrase2.value").must_have("\"/errors/47003\"");
        }
        app.finish().await;
    }
}

both! {
    async fn an_unknown_code_keeps_what_wechat_said(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(1, 1).await;
        app.simulator.script([Fault::new(Match::sends(), says(61_777, "something <b onclick=evil> new"))]);
        let notice = app.send(template, AudienceInput::One(openid(0))).await;
        app.wait(notice).await;
        let (_, attempts) = app.only_delivery(notice).await;
        let rid = attempts[0].rid.clone().unwrap();
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        for page in [delivery_page(&app, notice).await, "/errors/61777".to_owned()] {
            let seen = visitor.get(&page).await;
            seen.must_show("something <b onclick=evil> new").must_show(&rid).must_be_harmless();
            seen.must_have("未收录的错误码");
        }
        app.finish().await;
    }
}

both! {
    async fn wechat_is_asked_what_it_kept_of_a_call(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(2, 1).await;
        app.simulator.script([Fault::new(Match::sends(), says(40003, "invalid openid"))]);
        let notice = app.send(template, AudienceInput::One(openid(0))).await;
        app.wait(notice).await;
        app.simulator.clear_faults();
        let page = delivery_page(&app, notice).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let seen = visitor.get(&page).await;
        seen.must_have("向微信查询详情").must_have("最近 7 天");
        let strange = visitor.fill(&seen, ASK, &[("rid", "65f0a1b2-1c2d3e4f-00000000")]).await;
        strange.must_have("没有做任何更改").must_have(ASK);

        app.simulator.script([Fault::new(Match::path("/cgi-bin/openapi/rid/get").first(1), Action::errcode(76001))]);
        let refused = visitor.fill(&seen, ASK, &[]).await;
        assert_eq!(refused.path, page);
        refused.must_have("查不到该 rid").must_have("76001").must_have(ASK);

        let answered = visitor.fill(&seen, ASK, &[]).await;
        answered.must_have("微信的请求记录").must_show("127.0.0.1").must_show("access_token=***");
        answered.must_show(&openid(0)).must_show("\"errcode\": 40003").must_not_have(ASK);
        assert!(!answered.shows(SECRET));
        let token = app.simulator.calls(50, Some("/cgi-bin/openapi/rid/get"));
        assert_eq!(token.len(), 2, "looking at the page again asks for nothing");
        visitor.get(&page).await.must_have("微信的请求记录");

        // A week later there is nothing to ask for.
        app.simulator.script([Fault::new(Match::sends(), says(40003, "invalid openid"))]);
        let notice = app.send(template, AudienceInput::One(openid(1))).await;
        app.wait(notice).await;
        let page = delivery_page(&app, notice).await;
        visitor.get(&page).await.must_have(ASK);
        age_attempts(&app, which, 7 * 24 * 3_600_000).await;
        visitor.get(&page).await.must_have("已超过 7 天").must_not_have(ASK);
        app.finish().await;
    }
}

both! {
    async fn statistics_split_failures_by_side_and_tell_how_good_the_forecast_was(which) {
        let app = TestApp::start(which).await;
        let (program, template) = app.furnish().await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let empty = visitor.get("/statistics").await;
        assert!(empty.under("accuracy").contains("无法比较") && empty.under("sides").contains("没有失败"));

        app.people(3, 1).await;
        app.add_subscriber(program, &openid(7), template, 1).await;
        let notice = app.send(template, AudienceInput::EverybodyWithGrant).await;
        app.wait(notice).await;
        let seen = visitor.get("/statistics").await;
        let accuracy = seen.under("accuracy");
        assert!(accuracy.contains("预计有额度的 4 条发送中，1 条遇到 43101，占 25.0%。"), "{accuracy}");
        assert!(accuracy.contains("还没有设置消息推送") && accuracy.contains("同一个 AppID"), "{accuracy}");
        seen.must_have("id=\"sides-title\"").must_have("arc side-audience").must_have("/errors#side-setup");
        seen.must_not_have("arc side-setup");
        app.finish().await;
    }
}

both! {
    async fn the_ledger_says_why_a_grant_came_back(which) {
        let app = TestApp::start(which).await;
        let (_, template) = app.furnish().await;
        app.people(1, 1).await;
        app.simulator.script([Fault::new(Match::sends(), says(40003, "invalid openid"))]);
        let notice = app.send(template, AudienceInput::One(openid(0))).await;
        app.wait(notice).await;
        let (delivery, _) = app.only_delivery(notice).await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let seen = visitor.get(&format!("/subscribers/{}", delivery.id.subscriber)).await;
        let ledger = seen.under("ledger");
        assert!(ledger.contains("未使用，退回") && ledger.contains("预留的额度已释放"), "{ledger}");
        assert!(ledger.contains("小程序上报"), "{ledger}");
        assert_eq!(app.simulator.balance(APPID, &openid(0), TEMPLATE).unwrap(), 1);
        app.finish().await;
    }
}

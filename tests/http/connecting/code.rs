//! The code to copy, the signs of life, the key of login tokens.

use super::{KEY, TOKEN, callback_url, set_callback, start};
use crate::{
    both,
    support::{
        APPID, TEMPLATE, TestApp,
        browser::{Seen, Visitor},
        openid,
    },
};
use reqwest::StatusCode;
use serde_json::json;
use simulator::Callback;

both! {
    async fn the_code_to_copy_names_what_was_ticked_and_what_no_popup_takes_is_said(which) {
        let (app, visitor, program, first) = start(which).await;
        let mut ids = vec![(first, TEMPLATE.to_owned())];
        for n in 1..6 {
            let id = format!("TmplMore{n}123456789abcdefghijklmnopqrstuvwx");
            ids.push((app.add_template(program, APPID, &id, &format!("第 {n} 个")).await, id));
        }
        let page = visitor.get("/mini-programs/1/connect").await;
        page.must_have(&format!("const base = \"{}\"", app.url)).must_have(&format!("const appId = \"{APPID}\""));
        page.must_have("wx.requestSubscribeMessage").must_have("reportId").must_show("/api/subscribe/ask?templateIds=");
        let code = |page: &Seen| page.under("mini-program-code");
        assert_eq!(ids.iter().filter(|(_, id)| code(&page).contains(id)).count(), 5, "five of six");
        let (second, second_id) = &ids[1];
        let page = visitor.get(&format!("/mini-programs/1/connect?t{second}=on")).await;
        assert!(code(&page).contains(second_id) && !code(&page).contains(TEMPLATE));
        let all: Vec<_> = ids.iter().map(|(id, _)| format!("t{id}=on")).collect();
        visitor.get(&format!("/mini-programs/1/connect?{}", all.join("&"))).await.must_show("选择了超过 5 个");
        // What is archived is not offered.
        app.services.archive_template(*second, true).await.unwrap();
        visitor.get(&format!("/mini-programs/1/connect?t{second}=on")).await.must_not_have(second_id);
        let garbled = "/mini-programs/1/connect?t1=%22%3E%3Cscript%3Eevil()%3C/script%3E&tx=1&t999=on";
        visitor.get(garbled).await.must_be_harmless();
        app.finish().await;
    }
}

both! {
    async fn the_first_report_and_the_first_event_show_while_one_waits(which) {
        let (app, visitor, _, _) = start(which).await;
        let page = visitor.get("/mini-programs/1/connect").await;
        page.must_show("等待中").must_not_have("http-equiv=\"refresh\"");
        page.must_have("href=\"/mini-programs/1/connect?watch=1\"");
        let watching = visitor.get("/mini-programs/1/connect?t1=on&watch=1").await;
        watching.must_have("http-equiv=\"refresh\"").must_have("href=\"/mini-programs/1/connect?t1=on\"");
        let report = json!({ "openId": openid(7), "results": { TEMPLATE: "accept" }, "reportId": "tap" });
        let request = visitor.client.post(format!("{}/api/subscribe/record", app.url));
        let request = request.header("content-type", "application/json");
        assert_eq!(request.body(report.to_string()).send().await.unwrap().status(), StatusCode::OK);
        let page = visitor.get("/mini-programs/1/connect?watch=1").await;
        page.must_show(&openid(7)).must_not_have("http-equiv=\"refresh\"");
        // With a callback there is an event to wait for, too.
        set_callback(&visitor, "safe", TOKEN, KEY).await;
        visitor.get("/mini-programs/1/connect?watch=1").await.must_have("http-equiv=\"refresh\"");
        visitor.get("/mini-programs/1/callback?watch=1").await.must_have("http-equiv=\"refresh\"");
        app.simulator.set_callback(APPID, Some(Callback::safe(callback_url(&app), TOKEN, KEY))).unwrap();
        app.simulator.push_event(APPID, "debug_demo", &openid(1)).unwrap();
        app.simulator.deliver_pushes().await;
        let page = visitor.get("/mini-programs/1/connect?watch=1").await;
        page.must_show("已收到，最近一次").must_not_have("http-equiv=\"refresh\"");
        visitor.get("/mini-programs/1/callback?watch=1").await.must_not_have("http-equiv=\"refresh\"");
        app.finish().await;
    }
}

both! {
    async fn the_login_key_is_changed_gently_or_at_once_as_chosen(which) {
        let (app, visitor, _, _) = start(which).await;
        let old = login(&app, &visitor, "c1").await;
        let page = visitor.get("/mini-programs/1/login-key").await;
        let csrf = page.csrf();
        let undecided = visitor.post("/actions/rotate-login-key", &[("csrf", csrf.as_str()), ("id", "1")]).await;
        undecided.must_show("请选择旧凭证何时失效");
        visitor.fill(&page, "/actions/rotate-login-key", &[]).await.must_show("24 小时内自然到期");
        assert_eq!(asks(&app, &visitor, &old).await, StatusCode::OK);
        let page = visitor.get("/mini-programs/1/login-key").await;
        let done = visitor.fill(&page, "/actions/rotate-login-key", &[("when", "now")]).await;
        done.must_show("全部失效");
        assert_eq!(done.path, "/mini-programs/1/connect");
        assert_eq!(asks(&app, &visitor, &old).await, StatusCode::UNAUTHORIZED);
        app.finish().await;
    }
}

async fn login(app: &TestApp, visitor: &Visitor, code: &str) -> String {
    app.simulator.add_code(APPID, code, &openid(1), None);
    let request = visitor.client.post(format!("{}/api/login", app.url)).header("content-type", "application/json");
    let answer = request.body(json!({ "code": code }).to_string()).send().await.unwrap().text().await.unwrap();
    serde_json::from_str::<serde_json::Value>(&answer).unwrap()["token"].as_str().unwrap().to_owned()
}

async fn asks(app: &TestApp, visitor: &Visitor, token: &str) -> StatusCode {
    visitor.client.get(format!("{}/api/subscribe/ask", app.url)).bearer_auth(token).send().await.unwrap().status()
}

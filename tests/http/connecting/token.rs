//! The page of token and quota.

use super::{send, start};
use crate::{
    both,
    support::{APPID, SECRET, Which},
};
use simulator::{Account, Action, Fault, Match, TokenEnd};

both! {
    async fn the_health_page_explains_a_token_that_cannot_be_had_and_tests_in_place(which) {
        let (app, visitor, _, _) = start(which).await;
        let page = visitor.get("/mini-programs/1/health").await;
        page.must_have("href=\"/mini-programs/1?open=platform#platform\"");
        page.must_show("尚未获取").must_show("0 / 20").must_show("stable_token");
        let page = visitor.fill(&page, "/actions/test-connection", &[]).await;
        assert!(page.path.starts_with("/mini-programs/1/health?check=good"), "{}", page.path);
        page.must_show("连接正常").must_show("1 次").must_show("还有");

        app.simulator.add_account(Account { ip_allowed: false, ..Account::new(APPID, SECRET) });
        let page = visitor.fill(&page, "/actions/test-connection", &[]).await;
        page.must_have("class=\"copyable\">127.0.0.1<");
        let page = visitor.get("/mini-programs/1/health").await;
        page.must_show("上次获取失败").must_show("IP 不在白名单").must_show("需要加入白名单的地址").must_show("not in whitelist");
        page.must_have("class=\"copyable\">127.0.0.1<").must_show("之前不会再向微信获取").must_have("href=\"/errors/40164\"");
        page.must_not_have(SECRET).must_not_have("access_token=");

        for (errcode, words) in [
            (40013, "AppID 无效"),
            (40125, "AppSecret 无效"),
            (40243, "解冻 AppSecret"),
            (50004, "禁止获取凭证"),
            (50007, "账号已冻结"),
            (89503, "点“确认”"),
            (89506, "24 小时后"),
            (89507, "1 小时后"),
            (45009, "清零调用次数"),
            (45011, "一分钟后自动重试"),
        ] {
            app.simulator.clear_faults();
            app.simulator.script([Fault::new(Match::path("/cgi-bin/stable_token"), Action::errcode(errcode))]);
            let page = visitor.fill(&page, "/actions/test-connection", &[]).await;
            page.must_show(words);
            visitor.get("/mini-programs/1/health").await.must_show(words).must_have(&format!("/errors/{errcode}"));
        }
        app.finish().await;
    }
}

both! {
    async fn somebody_elses_fetching_is_said_with_what_to_do(which) {
        let (app, visitor, _, template) = start(which).await;
        let page = visitor.get("/mini-programs/1").await;
        visitor.fill(&page, "/actions/change-mini-program", &[("token_mode", "classic")]).await;
        send(&app, template, 1).await;
        for i in 2..4 {
            visitor.get("/mini-programs/1/health").await.must_not_have("id=\"foreign\"");
            app.simulator.end_tokens(APPID, TokenEnd::Superseded).unwrap();
            send(&app, template, i).await;
        }
        let page = visitor.get("/mini-programs/1/health").await;
        page.must_show("另有程序在为这个 AppID 获取凭证").must_show("今天有 2 个凭证");
        page.must_show("改用稳定版");
        visitor.get("/").await.must_show("另有程序在为这个 AppID 获取凭证").must_have("href=\"/mini-programs/1/health\"");
        app.finish().await;
    }
}

both! {
    async fn the_quota_is_shown_and_reset_only_after_it_was_confirmed_as_shown(which) {
        let (app, visitor, program, template) = start(which).await;
        let health = visitor.get("/mini-programs/1/health").await;
        health.must_show("还没有查询过").must_show("本月还可清零 10 / 10 次");
        send(&app, template, 1).await;
        let page = visitor.fill(&health, "/actions/look-up-quota", &[]).await;
        page.must_show("已查询：今天还可以发送 9,999,999 次").must_show("9,999,999").must_show("10,000,000");
        visitor.get("/").await.must_show("今日剩余 9,999,999");

        let confirm = visitor.get("/mini-programs/1/reset-quota").await;
        assert_eq!(confirm.stat("本月还可清零（共 10 次）"), "10");
        confirm.must_show("9,999,999");
        visitor.fill(&confirm, "/actions/clear-quota", &[]).await.must_show("请先勾选确认");
        assert_eq!(app.services.resets_left(program).await.unwrap(), 10);
        // Somebody else was quicker: the number that was shown is not true any more.
        app.services.clear_quota(program, 10).await.unwrap();
        let late = visitor.fill(&confirm, "/actions/clear-quota", &[("sure", "true")]).await;
        late.must_show("清零次数已变化");
        assert_eq!(late.path, "/mini-programs/1/reset-quota");
        assert_eq!(app.services.resets_left(program).await.unwrap(), 9);
        let done = visitor.fill(&late, "/actions/clear-quota", &[("sure", "true")]).await;
        done.must_show("已清零，发送已恢复：今天还可以发送 10,000,000 次").must_show("本月还可清零 8 / 10 次");
        assert_eq!(done.path, "/mini-programs/1/health");

        // WeChat counts resets of its console too, and refuses in words.
        app.simulator.script([Fault::new(Match::path("/cgi-bin/clear_quota"), Action::errcode(48006))]);
        let page = visitor.get("/mini-programs/1/reset-quota").await;
        let refused = visitor.fill(&page, "/actions/clear-quota", &[("sure", "true")]).await;
        refused.must_show("没有完成：").must_show("48006").must_show(model::advice::advise(48006).remedy(model::Lang::Zh));
        app.simulator.clear_faults();
        for left in (1..=8).rev() {
            app.services.clear_quota(program, left).await.unwrap();
        }
        let none = visitor.get("/mini-programs/1/reset-quota").await;
        none.must_show("本月的清零次数已用完").must_not_have("action=\"/actions/clear-quota\"");
        app.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_platform_that_cannot_be_reached_is_said_in_words_and_not_as_an_error_of_ours() {
    let (app, visitor, _, _) = start(Which::Sqlite).await;
    let page = visitor.get("/mini-programs/1").await;
    let nowhere = [("api_base", "other"), ("api_base_other", "http://127.0.0.1:9")];
    visitor.fill(&page, "/actions/change-mini-program", &nowhere).await.must_show("已保存");
    let page = visitor.get("/mini-programs/1/health").await;
    let refused = visitor.fill(&page, "/actions/look-up-quota", &[]).await;
    refused.must_show("连不上微信服务器").must_not_have("服务暂时出错");
    refused.must_show("详情").must_not_have("微信返回");
    // And once more while it rests: the same words, not those of a test.
    visitor.fill(&refused, "/actions/look-up-quota", &[]).await.must_show("连不上微信服务器");
    app.finish().await;
}

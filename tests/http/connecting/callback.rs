//! The page of the callback.

use super::{HOUR, KEY, NOON, TOKEN, callback_url, send, set_callback, start, start_at};
use crate::{
    both,
    support::{APPID, TEMPLATE, openid},
};
use service::clock::ManualClock;
use simulator::{Callback, Choice, Prompt};
use std::sync::Arc;

both! {
    async fn a_callback_is_set_up_verified_heard_and_never_shows_its_secrets(which) {
        let (app, visitor, program, template) = start(which).await;
        let page = visitor.get("/mini-programs/1/callback").await;
        page.must_show(&callback_url(&app)).must_show("微信访问不到").must_not_have("/actions/check-callback");
        let set = "/actions/set-callback";
        let (token, key) = (page.held(set, "token"), page.held(set, "encoding_key"));
        assert_eq!((token.len(), key.len(), page.held(set, "mode").as_str()), (24, 43, "safe"));
        assert_ne!(visitor.get("/mini-programs/1/callback").await.held(set, "token"), token, "fresh ones every time");

        let page = visitor.fill(&page, set, &[]).await;
        page.must_show("已保存").must_show("等待微信验证").must_not_have(&token).must_not_have(&key);
        app.simulator.set_callback(APPID, Some(Callback::safe(callback_url(&app), &token, &key))).unwrap();
        assert!(app.simulator.verify_callback(APPID).await.unwrap().ok);
        visitor.get("/mini-programs/1/callback").await.must_show("已通过验证，等待第一个事件").must_show("URL 验证");
        visitor.get("/").await.must_show("已验证，还没有事件");

        app.simulator.prompt(&Prompt::one(APPID, openid(5), TEMPLATE, Choice::Accept)).await.unwrap();
        send(&app, template, 1).await;
        app.simulator.push_event(APPID, "debug_demo", &openid(1)).unwrap();
        app.simulator.deliver_pushes().await;
        until(|| async {
            let program = app.services.mini_program(program).await.unwrap();
            app.services.callback_health(&program).await.unwrap().waiting_since.is_none()
        })
        .await;
        let page = visitor.get("/mini-programs/1/callback").await;
        page.must_show("正常，已收到事件").must_show("debug_demo").must_show("同意").must_show("已送达");
        page.must_have(&format!("href=\"/subscribers?q={}\"", openid(5))).must_show("意见处理进度通知");
        page.must_not_have(&token).must_not_have(&key);
        visitor.get(&format!("/subscribers?q={}", openid(5))).await.must_show(&openid(5));

        // Empty fields keep what is stored; the mode changes alone.
        let page = visitor.fill(&page, set, &[("mode", "compatible")]).await;
        page.must_show("已保存").must_show("兼容模式").must_show("等待微信验证");
        app.simulator.push_event(APPID, "debug_demo", &openid(2)).unwrap();
        app.simulator.deliver_pushes().await;
        assert!(app.simulator.pushes(1, Some(APPID))[0].delivered);
        app.finish().await;
    }
}

/// Waits until it holds.
async fn until<F: Future<Output = bool>>(holds: impl Fn() -> F) {
    for _ in 0..200 {
        if holds().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("waited too long");
}

both! {
    async fn bad_tokens_and_keys_are_refused_beside_their_fields_and_not_kept(which) {
        let (app, visitor, program, _) = start(which).await;
        let odd = "T0ken-evil";
        for (token, key, field) in [
            (odd, KEY, "token"),
            ("ab", KEY, "token"),
            ("", KEY, "token"),
            (TOKEN, "tooshort", "encoding_key"),
            (TOKEN, "", "encoding_key"),
        ] {
            let refused = set_callback(&visitor, "safe", token, key).await;
            assert_eq!(refused.path, "/mini-programs/1/callback");
            refused.must_have(&format!("f-{field}-error")).must_show("没有保留");
            refused.must_not_have(odd).must_not_have("tooshort");
            assert!(app.services.mini_program(program).await.unwrap().callback_mode.is_none());
        }
        let csrf = visitor.get("/account").await.csrf();
        let fields = [("csrf", csrf.as_str()), ("id", "1"), ("mode", "clear"), ("token", TOKEN), ("encoding_key", KEY)];
        visitor.post("/actions/set-callback", &fields).await.must_show("请从列表中选择一项");
        // Plain mode can do without a key; safe mode then cannot be chosen without one.
        set_callback(&visitor, "plain", TOKEN, "").await.must_show("已保存").must_show("明文模式");
        set_callback(&visitor, "safe", "", "").await.must_have("f-encoding_key-error");
        set_callback(&visitor, "safe", "", KEY).await.must_show("已保存").must_show("安全模式");
        app.finish().await;
    }
}

both! {
    async fn what_is_refused_at_the_callback_is_named_with_its_remedy(which) {
        let (app, visitor, _, template) = start(which).await;
        send(&app, template, 1).await;
        set_callback(&visitor, "safe", TOKEN, KEY).await;
        let url = callback_url(&app);
        let other = KEY.to_lowercase();
        for (callback, name, remedy) in [
            (Callback::safe(&url, "anotherToken", KEY), "签名错误", "在两边重新填写同一个"),
            (Callback::plain(&url, TOKEN), "拒收明文", "改为“安全模式”"),
            (Callback::safe(&url, TOKEN, &other), "无法解密", "同一个 EncodingAESKey"),
        ] {
            app.simulator.set_callback(APPID, Some(callback)).unwrap();
            app.simulator.push_event(APPID, "debug_demo", &openid(1)).unwrap();
            app.simulator.deliver_pushes().await;
            let page = visitor.get("/mini-programs/1/callback").await;
            page.must_show("最近的推送被拒收").must_show(name).must_show(remedy).must_show("3 次");
            visitor.get("/").await.must_show("回调被拒收").must_show(name).must_have("href=\"/mini-programs/1/callback\"");
        }
        // Something good after it, and it is history.
        app.simulator.set_callback(APPID, Some(Callback::safe(&url, TOKEN, KEY))).unwrap();
        app.simulator.push_event(APPID, "debug_demo", &openid(1)).unwrap();
        app.simulator.deliver_pushes().await;
        let page = visitor.get("/mini-programs/1/callback").await;
        page.must_show("正常，已收到事件").must_show("之后已恢复正常").must_not_have("最近的推送被拒收");
        visitor.get("/").await.must_not_have("回调被拒收");
        app.finish().await;
    }
}

both! {
    async fn sends_without_results_are_noticed_after_some_hours(which) {
        let clock = Arc::new(ManualClock::at(NOON));
        let (app, visitor, _, template) = start_at(which, Some(clock.clone())).await;
        set_callback(&visitor, "safe", TOKEN, KEY).await;
        // What was sent in the hour of the setting may have been sent before it.
        clock.advance(2 * HOUR);
        send(&app, template, 1).await;
        visitor.get("/").await.must_not_have("没有收到发送结果");
        clock.advance(9 * HOUR);
        let page = visitor.get("/mini-programs/1/callback").await;
        page.must_show("小时没有收到发送结果，但期间有发送");
        visitor.get("/").await.must_show("小时没有收到发送结果").must_have("href=\"/mini-programs/1/callback\"");
        app.finish().await;
    }
}

both! {
    async fn wechat_tests_the_address_and_says_what_it_found_or_why_not(which) {
        let (app, visitor, _, _) = start(which).await;
        set_callback(&visitor, "safe", TOKEN, KEY).await;
        let page = visitor.get("/mini-programs/1/callback").await;
        let refused = visitor.fill(&page, "/actions/check-callback", &[]).await;
        refused.must_show("40201").must_show("消息推送配置").must_not_have("服务暂时出错");
        app.simulator.set_callback(APPID, Some(Callback::safe(callback_url(&app), TOKEN, KEY))).unwrap();
        let page = visitor.fill(&refused, "/actions/check-callback", &[]).await;
        page.must_show("微信已完成检测").must_show("127.0.0.1").must_show("丢包 0%");
        app.finish().await;
    }
}

both! {
    async fn a_callback_is_removed_only_after_its_page_asked(which) {
        let (app, visitor, program, _) = start(which).await;
        let seen = visitor.get("/mini-programs/1/remove-callback").await;
        assert_eq!(seen.path, "/mini-programs/1/callback", "there is none");
        set_callback(&visitor, "safe", TOKEN, KEY).await;
        let page = visitor.get("/mini-programs/1/remove-callback").await;
        page.must_show("无法找回").must_show(&callback_url(&app));
        let done = visitor.fill(&page, "/actions/remove-callback", &[]).await;
        done.must_show("回调已移除");
        assert_eq!(app.services.mini_program(program).await.unwrap().callback_mode, None);
        app.simulator.set_callback(APPID, Some(Callback::safe(callback_url(&app), TOKEN, KEY))).unwrap();
        assert!(!app.simulator.verify_callback(APPID).await.unwrap().ok);
        app.finish().await;
    }
}

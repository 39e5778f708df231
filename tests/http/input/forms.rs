//! Forms with what is missing or wrong.

use super::*;

both! {
    async fn an_action_without_its_fields_or_with_wrong_ones_is_no_error_of_ours(which) {
        let (app, visitor, _, _) = start(which).await;
        let actions: Vec<_> = leptos::server_fn::axum::server_fn_paths()
            .map(|(path, _)| path)
            .filter(|path| path.starts_with("/actions/") && !path.contains("sign-out"))
            .collect();
        let odd = ["", "abc", "-1", "99999999999999999999", "1e3", "\0", "9223372036854775807"];
        for path in actions {
            let csrf = visitor.get("/account").await.csrf();
            let seen = visitor.post(path, &[("csrf", csrf.as_str())]).await;
            assert!(seen.status.as_u16() < 500, "{path} without fields: {} {}", seen.status, seen.html);
            for value in odd {
                let names = ["id", "notice", "template", "mini_program", "subscriber[]", "shown", "change", "grants", "lang", "back"];
                let mut fields: Vec<_> = names.iter().map(|name| (*name, value)).collect();
                fields.push(("csrf", csrf.as_str()));
                let seen = visitor.post(path, &fields).await;
                assert!(seen.status.as_u16() < 500, "{path} with {value:?}: {} {}", seen.status, seen.html);
                seen.must_be_harmless();
            }
        }
        assert_eq!(visitor.get("/account").await.path, "/account");
        app.finish().await;
    }
}

both! {
    async fn a_notice_without_a_valid_recipient_cannot_be_confirmed(which) {
        let (app, visitor, program, template) = start(which).await;
        app.add_subscriber(program, &openid(1), template, 0).await;
        let notice = app.services.begin_notice(template, Vec::new(), "test").await.unwrap();
        let confirm = |shown: &'static str| {
            let (visitor, notice) = (&visitor, notice.to_string());
            async move {
                let fields = [("notice", notice.as_str()), ("shown", shown)];
                visitor.submit(&format!("/send/{notice}/review"), "/actions/confirm-notice", &fields).await
            }
        };
        // Nobody chosen yet, then people without a grant, then everybody where nobody has one.
        let unknown = format!("{}\n{}", openid(1), openid(2));
        for (audience, list, skipped) in [("", "", "0"), ("pasted", unknown.as_str(), "2"), ("everybody", "", "0")] {
            if !audience.is_empty() {
                let form = visitor.get(&format!("/send/{notice}/audience")).await;
                visitor.fill(&form, "/actions/set-audience", &[("audience", audience), ("openids", list)]).await;
                app.services.set_content(notice, &content()).await.unwrap();
            }
            let review = visitor.get(&format!("/send/{notice}/review")).await;
            assert_eq!((review.stat("将发送"), review.stat("跳过")), ("0".to_owned(), skipped.to_owned()), "{audience}");
            review.must_show("还不能发送").must_not_have("/actions/confirm-notice");
            for shown in ["0", "1", "99999", "-1", "", "x"] {
                let seen = confirm(shown).await;
                assert_eq!(seen.path, format!("/send/{notice}/review"), "{audience} {shown}");
                assert_eq!(app.notice(notice).await.state, NoticeState::Draft);
            }
        }
        assert_eq!(app.simulator.send_summary().accepted, 0);
        app.finish().await;
    }
}

both! {
    async fn bad_lines_of_a_pasted_list_are_named_and_the_list_is_kept(which) {
        let (app, visitor, _, template) = start(which).await;
        let notice = app.services.begin_notice(template, Vec::new(), "test").await.unwrap();
        let page = format!("/send/{notice}/audience");
        let list = format!("openid\r\n{}\r\nnot-one\r\n\r\n{},张三\r\n{}", openid(1), openid(2), "😀".repeat(30));
        let paste = |list: String| {
            let (visitor, page) = (&visitor, page.clone());
            async move {
                let form = visitor.get(&page).await;
                visitor.fill(&form, "/actions/set-audience", &[("audience", "pasted"), ("openids", &list)]).await
            }
        };
        let seen = paste(list.clone()).await;
        assert_eq!(seen.path, page);
        seen.must_show("第 3 行“not-one”").must_show("第 5 行“张三”").must_show("第 6 行“😀");
        assert_eq!(seen.held("/actions/set-audience", "openids"), list);
        assert_eq!(seen.held("/actions/set-audience", "audience"), "pasted");
        paste(String::new()).await.must_show("请粘贴至少一个 openid");
        let many: String = (0..40).map(|i| format!("bad{i}\n")).collect();
        paste(many).await.must_show("第 10 行").must_not_have("第 11 行").must_show("另有 30 处不是 openid");
        let too_many: String = (0..50_001).map(|i| openid(i) + "\n").collect();
        paste(too_many).await.must_show("一次最多粘贴 50000 个 openid，现在有 50001 个");
        let most: String = (0..50_000).map(|i| openid(i) + "\n").collect();
        assert_eq!(paste(most).await.path, format!("/send/{notice}/content"));
        let review = visitor.get(&format!("/send/{notice}/review")).await;
        assert_eq!((review.stat("将发送"), review.stat("跳过")), ("0".to_owned(), "50,000".to_owned()));
        app.finish().await;
    }
}

both! {
    async fn odd_names_are_kept_as_they_are_and_long_ones_refused(which) {
        let (app, visitor, program, template) = start(which).await;
        let odd = ["😀👨‍👩‍👧‍👦🏳️‍🌈", "𠮷野家", "مرحبا", "e\u{301}́", "Ω≈ç√∫˜µ≤", "%s%n{}{0}${x}", "null", "\\", "a\\'b", "　全角　空格　", "0"];
        for (i, name) in odd.into_iter().enumerate() {
            let shown = name.trim();
            let form = visitor.get("/mini-programs/1").await;
            visitor.fill(&form, "/actions/change-mini-program", &[("name", name)]).await.must_show("已保存").must_show(shown);
            assert_eq!(app.services.mini_program(program).await.unwrap().settings.name, shown);
            let input = SubscriberInput { openid: openid(i), remark: name.to_owned(), template: None, grants: 0 };
            let id = app.services.add_subscriber(program, &input, "test").await.unwrap();
            visitor.get(&format!("/subscribers/{id}")).await.must_show(shown);
            let form = visitor.get(&format!("/templates/{template}/edit")).await;
            let seen = visitor.fill(&form, "/actions/change-template", &[("title", name), ("fields[0][label]", name)]).await;
            seen.must_show("模板已保存").must_show(shown);
        }
        let long = "很长的名字".repeat(200);
        for bad in [long.as_str(), "", "   ", "\u{200b}", "a\0b", "两\r\n行", "\u{202e}gnp.exe"] {
            let form = visitor.get("/mini-programs/1").await;
            let seen = visitor.fill(&form, "/actions/change-mini-program", &[("name", bad)]).await;
            assert!(!seen.under("f-name-error").is_empty(), "{bad:?} was taken");
            assert_eq!(seen.held("/actions/change-mini-program", "name"), bad);
            let form = visitor.get(&format!("/templates/{template}/edit")).await;
            let seen = visitor.fill(&form, "/actions/change-template", &[("title", bad)]).await;
            assert!(!seen.under("f-title-error").is_empty(), "{bad:?} was taken");
            let form = visitor.get("/settings/users").await;
            let fields = [("name", bad), ("password", "another long password"), ("role", "operator")];
            let seen = visitor.fill(&form, "/actions/add-user", &fields).await;
            assert!(!seen.under("f-name-error").is_empty(), "{bad:?} was taken");
        }
        assert_eq!(app.services.users().await.unwrap().len(), 1);
        let form = visitor.get("/subscribers/1").await;
        let seen = visitor.fill(&form, "/actions/change-remark", &[("remark", &long)]).await;
        assert!(!seen.under("f-remark-error").is_empty());
        app.finish().await;
    }
}

both! {
    async fn an_empty_form_names_what_is_missing_and_no_secret_comes_back(which) {
        let (app, visitor, _, _) = start(which).await;
        let page = visitor.get("/mini-programs/new").await;
        let fields = [("name", ""), ("appid", "gh_123456789abc"), ("app_secret", "tooShortButSecret"), ("time_zone", "Mars/Olympus")];
        let seen = visitor.fill(&page, "/actions/add-mini-program", &fields).await;
        for field in ["name", "appid", "app_secret", "time_zone"] {
            assert!(!seen.under(&format!("f-{field}-error")).is_empty(), "{field} was taken");
        }
        seen.must_not_have("tooShortButSecret").must_show("gh_123456789abc").must_show("Mars/Olympus");
        // The same AppID twice.
        let fields = [("name", "另一个"), ("appid", APPID), ("app_secret", SECRET)];
        let seen = visitor.fill(&page, "/actions/add-mini-program", &fields).await;
        assert!(!seen.under("f-appid-error").is_empty());
        seen.must_not_have(SECRET);
        let page = visitor.get("/templates/new").await;
        let seen = visitor.fill(&page, "/actions/register-template", &[]).await;
        for field in ["pri_tmpl_id", "title"] {
            assert!(!seen.under(&format!("f-{field}-error")).is_empty(), "{field} was taken");
        }
        seen.must_show("请至少填写一个字段");
        let broken = "课程:{{thing1.DATA}}\r\n没有字段\r\n时间:{{time2.DATA}}";
        let seen = visitor.fill(&page, "/actions/register-template", &[("content", broken), ("title", "课")]).await;
        seen.must_show("第 2 行");
        assert_eq!(seen.held("/actions/register-template", "content"), broken);
        let seen = visitor.fill(&page, "/actions/register-template", &[("pri_tmpl_id", TEMPLATE), ("title", "课"), ("content", "课:{{thing1.DATA}}")]).await;
        seen.must_show("已经登记过");
        let seen = visitor.get("/account").await;
        let fields = [("old", "wrong-old-secret"), ("new", "short"), ("repeated", "different")];
        visitor.fill(&seen, "/actions/change-password", &fields).await.must_not_have("wrong-old-secret").must_have("form-errors");
        app.finish().await;
    }
}

both! {
    async fn numbers_of_grants_are_read_or_refused_and_a_foreign_template_gives_none(which) {
        let (app, visitor, program, _) = start(which).await;
        let page = visitor.get("/subscribers/new").await;
        for bad in ["abc", "1.5", "-1", "1001", "99999999999999999999", "1e3"] {
            let fields = [("openid", &*openid(1)), ("template", "1"), ("grants", bad)];
            let seen = visitor.fill(&page, "/actions/add-subscriber", &fields).await;
            assert!(!seen.under("f-grants-error").is_empty(), "{bad} was taken");
            assert_eq!(seen.held("/actions/add-subscriber", "grants"), bad);
        }
        let other = app.add_mini_program("wxffffffffffffffff", "另一个").await;
        let foreign = app.add_template(other, "wxffffffffffffffff", TEMPLATE, "别人的").await.to_string();
        let program_id = program.to_string();
        for template in [foreign.as_str(), "999", "x"] {
            let fields = [("mini_program", program_id.as_str()), ("openid", &*openid(1)), ("template", template), ("grants", "1")];
            let seen = visitor.submit("/subscribers/new", "/actions/add-subscriber", &fields).await;
            assert_eq!(seen.path, "/subscribers/new", "template {template}");
            seen.must_not_have("订阅者已添加");
        }
        assert_eq!(app.services.count_subscribers(program).await.unwrap(), 0);
        let id = app.accept(&openid(1)).await;
        for bad in ["0", "", "many", "-1001", "1001"] {
            let form = visitor.get(&format!("/subscribers/{id}")).await;
            let seen = visitor.fill(&form, "/actions/adjust-grant", &[("change", bad), ("reason", "x")]).await;
            seen.must_not_have("已调整").must_have("class=\"flash fail\"");
        }
        app.finish().await;
    }
}

both! {
    async fn control_characters_from_programs_are_refused_as_unknown(which) {
        let (app, visitor, program, _) = start(which).await;
        let post = |path: &'static str, body: serde_json::Value| {
            let request = visitor.client.post(format!("{}{path}", app.url)).header("content-type", "application/json");
            async move {
                let answer = request.body(body.to_string()).send().await.unwrap();
                (answer.status().as_u16(), answer.text().await.unwrap())
            }
        };
        let odd = ["\0", "a\0b", "\u{7}\u{1b}[31m", "'; DROP TABLE grants;--", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀", "\u{ffff}"];
        for odd in odd {
            let long = odd.repeat(500);
            for odd in [odd, &long] {
                for body in [
                    serde_json::json!({ "openId": odd, "templateId": TEMPLATE }),
                    serde_json::json!({ "openId": openid(1), "templateId": odd }),
                    serde_json::json!({ "openId": openid(1), "templateId": TEMPLATE, "appId": odd }),
                    serde_json::json!({ "openId": openid(1), "results": { odd: "accept" } }),
                    serde_json::json!({ "openId": openid(1), "results": { TEMPLATE: odd } }),
                ] {
                    let (status, answer) = post("/api/subscribe/record", body.clone()).await;
                    assert_eq!(status, 422, "{body}: {answer}");
                }
                let (status, answer) = post("/api/subscribe/record", serde_json::json!({ "token": odd })).await;
                assert_eq!(status, 401, "{answer}");
                let (status, answer) = post("/api/login", serde_json::json!({ "code": odd })).await;
                assert!(matches!(status, 400 | 422), "{odd:?}: {status} {answer}");
                let stranger = Visitor::new(&app.url);
                let seen: Seen = stranger.sign_in(odd, odd).await;
                assert_eq!((seen.status, seen.path.starts_with("/login")), (StatusCode::OK, true), "{odd:?}");
            }
        }
        assert_eq!(app.services.count_subscribers(program).await.unwrap(), 0);
        app.finish().await;
    }
}

//! Odd text, kept and shown as text.

use super::{requests::PAGES, *};

both! {
    async fn a_page_path_with_a_scheme_is_refused_and_kept(which) {
        let (app, visitor, program, template) = start(which).await;
        let notice = draft(&app, program, template, TEMPLATE).await;
        for bad in ["https://evil.example/x", "weixin://dl/business", "javascript:evil()", "//evil.example", "pages/a b", "pages/\u{200b}x"] {
            let form = visitor.get(&format!("/send/{notice}/content")).await;
            let fields = [("values[thing1]", "一"), ("values[phrase2]", "二"), ("page", bad)];
            let seen = visitor.fill(&form, "/actions/set-content", &fields).await;
            assert!(!seen.under("f-page-error").is_empty(), "{bad} was taken");
            assert_eq!(seen.held("/actions/set-content", "page"), bad);
            let form = visitor.get("/mini-programs/1").await;
            let seen = visitor.fill(&form, "/actions/change-mini-program", &[("default_page", bad)]).await;
            assert!(!seen.under("f-default_page-error").is_empty(), "{bad} was taken");
            assert_eq!(seen.held("/actions/change-mini-program", "default_page"), bad);
        }
        assert_eq!(app.services.mini_program(program).await.unwrap().settings.default_page, "pages/index");
        app.finish().await;
    }
}

both! {
    async fn sql_and_html_in_every_text_field_are_shown_as_text(which) {
        let app = TestApp::start(which).await;
        app.services.create_first_administrator(ADMIN.0, ADMIN.1.to_owned().into()).await.unwrap();
        app.simulator.add_account(simulator::Account::new(APPID, SECRET));
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let page = visitor.get("/mini-programs/new").await;
        let fields = [("name", PAYLOAD), ("appid", APPID), ("app_secret", SECRET), ("default_page", "pages/x?a='\"><script>evil()</script>")];
        let page = visitor.fill(&page, "/actions/add-mini-program", &fields).await;
        assert_eq!(page.path, "/mini-programs/1");
        page.must_show(PAYLOAD).must_be_harmless();
        let page = visitor.get("/templates/new").await;
        let fields = [
            ("pri_tmpl_id", TEMPLATE), ("title", PAYLOAD), ("fields[0][key]", "thing1"), ("fields[0][label]", PAYLOAD),
            ("fields[0][example]", PAYLOAD), ("fields[1][key]", "enum2"), ("fields[1][label]", "选"), ("fields[1][allowed]", PAYLOAD),
        ];
        let page = visitor.fill(&page, "/actions/register-template", &fields).await;
        assert_eq!(page.path, "/templates/1");
        page.must_show(PAYLOAD).must_be_harmless();
        let page = visitor.get("/subscribers/new").await;
        let fields = [("openid", &*openid(1)), ("remark", PAYLOAD), ("template", "1"), ("grants", "2")];
        let page = visitor.fill(&page, "/actions/add-subscriber", &fields).await;
        page.must_show(PAYLOAD).must_be_harmless();
        let page = visitor.fill(&page, "/actions/adjust-grant", &[("change", "1"), ("reason", PAYLOAD)]).await;
        page.must_show(PAYLOAD).must_be_harmless();
        send_payloads(&app, &visitor).await;
        let page = visitor.get("/settings/users").await;
        let name = "'\"><script>evil()</script>";
        let fields = [("name", name), ("password", "another long password"), ("role", "operator")];
        let page = visitor.fill(&page, "/actions/add-user", &fields).await;
        page.must_show(name).must_be_harmless();
        search(&visitor).await;
        for lang in ["en", "zh"] {
            visitor.speak(lang).await;
            for path in PAGES {
                let seen = visitor.get(path).await;
                assert_eq!(seen.status, 200, "{path}");
                seen.must_be_harmless();
            }
        }
        let person = Visitor::signed_in(&app.url, name, "another long password").await;
        person.get("/account").await.must_show(name).must_be_harmless();
        app.finish().await;
    }
}

async fn send_payloads(app: &TestApp, visitor: &Visitor) {
    let fields = "a:{{thing1.DATA}}\nb:{{enum2.DATA}}";
    app.simulator.add_template(APPID, simulator::Template::one_time(TEMPLATE, "t", fields)).unwrap();
    app.simulator.grant(APPID, &openid(1), TEMPLATE, 2).unwrap();
    for notice in [1, 2] {
        let page = visitor.get("/send").await;
        let page = visitor.fill(&page, "/actions/begin-notice", &[("template", "1")]).await;
        let page = visitor.fill(&page, "/actions/set-audience", &[("audience", "everybody")]).await;
        let long = format!("{PAYLOAD}{PAYLOAD}");
        let seen =
            visitor.fill(&page, "/actions/set-content", &[("values[thing1]", &long), ("values[enum2]", PAYLOAD)]).await;
        seen.must_show(&long).must_be_harmless();
        let values = [("values[thing1]", "<script>evil()"), ("values[enum2]", PAYLOAD)];
        let review = visitor.fill(&page, "/actions/set-content", &values).await;
        assert_eq!(review.path, format!("/send/{notice}/review"));
        review.must_show("<script>evil()").must_show(PAYLOAD).must_be_harmless();
        if notice == 1 {
            visitor.fill(&review, "/actions/confirm-notice", &[]).await.must_be_harmless();
            app.wait(NoticeId(1)).await;
        }
    }
}

async fn search(visitor: &Visitor) {
    let encoded: String = PAYLOAD.bytes().map(|b| format!("%{b:02X}")).collect();
    let found = visitor.get(&format!("/subscribers?q={encoded}")).await;
    found.must_show(&openid(1)).must_be_harmless();
    for q in ["%25", "_", "%27%20OR%201%3D1--", "%5C", "%27)%3B%20DROP%20TABLE%20subscribers%3B--", "%00"] {
        let seen = visitor.get(&format!("/subscribers?q={q}")).await;
        assert_eq!(seen.status, 200, "{q}");
        assert_eq!(seen.shows(&openid(1)), q == "%00", "{q} is taken for a pattern");
    }
}

both! {
    async fn a_refused_text_comes_back_in_its_text_area_and_stays_there(which) {
        let (app, visitor, _, template) = start(which).await;
        let notice = app.services.begin_notice(template, Vec::new(), "test").await.unwrap();
        let audience = format!("/send/{notice}/audience");
        let page = visitor.get("/templates/new").await;
        let bad = "</textarea><script>evil()</script>:{{thing1}}";
        let fields = [("content", bad), ("title", PAYLOAD), ("pri_tmpl_id", PAYLOAD)];
        let seen = visitor.fill(&page, "/actions/register-template", &fields).await;
        seen.must_be_harmless();
        assert_eq!(seen.held("/actions/register-template", "content"), bad);
        let page = visitor.get(&audience).await;
        for bad in ["\"><img src=x onerror=evil()>", "&lt;b&gt;", "</textarea><script>evil()</script>", "</TextArea ><b onclick=evil()>"] {
            for (audience, field) in [("one", "openid"), ("pasted", "openids")] {
                let seen = visitor.fill(&page, "/actions/set-audience", &[("audience", audience), (field, bad)]).await;
                assert_eq!(seen.path, format!("/send/{notice}/audience"));
                seen.must_be_harmless();
                assert_eq!(seen.held("/actions/set-audience", field), bad);
            }
        }
        app.finish().await;
    }
}

//! Whatever people and programs type: refused with words where it is wrong, shown as text where it is odd, and never an
//! error of ours.

use crate::{
    both,
    support::{
        ADMIN, APPID, SECRET, TEMPLATE, TestApp, Which,
        browser::{Seen, Visitor},
        content, openid,
    },
};
use model::{
    delivery::DeliveryState,
    ids::{MiniProgramId, NoticeId, TemplateId},
    notice::NoticeState,
};
use reqwest::StatusCode;
use service::{AudienceInput, SubscriberInput, TemplateInput};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Breaks out of an attribute, of an element and of an SQL text, where any of these can be left.
const PAYLOAD: &str = "'\"><script>evil()</script>--";

async fn start(which: Which) -> (TestApp, Visitor, MiniProgramId, TemplateId) {
    let app = TestApp::start(which).await;
    let (program, template) = app.furnish().await;
    let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
    (app, visitor, program, template)
}

async fn register(app: &TestApp, program: MiniProgramId, id: &str, content: &str) -> TemplateId {
    app.simulator.add_template(APPID, simulator::Template::one_time(id, "各种字段", content)).unwrap();
    let input = TemplateInput {
        pri_tmpl_id: id.to_owned(),
        title: "各种字段".to_owned(),
        kind: "one_time".to_owned(),
        content: content.to_owned(),
        fields: Vec::new(),
        ..TemplateInput::default()
    };
    app.services.register_template(program, &input).await.unwrap()
}

/// A draft for somebody with a grant.
async fn draft(app: &TestApp, program: MiniProgramId, template: TemplateId, pri_tmpl_id: &str) -> NoticeId {
    app.add_subscriber(program, &openid(1), template, 1).await;
    app.simulator.grant(APPID, &openid(1), pri_tmpl_id, 1).unwrap();
    let notice = app.services.begin_notice(template, Vec::new(), "test").await.unwrap();
    app.services.set_audience(notice, AudienceInput::EverybodyWithGrant).await.unwrap();
    notice
}

both! {
    async fn a_value_that_breaks_its_rule_is_refused_beside_its_field_and_kept(which) {
        let (app, visitor, program, _) = start(which).await;
        let id = "TmplRules0123456789abcdefghijklmnopqrstuvwx";
        let fields = "物:{{thing1.DATA}}\n数:{{number2.DATA}}\n日:{{date3.DATA}}\n钱:{{amount4.DATA}}\n汉:{{phrase5.DATA}}";
        let template = register(&app, program, id, fields).await;
        let notice = draft(&app, program, template, id).await;
        let good = [
            ("values[thing1]", "村口路灯不亮"), ("values[number2]", "12.5"), ("values[date3]", "2026年10月1日"),
            ("values[amount4]", "¥99.50"), ("values[phrase5]", "处理中"),
        ];
        let page = format!("/send/{notice}/content");
        let long = "长".repeat(21);
        let huge = "长".repeat(20_000);
        let bad = [
            ("thing1", "", "微信不接受空值"),
            ("thing1", " \t ", "微信不接受空值"),
            ("thing1", long.as_str(), "当前 21 个字符，最多 20 个，请减少 1 个"),
            ("thing1", huge.as_str(), "当前 20000 个字符"),
            ("thing1", "😀😀😀😀😀😀😀😀😀😀😀", "当前 22 个字符"),
            ("thing1", "两\n行", "内容不能换行"),
            ("thing1", "制\t表", "制表符"),
            ("thing1", "控\u{7}制", "U+0007"),
            ("thing1", "空\0字符", "U+0000"),
            ("number2", "十二", "只能填写数字"),
            ("number2", "1,000", "千位分隔符"),
            ("number2", "１２", "半角"),
            ("date3", "明天", ""),
            ("date3", "2026年2月30日", ""),
            ("amount4", "一百元", "金额格式不对"),
            ("amount4", "12345678901", "最多 10 位"),
            ("phrase5", "OK", "只能填写汉字"),
            ("phrase5", "处理中处理中", "当前 6 个字符，最多 5 个"),
        ];
        for (key, value, why) in bad {
            let name = format!("values[{key}]");
            let mut fields = good.map(|(n, v)| (n, if n == name { value } else { v }));
            let form = visitor.get(&page).await;
            let seen = visitor.fill(&form, "/actions/set-content", &fields).await;
            assert_eq!((seen.status, &seen.path), (StatusCode::OK, &page), "{key} {value:?}");
            let told = seen.under(&format!("f-values-{key}--error"));
            assert!(!told.is_empty() && told.contains(why), "{key} {value:?}: {told:?}");
            for (name, value) in &mut fields {
                assert_eq!(seen.held("/actions/set-content", name), *value, "{name} was not kept after {key} {value:?}");
            }
            let untouched = seen.under("f-values-thing1--error").is_empty() || key == "thing1";
            assert!(untouched, "a good field is blamed for {key} {value:?}");
            assert!(app.notice(notice).await.content.values.is_empty(), "{key} {value:?} was stored");
        }
        let form = visitor.get(&page).await;
        let seen = visitor.fill(&form, "/actions/set-content", &good).await;
        assert_eq!(seen.path, format!("/send/{notice}/review"));
        app.finish().await;
    }
}

both! {
    async fn a_field_that_the_template_does_not_have_is_refused(which) {
        let (app, visitor, program, template) = start(which).await;
        let notice = draft(&app, program, template, TEMPLATE).await;
        let id = notice.to_string();
        let fields = [
            ("notice", id.as_str()), ("values[thing1]", "一"), ("values[phrase2]", "二"), ("values[thing3]", "三"),
            ("program_state", "formal"), ("message_lang", "zh_CN"),
        ];
        let seen = visitor.submit(&format!("/send/{id}/content"), "/actions/set-content", &fields).await;
        seen.must_show("模板没有字段“thing3”");
        assert!(app.notice(notice).await.content.values.is_empty());
        app.finish().await;
    }
}

both! {
    async fn an_unknown_type_of_field_warns_and_is_sent(which) {
        let (app, visitor, program, _) = start(which).await;
        let id = "TmplOdd00123456789abcdefghijklmnopqrstuvwxy";
        let template = register(&app, program, id, "物:{{thing1.DATA}}\n怪:{{weird_kind9.DATA}}").await;
        let notice = draft(&app, program, template, id).await;
        let form = visitor.get(&format!("/send/{notice}/content")).await;
        let values = [("values[thing1]", "一"), ("values[weird_kind9]", "什么都可以 anything 123")];
        let review = visitor.fill(&form, "/actions/set-content", &values).await;
        assert_eq!(review.path, format!("/send/{notice}/review"));
        review.must_show("请留意").must_show("怪：");
        visitor.fill(&review, "/actions/confirm-notice", &[]).await;
        assert_eq!(app.wait(notice).await.counts.of(DeliveryState::Sent), 1);
        app.finish().await;
    }
}

#[tokio::test]
async fn a_body_of_10_mb_is_refused_and_the_server_lives_on() {
    let (app, visitor, _, _) = start(Which::Sqlite).await;
    let big = "a".repeat(10 * 1024 * 1024);
    let csrf = visitor.get("/send").await.csrf();
    for (path, kind, body) in [
        ("/actions/set-audience", "application/x-www-form-urlencoded", format!("csrf={csrf}&notice=1&openids={big}")),
        ("/actions/sign-in", "application/x-www-form-urlencoded", format!("csrf={csrf}&name={big}&password=x")),
        ("/api/subscribe/record", "application/json", format!("{{\"openId\":\"{big}\"}}")),
        ("/api/login", "application/json", format!("{{\"code\":\"{big}\"}}")),
    ] {
        let url = format!("{}{path}", app.url);
        let answer = visitor.client.post(&url).header("content-type", kind).body(body.clone()).send().await.unwrap();
        assert_eq!(answer.status(), 413, "{path}");
        let status = in_pieces(&app.url, path, kind, body.as_bytes()).await;
        let refused = status.as_ref().is_none_or(|line| line.starts_with("HTTP/1.1 413"));
        assert!(refused, "{path} in pieces: {status:?}");
    }
    assert_eq!(visitor.get("/templates").await.status, 200);
    app.finish().await;
}

/// Posts without telling the length beforehand. `None`: the server closed the connection on whoever goes on sending.
async fn in_pieces(base: &str, path: &str, kind: &str, body: &[u8]) -> Option<String> {
    let host = base.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n");
    stream.write_all(head.as_bytes()).await.ok()?;
    for piece in body.chunks(65_536) {
        let size = format!("{:x}\r\n", piece.len());
        let sent = stream.write_all(&[size.as_bytes(), piece, b"\r\n"].concat()).await;
        if sent.is_err() {
            break;
        }
    }
    drop(stream.write_all(b"0\r\n\r\n").await);
    let mut answer = vec![0; 4096];
    let n = stream.read(&mut answer).await.ok().filter(|n| *n > 0)?;
    Some(String::from_utf8_lossy(&answer[..n]).into_owned())
}

/// Addresses of pages about things that are not there.
const NOTHING_THERE: [&str; 26] = [
    "/nowhere",
    "/templates/999",
    "/templates/abc",
    "/templates/-1",
    "/templates/999/edit",
    "/templates/x/edit",
    "/templates/99999999999999999999",
    "/subscribers/999",
    "/subscribers/%00",
    "/subscribers/1e9",
    "/notices/999",
    "/notices/abc",
    "/notices/-1",
    "/notices/9223372036854775808",
    "/notices/999/deliveries/1",
    "/notices/1/deliveries/999",
    "/notices/1/deliveries/x",
    "/send/999/audience",
    "/send/999/content",
    "/send/999/review",
    "/send/x/review",
    "/mini-programs/999",
    "/mini-programs/x",
    "/settings",
    "/templates/1/nothing",
    "/%E9%9B%81%E4%B9%A6/<script>evil()</script>",
];

const GARBAGE: &str = "?before=abc&after=%00&template=x&from=2026-13-99&to=0000-00-00&code=1e9&state=%00&q=%00%27%22%3E%3Cscript%3Eevil()%3C/script%3E&\
                       balance=%F0%9F%98%80&errcode=99999999999999999999&address=%FF%FE&rid=%22%3E%3Cscript%3Eevil()%3C/script%3E&refresh=x&next=//evil";

both! {
    async fn what_is_not_there_is_a_404_page_with_the_way_back(which) {
        let (app, visitor, program, template) = start(which).await;
        let notice = draft(&app, program, template, TEMPLATE).await;
        app.services.set_content(notice, &content()).await.unwrap();
        app.services.confirm_notice(notice, 1).await.unwrap();
        app.wait(notice).await;
        for path in NOTHING_THERE {
            for query in ["", GARBAGE] {
                let seen = visitor.get(&format!("{path}{query}")).await;
                assert_eq!(seen.status, 404, "{path}{query}");
                seen.must_show("没有找到").must_show("请求编号").must_be_harmless();
            }
        }
        let events = visitor.get("/notices/999/events").await;
        assert_eq!(events.status, 404);
        app.finish().await;
    }
}

/// The pages of an installation that has one of each.
const PAGES: [&str; 24] = [
    "/",
    "/account",
    "/mini-programs",
    "/mini-programs/new",
    "/mini-programs/1",
    "/templates",
    "/templates/new",
    "/templates/1",
    "/templates/1/edit",
    "/subscribers",
    "/subscribers/new",
    "/subscribers/1",
    "/send",
    "/send/2/audience",
    "/send/2/content",
    "/send/2/review",
    "/notices",
    "/notices/1",
    "/notices/1/deliveries/1",
    "/notices/2",
    "/statistics",
    "/settings/users",
    "/login",
    "/setup",
];

both! {
    async fn a_garbled_query_string_shows_the_page_as_if_it_were_not_there(which) {
        let (app, visitor, program, template) = start(which).await;
        let notice = draft(&app, program, template, TEMPLATE).await;
        app.services.set_content(notice, &content()).await.unwrap();
        app.services.confirm_notice(notice, 1).await.unwrap();
        app.wait(notice).await;
        app.services.begin_notice(template, Vec::new(), "test").await.unwrap();
        let singles = GARBAGE.trim_start_matches('?').split('&').map(|pair| format!("?{pair}"));
        let more = [
            "?", "?&&&=&", "?%", "?state=fail&code=-9223372036854775808", "?after=9223372036854775807", "?before=-9223372036854775808",
            "?from=9999-12-31&to=9999-12-31", "?from=-9999-01-01&to=0001-01-01", "?from=1970-01-01&to=2026-01-01",
            "?from=2026-11-21&to=2026-11-21&template=1", "?code=0", "?state=success&state=%00", "?template=9223372036854775807",
            "?template=-1", "?template=1.0",
        ];
        let long = format!("?q={}", "%E9%9B%81".repeat(2_000));
        let queries: Vec<String> =
            [GARBAGE.to_owned(), long].into_iter().chain(singles).chain(more.map(str::to_owned)).collect();
        for path in PAGES {
            for query in &queries {
                let seen = visitor.get(&format!("{path}{query}")).await;
                assert_eq!(seen.status, 200, "{path}{query}");
                seen.must_be_harmless();
            }
        }
        app.finish().await;
    }
}

both! {
    async fn no_page_fails_at_any_age_of_an_installation(which) {
        let app = TestApp::start(which).await;
        let stranger = Visitor::new(&app.url);
        for path in PAGES.iter().chain(&NOTHING_THERE) {
            let seen = stranger.get(path).await;
            assert_eq!((seen.status, seen.path.as_str()), (StatusCode::OK, "/setup"), "{path} of a fresh installation");
        }
        app.services.create_first_administrator(ADMIN.0, ADMIN.1.to_owned().into()).await.unwrap();
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        no_page_fails(&visitor, "without a mini program").await;
        let program = app.add_mini_program(APPID, "雁城便民").await;
        no_page_fails(&visitor, "with a mini program").await;
        let template = app.add_template(program, APPID, TEMPLATE, "意见处理进度通知").await;
        no_page_fails(&visitor, "with a template").await;
        let notice = draft(&app, program, template, TEMPLATE).await;
        no_page_fails(&visitor, "with a draft").await;
        app.services.set_content(notice, &content()).await.unwrap();
        app.services.confirm_notice(notice, 1).await.unwrap();
        app.wait(notice).await;
        app.services.begin_notice(template, Vec::new(), "test").await.unwrap();
        for path in PAGES {
            assert_eq!(visitor.get(path).await.status, 200, "{path} with data");
        }
        app.services.archive_template(template, true).await.unwrap();
        no_page_fails(&visitor, "with an archived template").await;
        app.finish().await;
    }
}

async fn no_page_fails(visitor: &Visitor, age: &str) {
    for path in PAGES {
        let seen = visitor.get(path).await;
        assert!(matches!(seen.status.as_u16(), 200 | 404), "{path} {age}: {}", seen.status);
        let lists = !path.chars().any(|c| c.is_ascii_digit());
        assert!(seen.status == 200 || !lists, "{path} {age}: {}", seen.status);
    }
}

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

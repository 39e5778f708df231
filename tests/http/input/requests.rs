//! Paths, query strings and bodies.

use super::*;

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
const NOTHING_THERE: [&str; 35] = [
    "/settings/webhooks/999",
    "/settings/webhooks/x",
    "/mini-programs/999/rules",
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
    "/send/999/file",
    "/send/999/review",
    "/send/x/review",
    "/mini-programs/999",
    "/mini-programs/x",
    "/mini-programs/999/health",
    "/mini-programs/999/connect",
    "/mini-programs/x/callback",
    "/templates/999/delete",
    "/errors/abc",
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
pub(super) const PAGES: [&str; 42] = [
    "/",
    "/account",
    "/mini-programs",
    "/mini-programs/new",
    "/mini-programs/1",
    "/mini-programs/1/health",
    "/mini-programs/1/reset-quota",
    "/mini-programs/1/callback",
    "/mini-programs/1/remove-callback",
    "/mini-programs/1/rules",
    "/mini-programs/1/connect",
    "/mini-programs/1/login-key",
    "/templates",
    "/templates/new",
    "/templates/sync",
    "/templates/library",
    "/templates/1",
    "/templates/1/edit",
    "/templates/1/delete",
    "/subscribers",
    "/subscribers/new",
    "/subscribers/import",
    "/subscribers/1",
    "/send",
    "/send/2/audience",
    "/send/2/file",
    "/send/2/content",
    "/send/2/review",
    "/notices",
    "/notices/recurring",
    "/notices/1",
    "/notices/1/deliveries/1",
    "/notices/2",
    "/statistics",
    "/errors",
    "/errors/43101",
    "/settings/users",
    "/settings/api-keys",
    "/settings/webhooks",
    "/system",
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

//! Who gets in, and what keeps others out.

use crate::{
    both,
    support::{ADMIN, TestApp, Which, browser::Visitor},
};
use model::access::Role;

both! {
    async fn the_first_run_makes_an_administrator_once_and_leads_to_the_first_mini_program(which) {
        let app = TestApp::start(which).await;
        let visitor = Visitor::new(&app.url);
        let seen = visitor.get("/").await;
        assert!(seen.path.starts_with("/setup"), "{}", seen.path);
        let fields = [("name", ADMIN.0), ("password", ADMIN.1), ("repeated", ADMIN.1)];
        let seen = visitor.submit("/setup", "/actions/set-up", &fields).await;
        assert_eq!(seen.path, "/mini-programs/new");
        let stranger = Visitor::new(&app.url);
        let seen = stranger.get("/setup").await;
        assert!(seen.path.starts_with("/login"), "{}", seen.path);
        app.finish().await;
    }
}

#[tokio::test]
async fn from_elsewhere_the_set_up_needs_the_one_time_code() {
    let settings = vec![("YANSHU_BEHIND_PROXY", "true".to_owned())];
    let app = TestApp::start_with(
        Which::Sqlite,
        crate::support::Options { settings, no_worker: false, ..Default::default() },
    )
    .await;
    let elsewhere = reqwest::header::HeaderMap::from_iter([(
        reqwest::header::HeaderName::from_static("x-forwarded-for"),
        reqwest::header::HeaderValue::from_static("203.0.113.7"),
    )]);
    let mut visitor = Visitor::new(&app.url);
    visitor.client =
        reqwest::Client::builder().cookie_store(true).default_headers(elsewhere).no_proxy().build().unwrap();
    let base = [("name", ADMIN.0), ("password", ADMIN.1), ("repeated", ADMIN.1)];
    let mut wrong = base.to_vec();
    wrong.push(("code", "guess"));
    visitor.submit("/setup", "/actions/set-up", &wrong).await.must_have("初始化代码不正确");
    assert!(app.services.setup_needed().await.unwrap());
    let mut right = base.to_vec();
    right.push(("code", app.setup_code.as_str()));
    let seen = visitor.submit("/setup", "/actions/set-up", &right).await;
    assert_eq!(seen.path, "/mini-programs/new");
    app.finish().await;
}

both! {
    async fn a_wrong_password_ten_times_closes_the_door_even_for_the_right_one(which) {
        let app = TestApp::start(which).await;
        app.furnish().await;
        let visitor = Visitor::new(&app.url);
        for _ in 0..10 {
            let seen = visitor.sign_in(ADMIN.0, "wrong password").await;
            assert!(seen.path.starts_with("/login"));
        }
        visitor.sign_in(ADMIN.0, ADMIN.1).await.must_have("尝试次数过多");
        app.finish().await;
    }
}

both! {
    async fn signing_in_changes_the_session_id_and_signing_out_ends_it(which) {
        let app = TestApp::start(which).await;
        app.furnish().await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let seen = visitor.get("/templates").await;
        assert_eq!(seen.path, "/templates");
        visitor.submit("/", "/actions/sign-out", &[]).await;
        let seen = visitor.get("/templates").await;
        assert_eq!(seen.path, "/login?next=/templates");
        app.finish().await;
    }
}

both! {
    async fn a_session_in_use_lasts_on_and_is_written_once_a_day(which) {
        let app = TestApp::start(which).await;
        app.furnish().await;
        let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let id = visitor.cookie("yanshu_session").unwrap();
        let store = app.services.store();
        let now = app.services.now();
        let (data, end) = store.load_session(&id, now).await.unwrap().unwrap();
        assert!(end > now + 6 * 86_400_000);
        let mut data: serde_json::Value = serde_json::from_str(&data).unwrap();
        for (hours_ago, lasts_on) in [(1, false), (25, true)] {
            data["stored"] = (now - hours_ago * 3_600_000).into();
            store.save_session(&id, &data.to_string(), now + 60_000).await.unwrap();
            assert_eq!(visitor.get("/templates").await.path, "/templates");
            let (_, end) = store.load_session(&id, now).await.unwrap().unwrap();
            assert_eq!(end > now + 6 * 86_400_000, lasts_on, "stored {hours_ago} h ago");
        }
        app.finish().await;
    }
}

#[tokio::test]
async fn the_cookie_is_http_only_and_lax_and_new_at_every_sign_in() {
    let app = TestApp::start(Which::Sqlite).await;
    app.furnish().await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let login = client.get(format!("{}/login", app.url)).send().await.unwrap();
        let nonce = login.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let html = login.text().await.unwrap();
        let seen = crate::support::browser::Seen { status: reqwest::StatusCode::OK, path: "/login".to_owned(), html };
        let csrf = seen.csrf();
        let form = [("csrf", csrf.as_str()), ("name", ADMIN.0), ("password", ADMIN.1)];
        let answer = client
            .post(format!("{}/actions/sign-in", app.url))
            .header("cookie", &nonce)
            .form(&form)
            .send()
            .await
            .unwrap();
        let cookie = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .map(|v| v.to_str().unwrap().to_owned())
            .find(|c| c.starts_with("yanshu_session="))
            .expect("a session cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        ids.push(cookie.split(';').next().unwrap().to_owned());
    }
    assert_ne!(ids[0], ids[1]);
    app.finish().await;
}

both! {
    async fn the_session_of_a_removed_user_is_worth_nothing(which) {
        let app = TestApp::start(which).await;
        app.furnish().await;
        let id = app.services.add_user("operator", "another long password".to_owned().into(), Role::Operator).await.unwrap();
        let visitor = Visitor::signed_in(&app.url, "operator", "another long password").await;
        assert_eq!(visitor.get("/templates").await.path, "/templates");
        app.services.remove_user(id).await.unwrap();
        assert!(visitor.get("/templates").await.path.starts_with("/login"));
        app.finish().await;
    }
}

both! {
    async fn a_changed_password_ends_the_other_sessions_only(which) {
        let app = TestApp::start(which).await;
        app.furnish().await;
        let here = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let there = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
        let new = "a new and longer password";
        let fields = [("old", ADMIN.1), ("new", new), ("repeated", new)];
        here.submit("/account", "/actions/change-password", &fields).await.must_have("密码已修改");
        assert_eq!(here.get("/account").await.path, "/account");
        assert!(there.get("/account").await.path.starts_with("/login"));
        app.finish().await;
    }
}

both! {
    async fn a_stale_form_token_changes_nothing_and_says_so(which) {
        let app = TestApp::start(which).await;
        app.furnish().await;
        let visitor = Visitor::new(&app.url);
        let before = visitor.get("/login").await.csrf();
        visitor.sign_in(ADMIN.0, ADMIN.1).await;
        let fields = [("csrf", before.as_str()), ("name", "eve"), ("password", "another long password"), ("role", "operator")];
        visitor.post("/actions/add-user", &fields).await.must_have("这个页面已过期");
        assert_eq!(app.services.users().await.unwrap().len(), 1);
        app.finish().await;
    }
}

#[tokio::test]
async fn no_action_works_without_a_form_token() {
    let app = TestApp::start(Which::Sqlite).await;
    let (program, template) = app.furnish().await;
    let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
    let actions: Vec<_> = leptos_axum_paths().into_iter().filter(|path| path.starts_with("/actions/")).collect();
    assert!(actions.len() >= 15, "{actions:?}");
    for path in actions {
        let id = program.to_string();
        let template = template.to_string();
        let fields = [("csrf", "nonsense"), ("id", id.as_str()), ("template", template.as_str()), ("notice", "1")];
        let seen = visitor.post(&path, &fields).await;
        assert!(!seen.status.is_success() || !seen.has("class=\"flash success\""), "{path} worked without a token");
    }
    assert_eq!(app.services.mini_programs().await.unwrap().len(), 1);
    assert!(visitor.get("/account").await.path.starts_with("/account"), "sign-out worked without a token");
    app.finish().await;
}

fn leptos_axum_paths() -> Vec<String> {
    leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect()
}

#[tokio::test]
async fn a_post_from_another_site_is_refused_whatever_it_carries() {
    let app = TestApp::start(Which::Sqlite).await;
    app.furnish().await;
    let visitor = Visitor::signed_in(&app.url, ADMIN.0, ADMIN.1).await;
    let csrf = visitor.get("/account").await.csrf();
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let answer = visitor
            .client
            .post(format!("{}/actions/sign-out", app.url))
            .header(name, value)
            .form(&[("csrf", csrf.as_str())])
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 403);
    }
    assert_eq!(visitor.get("/account").await.path, "/account");
    app.finish().await;
}

both! {
    async fn an_operator_sees_neither_users_nor_secrets(which) {
        let app = TestApp::start(which).await;
        let (program, _) = app.furnish().await;
        app.services.add_user("operator", "another long password".to_owned().into(), Role::Operator).await.unwrap();
        let visitor = Visitor::signed_in(&app.url, "operator", "another long password").await;
        for path in ["/settings/users".to_owned(), format!("/mini-programs/{program}"), "/mini-programs/new".to_owned()] {
            assert_eq!(visitor.get(&path).await.status, 403, "{path}");
        }
        let fields = [("name", "eve"), ("password", "another long password"), ("role", "administrator")];
        visitor.submit("/account", "/actions/add-user", &fields).await;
        assert_eq!(app.services.users().await.unwrap().len(), 2);
        assert_eq!(visitor.get("/templates").await.status, 200);
        app.finish().await;
    }
}

#[tokio::test]
async fn after_sign_in_nobody_is_led_to_another_site() {
    for next in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a b"] {
        assert_eq!(app::web::safe_path(next), "/", "{next}");
    }
    assert_eq!(app::web::safe_path("/notices/7?state=failed"), "/notices/7?state=failed");
}

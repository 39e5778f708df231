//! The page for people, and who may use the control paths.

use serde_json::json;

use crate::harness::{APPID, Platform};

#[tokio::test]
async fn the_page_and_its_parts_are_served_and_may_load_nothing_from_elsewhere() {
    let platform = Platform::start().await;
    for (path, content_type) in [
        ("/sim/", "text/html; charset=utf-8"),
        ("/sim/app.js", "text/javascript; charset=utf-8"),
        ("/sim/style.css", "text/css; charset=utf-8"),
    ] {
        let page = platform.http.get(platform.url(path)).send().await.unwrap();
        assert_eq!((page.status().as_u16(), page.headers()["content-type"].to_str().unwrap()), (200, content_type));
        assert_eq!(page.headers()["content-security-policy"], "default-src 'self'");
        assert!(!page.text().await.unwrap().is_empty());
    }
    let without_slash = platform.http.get(platform.url("/sim")).send().await.unwrap();
    assert!(without_slash.url().path().ends_with("/sim/") && without_slash.status() == 200);
    assert_eq!(platform.http.get(platform.url("/sim/app/nothing.js")).send().await.unwrap().status(), 404);
    assert_eq!(platform.http.get(platform.url("/sim/app/..%2Findex.html")).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn everything_that_the_page_names_is_there() {
    let platform = Platform::start().await;
    let text = async |path: &str| {
        let answer = platform.http.get(platform.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    };
    let index = text("/sim/").await;
    for rest in index.split("\"/sim/").skip(1) {
        text(&format!("/sim/{}", rest.split('"').next().unwrap())).await;
    }
    let script = text("/sim/app.js").await;
    for rest in script.split("from \"./").skip(1) {
        text(&format!("/sim/{}", rest.split('"').next().unwrap())).await;
    }
}

#[tokio::test]
async fn pages_of_other_sites_cannot_use_the_control_paths() {
    let platform = Platform::start().await;
    let own = platform.url("");
    let port = platform.address.port() + 1;
    let neighbour = format!("http://127.0.0.1:{port}");
    let cases: [(&[(&str, &str)], u16); 10] = [
        (&[], 200),
        (&[("sec-fetch-site", "same-origin")], 200),
        (&[("sec-fetch-site", "none")], 200),
        (&[("origin", &own), ("sec-fetch-site", "same-origin")], 200),
        (&[("sec-fetch-site", "cross-site")], 403),
        (&[("sec-fetch-site", "same-site")], 403),
        (&[("origin", "https://elsewhere.example")], 403),
        (&[("origin", "null")], 403),
        (&[("origin", &neighbour)], 403),
        (&[("origin", "https://elsewhere.example"), ("sec-fetch-site", "same-origin")], 403),
    ];
    for (headers, status) in cases {
        for path in ["/sim/state", "/sim/accounts"] {
            let mut request = platform.http.get(platform.url(path));
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            assert_eq!(request.send().await.unwrap().status(), status, "{path} {headers:?}");
        }
    }
    let link = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
    let visit =
        |request: reqwest::RequestBuilder| link.iter().fold(request, |all, (name, value)| all.header(*name, *value));
    assert_eq!(visit(platform.http.get(platform.url("/sim/"))).send().await.unwrap().status(), 200);
    let body = json!({ "appid": APPID, "id": "template-one" }).to_string();
    let form =
        visit(platform.http.post(platform.url("/sim/templates/delete"))).header("content-type", "application/json");
    assert_eq!(form.body(body).send().await.unwrap().status(), 403);
    assert_eq!(platform.simulator.templates(APPID).unwrap().len(), 3);
}

#[tokio::test]
async fn the_state_shows_everything_at_a_glance() {
    let platform = Platform::start().await;
    platform.grant("somebody", 2);
    platform.send_to("somebody").await;
    platform.control("/sim/faults", &json!({ "action": { "kind": "delay", "ms": 1 } })).await;
    let settings = json!({ "latencyMs": 1, "keepMessages": 7, "holdPushes": true });
    assert!(platform.put("/sim/settings", &settings).await.status().is_success());
    let state = platform.read("/sim/state").await;
    let account = &state["accounts"][0];
    assert_eq!(
        (&account["appid"], &account["templateCount"], &account["peopleCount"]),
        (&json!(APPID), &json!(3), &json!(1))
    );
    assert_eq!(
        (&account["quotaUsed"], &account["dailySends"], &account["resetsLeft"]),
        (&json!(1), &json!(10_000_000), &json!(10))
    );
    assert_eq!(
        (&account["callback"], &account["templateLimit"], &account["dailyTemplateLists"]),
        (&json!(null), &json!(50), &json!(50))
    );
    assert_eq!((&state["settings"]["keepMessages"], &state["settings"]["msgid"]), (&json!(7), &json!(true)));
    assert_eq!(state["settings"], platform.read("/sim/settings").await);
    assert_eq!((state["faults"].as_array().unwrap().len(), &state["totals"]["accepted"]), (1, &json!(1)));
    let pushes = json!({ "pending": 0, "delivered": 0, "failed": 0, "lost": 0, "held": true });
    assert_eq!(state["pushes"], pushes);
}

#[tokio::test]
async fn templates_are_banned_and_deleted_over_http() {
    let platform = Platform::start().await;
    let at = async |path: &str, body: serde_json::Value| {
        let request = platform.http.post(platform.url(path)).header("content-type", "application/json");
        request.body(body.to_string()).send().await.unwrap().status().as_u16()
    };
    let one = json!({ "appid": APPID, "id": "template-one", "banned": true });
    assert_eq!(at("/sim/templates/ban", one.clone()).await, 204);
    assert!(platform.simulator.templates(APPID).unwrap()[1].banned);
    assert_eq!(at("/sim/templates/delete", one.clone()).await, 204);
    assert_eq!((at("/sim/templates/delete", one.clone()).await, at("/sim/templates/ban", one).await), (404, 404));
}

//! The description, and the page that is made of it.

use super::*;
use std::collections::BTreeSet;

#[tokio::test]
async fn the_description_is_openapi_and_names_every_route() {
    let app = TestApp::start(Which::Sqlite).await;
    app.furnish().await;
    let caller = Caller::with_key(&app.url, "").await;
    let description = &caller.description;
    assert_eq!((&description["openapi"], &description["servers"][0]["url"]), (&json!("3.1.0"), &json!("/api/v1")));
    let mut ids = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{path}");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{path}");
            assert!(operation["security"][0]["key"].is_array(), "{method} {path} needs no key");
            for status in ["401", "403", "422", "429"] {
                assert!(operation["responses"][status].is_object(), "{method} {path} {status}");
            }
            // It exists, and nobody gets in without a key.
            let real = path.replace("{id}", "1").replace("{openid}", &openid(1));
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            caller.call(method, &real, None, &[]).await.must_refuse(401, "Authorization", "key_unknown");
        }
    }
    assert_eq!(ids.len(), 10, "{ids:?}");
    // Every reference leads somewhere.
    let text = description.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(description.pointer(reference).is_some(), "{reference}");
    }
    app.finish().await;
}

#[tokio::test]
async fn the_reference_page_is_there_for_everybody_in_both_languages_and_runs_nothing() {
    let app = TestApp::start(Which::Sqlite).await;
    let visitor = Visitor::new(&app.url);
    for (lang, words) in [("zh", ["下达通知", "请求内容"]), ("en", ["Order a notice", "Body"])] {
        let request = visitor.client.get(format!("{}/api/docs", app.url)).header("accept-language", lang);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        let html = response.text().await.unwrap();
        for word in words {
            assert!(html.contains(word), "{word}: {html}");
        }
        for id in ["orderNotice", "code-nobody", "code-idempotency_key_reused"] {
            assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
        }
        assert!(!html.contains("<script"), "{html}");
    }
    app.finish().await;
}
